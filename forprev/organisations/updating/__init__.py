"""Keeping an entity's data up to date (A21, A28): what changes at once, what waits for the regional fund."""
