"""What the network writes to users, and the addresses of their calendars."""

from forprev.network.calendar.models import CalendarFeed
from forprev.network.messages.models import Recipient, TargetedMessage

__all__ = ["CalendarFeed", "Recipient", "TargetedMessage"]
