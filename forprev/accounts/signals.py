"""What happens here that packages above tell people of. Each is sent in the transaction of what it tells."""

from django.dispatch import Signal

password_link_made = Signal()
"""With `account`, `token` and `first` (no password was ever chosen)."""

account_closed = Signal()
"""A link was asked for an account that opens nothing any more: `account`."""

password_changed = Signal()
"""`account`."""

email_change_asked = Signal()
"""`account`, the new `email`, and the `token` of its link, empty if that address is another account's."""

email_of_another = Signal()
"""Somebody wants to take the address of this `account`."""

email_changed = Signal()
"""`account`, and its `old` address."""

second_factor_changed = Signal()
"""`account`, and `what`, a French phrase."""

factor_reset_asked = Signal()
"""`reset`, which a second person is still to decide."""

factor_reset_decided = Signal()
"""`reset`."""

sessions_ended = Signal()
"""The hotline ended every session of this `account`."""

accounts_ending = Signal()
"""These `accounts`, a queryset, are erased after `last_day` unless they serve until then."""
