"""Writing targeted messages: their author's part. What happens once they are confirmed is in `sending`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from forprev.accounts.acting import Acting
from forprev.core import dates, history, uploads
from forprev.core.errors import Conflict, DomainError
from forprev.core.text import clean, clean_lines
from forprev.core.uploads import Document
from forprev.core.workflow import NotAllowed
from forprev.network.messages.models import Recipient, TargetedMessage
from forprev.network.messages.selectors import Audience, audience_of, is_own, people, visible_to
from forprev.network.messages.sending import call_for
from forprev.network.messages.workflow import AUTHORS, MESSAGE_WORKFLOW, Action, State

FOLDER = "messages"
"""Where the storage keeps the documents."""
SUBJECT_LENGTH, TEXT_LENGTH = 150, 5000
"""Characters."""
LATEST = timedelta(days=366)
"""How far ahead a message can be programmed."""


@dataclass(frozen=True)
class Words:
    """What a message says and when; without `send_at` as soon as it is confirmed. `document`: a new one, if any."""

    subject: str
    text: str
    send_at: datetime | None = None
    document: Document | None = None
    without_document: bool = False


def create_message(acting: Acting, key: UUID, audience: Audience) -> TargetedMessage:
    """A draft for this audience; the same form (`key`) twice makes one message.

    Raises DomainError for an audience without a role, NotAllowed to whom writes no messages.
    """
    if acting.role not in AUTHORS:
        raise NotAllowed("Votre rôle ne permet pas d’écrire un message ciblé.")
    with history.action(acting, Action.WRITE.value):
        message, is_new = TargetedMessage.objects.get_or_create(
            creation_key=key, defaults={"author": acting.person, "fund_id": acting.fund_id or None}
        )
        if is_new:
            _address(message, audience)
            message.save()
        elif not visible_to(acting).filter(pk=message.pk).exists():
            raise TargetedMessage.DoesNotExist
    return message


def change_audience(message_id: int, acting: Acting, version: int, audience: Audience) -> TargetedMessage:
    """Address a draft to others; Conflict if it changed since `version`, unless this is what it says already."""
    with _acting_on(message_id, acting, Action.WRITE) as message:
        before = audience_of(message)
        _address(message, audience)
        if audience_of(message) != before:
            _grow(message, version)
    return message


def change_words(message_id: int, acting: Acting, version: int, words: Words) -> TargetedMessage:
    """Write what a draft says; Conflict as above. A new document takes the place of the one before."""
    subject, text = clean(words.subject), clean_lines(words.text)
    _within(subject, "subject", "L’objet", SUBJECT_LENGTH)
    _within(text, "text", "Le texte", TEXT_LENGTH)
    if words.send_at is not None:
        _check_moment(words.send_at)
    with uploads.keeping() as keep, _acting_on(message_id, acting, Action.WRITE) as message:
        digest = words.document.digest if words.document else "" if words.without_document else message.document_digest
        wished = (subject, text, words.send_at, digest)
        if wished == (message.subject, message.text, message.send_at, message.document_digest):
            return message
        _grow(message, version)
        message.subject, message.text, message.send_at = subject, text, words.send_at
        if digest != message.document_digest:
            uploads.discard(message.document)
            _forget_document(message)
        if words.document and not message.document:
            message.document = keep(words.document, FOLDER)
            message.document_name, message.document_type = words.document.name, words.document.content_type
            message.document_digest = digest
    return message


def schedule(message_id: int, acting: Acting, version: int) -> TargetedMessage:
    """Confirm a draft: it leaves now or on its date, and changes no more; confirmed twice is once.

    Raises DomainError for one that lacks something, is for nobody or whose date has passed, and Conflict if it
    is not any more as it was shown.
    """
    with _acting_on(message_id, acting, Action.SCHEDULE, done=(State.SCHEDULED, State.SENDING, State.SENT)) as message:
        if message.state != State.DRAFT:
            return message
        if not (message.roles and message.subject and message.text):
            raise DomainError("Complétez les destinataires, l’objet et le texte du message.", code="incomplete")
        if message.send_at is not None:
            _check_moment(message.send_at)
        if not people(audience_of(message), dates.today()).exists():
            raise DomainError("Ces critères ne désignent personne : modifiez les destinataires.", code="nobody")
        _grow(message, version)
        message.state = State.SCHEDULED
        if message.send_at is None:
            message.send_at = dates.now()
            call_for(message.pk)
    return message


def cancel(message_id: int, acting: Acting) -> TargetedMessage:
    """Give a message up before it leaves, with its document; twice is once. NotAllowed once it is leaving."""
    with _acting_on(message_id, acting, Action.CANCEL, done=(State.CANCELLED,)) as message:
        if message.state != State.CANCELLED:
            message.state = State.CANCELLED
            message.version += 1
            uploads.discard(message.document)
            _forget_document(message)
    return message


def note_read(received: Recipient) -> None:
    """Its reader opens it; the first time counts."""
    Recipient.objects.filter(pk=received.pk, read_at=None).update(read_at=dates.now())


@contextmanager
def _acting_on(
    message_id: int, acting: Acting, action: Action, done: tuple[State, ...] = ()
) -> Iterator[TargetedMessage]:
    """One action on one message: locked, allowed (or already `done`), recorded, written when the block ends well.

    Raises TargetedMessage.DoesNotExist for one that the actor does not see, NotAllowed for another author's.
    """
    with history.action(acting, action.value):
        visible = visible_to(acting).filter(pk=message_id).values("pk")
        message = TargetedMessage.objects.select_for_update(no_key=True).get(pk__in=visible)
        if not is_own(message, acting):
            raise NotAllowed("Ce message est celui d’une caisse, qui seule peut le modifier.")
        if message.state not in done:
            MESSAGE_WORKFLOW.check(action, message.state, acting.role)
        yield message
        message.save()


def _address(message: TargetedMessage, audience: Audience) -> None:
    if not audience.roles:
        raise DomainError("Choisissez au moins un rôle.", code="no_role", field="roles")
    message.roles, message.kinds = list(audience.roles), list(audience.kinds)
    message.levels.set(audience.levels)
    message.funds.set(() if message.fund_id else audience.funds)


def _grow(message: TargetedMessage, version: int) -> None:
    if version != message.version:
        raise Conflict()
    message.version += 1


def _forget_document(message: TargetedMessage) -> None:
    message.document = message.document_name = message.document_type = message.document_digest = ""


def _within(text: str, field: str, name: str, length: int) -> None:
    if not text:
        raise DomainError(f"{name} doit être renseigné.", code="missing", field=field)
    if len(text) > length:
        raise DomainError(f"{name} ne peut pas dépasser {length} caractères.", code="too_long", field=field)


def _check_moment(moment: datetime) -> None:
    if moment <= dates.now():
        raise DomainError("La date d’envoi est passée : choisissez-en une autre.", code="past", field="day")
    if moment > dates.now() + LATEST:
        raise DomainError("La date d’envoi est trop lointaine : un an au plus.", code="too_far", field="day")
