"""What the network writes to users, the addresses of their calendars, and what it counts."""

from forprev.network.calendar.models import CalendarFeed
from forprev.network.figures.models import CountedFigures
from forprev.network.messages.models import Recipient, TargetedMessage

__all__ = ["CalendarFeed", "CountedFigures", "Recipient", "TargetedMessage"]
