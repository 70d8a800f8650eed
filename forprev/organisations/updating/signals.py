"""What becomes of a request for a change of data, for packages above; sent in the transaction of what it tells."""

from django.dispatch import Signal

data_change_sent = Signal()
"""With `request`, open, as it was just written, and `acting`, the manager who sent it or sent it anew."""

data_change_dropped = Signal()
"""Its manager took it back, or nothing is left to ask for: `request`, `acting`."""
