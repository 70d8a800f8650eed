"""Dossiers, from both sides: what everybody who handles one shares."""
