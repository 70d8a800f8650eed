"""Correcting an identity (A04): the person asks, and may change its mind; the hotline decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from forprev.accounts.acting import Acting
from forprev.certification.rules.findings import refuse_if_blocking
from forprev.certification.rules.trainees import identity_findings
from forprev.core import dates, history, uploads
from forprev.core.errors import DomainError
from forprev.core.text import clean, clean_lines
from forprev.core.uploads import Document
from forprev.notices.services import Reminders
from forprev.people.models import Identity, Person
from forprev.people.services import correct_identity
from forprev.support import mails
from forprev.support.models import CorrectionRequest
from forprev.support.selectors import visible_to
from forprev.support.workflow import CORRECTION_WORKFLOW, HOLDER, Action, State

FOLDER = "corrections"
"""Where the storage keeps the documents."""
TEXT_LENGTH = 2000
"""Characters of a message or of a reason."""


@dataclass(frozen=True)
class Holder:
    """A person who acts for itself, which takes no role."""

    person: Person
    role_label: str = "Titulaire du compte"

    @property
    def person_id(self) -> int:
        return self.person.pk

    @property
    def display_name(self) -> str:
        return self.person.display_name


def ask_correction(
    person: Person, wished: Identity, *, message: str = "", document: Document | None = None
) -> CorrectionRequest:
    """Send the hotline the identity wished, with an optional document; the same request twice is one.

    Raises Refused for what is no identity, DomainError where nothing would change or another request waits.
    """
    refuse_if_blocking(identity_findings(*wished, dates.today()))
    wished = Identity(clean(wished.last_name), clean(wished.first_name), wished.birth_date)
    message = _text(message, "message")
    digest = document.digest if document else ""
    with uploads.keeping() as keep, history.action(Holder(person), Action.ASK.value):
        person = _hold(person.pk)
        waiting = CorrectionRequest.objects.filter(person=person, state=State.OPEN).first()
        if waiting is not None:
            if (waiting.new_identity, waiting.message, waiting.document_digest) == (wished, message, digest):
                return waiting
            raise DomainError(
                "Vous avez déjà une demande en cours : annulez-la pour en envoyer une autre.", code="action_not_allowed"
            )
        if wished == person.identity:
            raise DomainError(
                "Rien ne change : corrigez le nom, le prénom ou la date de naissance.", code="nothing_changes"
            )
        correction = CorrectionRequest.objects.create(
            person=person,
            **{f"old_{field}": value for field, value in person.identity._asdict().items()},
            **{f"new_{field}": value for field, value in wished._asdict().items()},
            message=message,
            document=keep(document, FOLDER) if document else "",
            document_name=document.name if document else "",
            document_type=document.content_type if document else "",
            document_digest=digest,
            created_at=dates.now(),
        )
        mails.received(correction)
        mails.asked(correction)
    return correction


def remind_of_waiting() -> int:
    """Recall to the hotline what it has not answered for days; how many requests."""
    reminders = Reminders.of_today()
    waiting = CorrectionRequest.objects.filter(state=State.OPEN, created_at__date__range=reminders.touched)
    for correction in waiting.select_related("person"):
        mails.waits(correction, reminders)
    return len(waiting)


def drop_correction(correction_id: int, person: Person) -> CorrectionRequest:
    """The person takes its request back, and the document goes; twice is once.

    Raises CorrectionRequest.DoesNotExist for somebody else's, NotAllowed once the hotline has answered.
    """
    with history.action(Holder(person), Action.DROP.value):
        _hold(person.pk)
        correction = CorrectionRequest.objects.select_for_update(no_key=True).get(pk=correction_id, person=person)
        if correction.state == State.DROPPED:
            return correction
        CORRECTION_WORKFLOW.check(Action.DROP, correction.state, HOLDER)
        uploads.discard(correction.document)
        correction.document = correction.document_name = correction.document_type = correction.document_digest = ""
        correction.state = State.DROPPED
        correction.closed_by = person
        correction.closed_at = dates.now()
        correction.save()
    return correction


def apply_correction(correction_id: int, acting: Acting) -> CorrectionRequest:
    """Give the person the identity that it asked for; DomainError if its identity changed since the request."""
    with _treating(correction_id, acting, Action.APPLY) as correction:
        correct_identity(correction.person_id, acting, before=correction.old_identity, after=correction.new_identity)
        mails.applied(correction)
    return correction


def refuse_correction(correction_id: int, acting: Acting, reason: str) -> CorrectionRequest:
    """Answer no, with the reason that the person is told."""
    reason = _text(reason, "reason")
    if not reason:
        raise DomainError("Le motif doit être renseigné.", code="reason_missing", field="reason")
    with _treating(correction_id, acting, Action.REFUSE, comment=reason) as correction:
        correction.reason = reason
        mails.refused(correction)
    return correction


@contextmanager
def _treating(correction_id: int, acting: Acting, action: Action, *, comment: str = "") -> Iterator[CorrectionRequest]:
    """One answer of the hotline to one request: locked, allowed, recorded, and written when the block ends well.

    Raises CorrectionRequest.DoesNotExist for a request that the actor does not see, NotAllowed for one that was
    answered or taken back, DomainError for the actor's own.
    """
    with history.action(acting, action.value, comment=comment):
        visible = visible_to(acting).filter(pk=correction_id)
        _hold(visible.get().person_id)
        correction = CorrectionRequest.objects.select_for_update(no_key=True).get(pk__in=visible.values("pk"))
        transition = CORRECTION_WORKFLOW.check(action, correction.state, acting.role)
        if correction.person_id == acting.person_id:
            raise DomainError("Votre propre demande est traitée par un autre agent.", code="action_not_allowed")
        yield correction
        correction.state = str(transition.target)
        correction.closed_by = acting.person
        correction.closed_at = dates.now()
        correction.save()


def _hold(person_id: int) -> Person:
    """Lock the person, before its requests as merging does, so that neither waits for the other."""
    return Person.objects.select_for_update(no_key=True).get(pk=person_id)


def _text(text: str, field: str) -> str:
    text = clean_lines(text)
    if len(text) > TEXT_LENGTH:
        raise DomainError(f"Ce texte ne peut pas dépasser {TEXT_LENGTH} caractères.", code="too_long", field=field)
    return text
