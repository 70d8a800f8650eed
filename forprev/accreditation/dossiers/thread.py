"""What the applicant and the network write to each other about a dossier, and the network's internal notes."""

from __future__ import annotations

from django.db.models import QuerySet

from forprev.accounts.acting import Acting
from forprev.accreditation.dossiers import mails
from forprev.accreditation.dossiers.common import workflow_of
from forprev.accreditation.dossiers.selectors import reads_internal_notes, visible_to
from forprev.accreditation.models import Dossier, DossierMessage
from forprev.accreditation.workflow import Action
from forprev.core import dates, history
from forprev.core.errors import DomainError
from forprev.core.text import clean_lines

MESSAGE_LENGTH = 4000


def messages_of(dossier: Dossier, acting: Acting) -> QuerySet[DossierMessage]:
    """The thread, the oldest first; internal notes for the network alone."""
    found = dossier.messages.select_related("author")
    return found if reads_internal_notes(acting) else found.filter(is_internal=False)


def write(dossier_id: int, acting: Acting, text: str, *, internal: bool = False) -> DossierMessage:
    """Add a message, of which the other side is told, or an internal note.

    The dossier itself does not change: nobody's form grows stale. DomainError for an empty or too long one; raises
    Dossier.DoesNotExist for a dossier that the actor does not see, NotAllowed where nothing may be said any more.
    """
    text = checked_text(text, "message", "Le message doit être renseigné.")
    action = Action.NOTE if internal else Action.WRITE
    with history.action(acting, action.value):
        visible = visible_to(acting).filter(pk=dossier_id).values("pk")
        dossier = Dossier.objects.select_for_update(no_key=True).get(pk__in=visible)
        workflow_of(dossier).check(action, dossier.state, acting.role)
        message = dossier.messages.create(
            author=acting.person,
            author_role=acting.role.value,
            text=text,
            is_internal=internal,
            written_at=dates.now(),
        )
        if not internal:
            mails.message_written(message, acting)
    return message


def checked_text(text: str, field: str, missing: str) -> str:
    """What somebody has to say, tidied; DomainError beside `field` if it is empty or too long."""
    text = clean_lines(text)
    if not text:
        raise DomainError(missing, code=f"{field}_missing", field=field)
    if len(text) > MESSAGE_LENGTH:
        raise DomainError(f"Ce texte ne peut pas dépasser {MESSAGE_LENGTH} caractères.", code="too_long", field=field)
    return text
