"""What writes: `tell` and `tell_many` are for every package, `send_mail` for addresses without an account."""

from forprev.notices.services.outbox import note_bounce, send_mail
from forprev.notices.services.reminding import Reminders
from forprev.notices.services.telling import tell, tell_many

__all__ = ["Reminders", "note_bounce", "send_mail", "tell", "tell_many"]
