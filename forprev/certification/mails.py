"""The mails of the main job, written to the outbox in the transaction of the action they tell of."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account
from forprev.certification.models import TrainingSession
from forprev.core.dates import french
from forprev.notices.services import send_mail
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


def generation_deadline_near(session: TrainingSession, deadline: str) -> None:
    """B45, once a session and deadline."""
    _send_alert(session, "deadline_near", _entity_accounts(session), once=deadline, deadline=deadline)


def download_ends_soon(session: TrainingSession) -> None:
    """B45, once a session."""
    until = french(session.download_until) if session.download_until else ""
    _send_alert(session, "download_ends", _entity_accounts(session), once=until, until=until)


def _entity_accounts(session: TrainingSession) -> QuerySet[Account]:
    """Whoever worked on the session for the entity and still has a role there; its managers if nobody is left."""
    members = Membership.objects.filter(held_now(), organisation_id=session.organisation_id)
    workers = members.filter(person__in=[session.created_by_id, session.last_actor_id])
    persons = (workers if workers.exists() else members.filter(role="manager")).values("person_id")
    return Account.objects.filter(person_id__in=persons)


def _send_task(session: TrainingSession, template: str, accounts: QuerySet[Account], **context: str) -> None:
    """To those who want to be told of new tasks (A05)."""
    _send(session, template, accounts.filter(wants_tasks=True), "Notifications", **context)


def _send_alert(
    session: TrainingSession, template: str, accounts: QuerySet[Account], once: str, **context: str
) -> None:
    """To those who want to be told that a term is near (A05), once."""
    _send(session, template, accounts.filter(wants_alerts=True), "Alertes", once, **context)


def _send(
    session: TrainingSession,
    template: str,
    accounts: QuerySet[Account],
    preference: str,
    once: str = "",
    **context: str,
) -> None:
    path = reverse("certification:session", args=[session.pk])
    for account in accounts.select_related("person"):
        send_mail(
            account.email,
            f"certification/mails/{template}",
            {"session": session, "url": f"{settings.PUBLIC_URL}{path}", "account": account, **context},
            person=account.person,
            preference=preference,
            key=f"{template}/{session.pk}/{once}/{account.pk}" if once else None,
        )
