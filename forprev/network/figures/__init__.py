"""Sessions and results in figures (B43)."""
