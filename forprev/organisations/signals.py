"""What the national administration changes of the network, for packages above; sent in the transaction of it."""

from django.dispatch import Signal

departments_moved = Signal()
"""With `codes`, of departments that just got another fund."""

network_role_ended = Signal()
"""`role`: what its person had in hand waits for somebody else."""
