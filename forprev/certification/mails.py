"""What people are told of the main job, in the transaction of the action that it tells of."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account
from forprev.certification.models import Certificate, TrainingSession
from forprev.certification.workflow import State
from forprev.core.dates import day_of, french
from forprev.notices.models import Notice
from forprev.notices.services import Reminders, tell_many
from forprev.organisations.models import Membership, held_now


def session_to_validate(session: TrainingSession) -> None:
    trainers = session.trainers.values_list("person_id", flat=True)
    _send_task(session, "to_validate", Account.objects.filter(person_id__in=trainers))


def session_returned(session: TrainingSession, acting: Acting) -> None:
    _send_task(session, "returned", _entity_accounts(session), comment=session.comment, trainer=acting.display_name)


def session_to_generate(session: TrainingSession) -> None:
    _send_task(session, "to_generate", _entity_accounts(session))


def session_reopened(session: TrainingSession, reason: str) -> None:
    until = french(session.reopened_until) if session.reopened_until else ""
    _send_task(session, "reopened", _entity_accounts(session), reason=reason, until=until)


def session_waits(session: TrainingSession, reminders: Reminders) -> None:
    """To whom it waits for, once each."""
    if session.state == State.TRAINER:
        accounts = Account.objects.filter(person_id__in=session.trainers.values("person_id"))
    else:
        accounts = _entity_accounts(session)
    key = reminders.key(f"session/{session.pk}", session.modified_at)
    _tell(session, "waiting", accounts, Notice.Kind.TASK, key, since=french(day_of(session.modified_at)))


def generation_deadline_near(session: TrainingSession, deadline: str) -> None:
    """B45, once a session and deadline."""
    _send_alert(session, "deadline_near", _entity_accounts(session), once=deadline, deadline=deadline)


def download_ends_soon(session: TrainingSession) -> None:
    """B45, once a session."""
    until = french(session.download_until) if session.download_until else ""
    _send_alert(session, "download_ends", _entity_accounts(session), once=until, until=until)


def certificate_ends(certificate: Certificate, months: int, key: str) -> int:
    """To its holder; how many accounts were told."""
    return tell_many(
        Account.objects.filter(person_id=certificate.person_id),
        "certification/mails/certificate_ends",
        {"certificate": certificate, "months": months},
        kind=Notice.Kind.ALERT,
        url=reverse("certification:own_certificates"),
        key=key,
    )


def _entity_accounts(session: TrainingSession) -> QuerySet[Account]:
    """Whoever worked on the session for the entity and still has a role there; its managers if nobody is left."""
    members = Membership.objects.filter(held_now(), organisation_id=session.organisation_id)
    workers = members.filter(person__in=[session.created_by_id, session.last_actor_id])
    persons = (workers if workers.exists() else members.filter(role="manager")).values("person_id")
    return Account.objects.filter(person_id__in=persons)


def _send_task(session: TrainingSession, template: str, accounts: QuerySet[Account], **context: str) -> None:
    """A new task."""
    _tell(session, template, accounts, Notice.Kind.TASK, **context)


def _send_alert(
    session: TrainingSession, template: str, accounts: QuerySet[Account], once: str, **context: str
) -> None:
    """A term that is near, once."""
    _tell(session, template, accounts, Notice.Kind.ALERT, f"{template}/{session.pk}/{once}", **context)


def _tell(
    session: TrainingSession,
    template: str,
    accounts: QuerySet[Account],
    kind: Notice.Kind,
    key: str | None = None,
    **context: str,
) -> None:
    tell_many(
        accounts,
        f"certification/mails/{template}",
        {"session": session, **context},
        kind=kind,
        url=reverse("certification:session", args=[session.pk]),
        key=key,
    )
