"""An application whose only job lasts as long as it is told."""
