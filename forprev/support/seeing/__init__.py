"""Seeing the application as one of its users does (decision 14): read-only, logged, told to the person."""
