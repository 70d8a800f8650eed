"""Seeing the application as a user does."""
