"""What happens here that packages above tell people of."""

from django.dispatch import Signal

password_link_made = Signal()
"""Sent in the transaction that makes the link, with `account`, `token` and `first` (no password was ever chosen)."""
