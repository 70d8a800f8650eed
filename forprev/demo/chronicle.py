"""Sessions of the past, written as the application would have left them.

The services act now and refuse what is too old, so that these rows are inserted as they ended, with the history that
their actors would have left. Nothing else in the application writes so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.db.models import F
from django.utils.timezone import localdate
from pghistory.models import Context

from forprev.accounts.acting import System
from forprev.accounts.models import Account, Role
from forprev.certification.models import (
    Certificate,
    CertificationSettings,
    Result,
    SessionTrainer,
    Trainee,
    TrainingSession,
)
from forprev.certification.rules.deadlines import last_download_day
from forprev.certification.services.issuing import certificates_of
from forprev.certification.workflow import Action, State
from forprev.core import history
from forprev.core.text import normalise
from forprev.people.models import IssuedNumber, Person

SESSION_EVENT: Any = TrainingSession.events.rel.related_model  # type: ignore[attr-defined]
_INSERT_HISTORY = "certification.TrainingSession:insert_insert"
_UPDATE_HISTORY = "certification.TrainingSession:update_update"


@dataclass(frozen=True)
class Step:
    """One action of the past, and the state that it led to."""

    action: Action
    state: State
    actor: Person
    role: Role
    at: datetime
    comment: str = ""


@dataclass
class PastSession:
    """A session that took place; `newcomers` are the persons that its success made known, with their e-mail if any."""

    session: TrainingSession
    trainers: list[Person]
    steps: list[Step]
    trainees: list[Trainee] = field(default_factory=list)
    newcomers: list[tuple[Person, str]] = field(default_factory=list)


def write(past: list[PastSession], password: str) -> None:
    """Insert the sessions with everything that belongs to them, in the order given."""
    settings = CertificationSettings.current()
    for one in past:
        _settle(one, settings)
    newcomers = [newcomer for one in past for newcomer in one.newcomers]
    with history.action(System(), "load_demo"):
        _write_persons(newcomers, password)
    with pgtrigger.ignore(_INSERT_HISTORY):
        TrainingSession.objects.bulk_create(one.session for one in past)
    with history.action(System(), "load_demo"):
        SessionTrainer.objects.bulk_create(
            SessionTrainer(session=one.session, person=person, position=position)
            for one in past
            for position, person in enumerate(one.trainers, start=1)
        )
        Trainee.objects.bulk_create(trainee for one in past for trainee in one.trainees)
    Certificate.objects.bulk_create(certificate for one in past for certificate in _certificates(one))
    _write_history(past)


def _settle(one: PastSession, settings: CertificationSettings) -> None:
    """The session's own columns follow from its steps."""
    session, last = one.session, one.steps[-1]
    session.created_by = one.steps[0].actor
    for key, value in _after(one.steps, settings).items():
        setattr(session, key, value)
    if session.generated_at is not None:
        session.first_downloaded_at = last.at + timedelta(hours=20)


def _after(steps: list[Step], settings: CertificationSettings) -> dict[str, object]:
    """The columns of a session that its steps decide."""
    last = steps[-1]
    results = next((s for s in reversed(steps) if s.action == Action.SEND_RESULTS), None)
    issued = last if last.state == State.ISSUED else None
    return {
        "state": last.state,
        "version": len(steps),
        "last_actor": last.actor,
        "modified_at": last.at,
        "comment": last.comment if last.action == Action.RETURN else "",
        "results_by": results.actor if results else None,
        "results_at": results.at if results else None,
        "generated_at": issued.at if issued else None,
        "download_until": last_download_day(localdate(issued.at), settings) if issued else None,
    }


def _write_persons(newcomers: list[tuple[Person, str]], password: str) -> None:
    for person, _ in newcomers:
        person.search_last_name, person.search_first_name = normalise(person.last_name), normalise(person.first_name)
    Person.objects.bulk_create(person for person, _ in newcomers)
    IssuedNumber.objects.bulk_create(IssuedNumber(number=person.number, person=person) for person, _ in newcomers)
    Account.objects.bulk_create(
        Account(person=person, email=email, password=password) for person, email in newcomers if email
    )


def _certificates(one: PastSession) -> Iterator[Certificate]:
    session = one.session
    if session.state == State.ISSUED and session.generated_at is not None:
        successes = [trainee for trainee in one.trainees if trainee.result == Result.SUCCESS]
        yield from certificates_of(session, successes, session.generated_at)


def _write_history(past: list[PastSession]) -> None:
    """An event a step, under the date at which it was done."""
    settings = CertificationSettings.current()
    contexts, events, dates = [], [], []
    for one in past:
        columns = {f.attname: getattr(one.session, f.attname) for f in TrainingSession._meta.concrete_fields}
        for rank, step in enumerate(one.steps):
            context = Context(metadata=_metadata(step))
            event = SESSION_EVENT(
                **columns, pgh_obj=one.session, pgh_context=context, pgh_label="update" if rank else "insert"
            )
            for key, value in _after(one.steps[: rank + 1], settings).items():
                setattr(event, key, value)
            contexts.append(context)
            events.append(event)
            dates.append(step.at)
    Context.objects.bulk_create(contexts)
    SESSION_EVENT.objects.bulk_create(events)
    for event, at in zip(events, dates, strict=True):
        event.pgh_created_at = at
    SESSION_EVENT.objects.bulk_update(events, ["pgh_created_at"], batch_size=200)


def _metadata(step: Step) -> dict[str, object]:
    """As `core.history.action` records it."""
    return {
        "action": step.action.value,
        "actor_id": step.actor.pk,
        "actor": step.actor.display_name,
        "role": str(step.role.label),
        "comment": step.comment,
    }


def set_back(session_id: int, moment: datetime) -> None:
    """Have what was just done on a session end at `moment`, each step a quarter of an hour after the one before.

    A moment still to come changes nothing but that spacing.
    """
    session = TrainingSession.objects.get(pk=session_id)
    ago = max(session.modified_at - moment, timedelta(0))
    with pgtrigger.ignore(_UPDATE_HISTORY):
        TrainingSession.objects.filter(pk=session_id).update(
            modified_at=F("modified_at") - ago, results_at=F("results_at") - ago
        )
    events = list(SESSION_EVENT.objects.filter(pgh_obj_id=session_id).order_by("-pgh_id"))
    for rank, event in enumerate(events):
        event.pgh_created_at = session.modified_at - ago - rank * timedelta(minutes=15)
    SESSION_EVENT.objects.bulk_update(events, ["pgh_created_at"])
