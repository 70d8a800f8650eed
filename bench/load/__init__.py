"""Requests a second under a bounded load, with the mix of a busy day, beside an empty page of Django."""
