"""What the tests of the main job share: the day it is, what was refused, what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection

from forprev.certification.models import CertificationSettings, TrainingSession
from forprev.certification.rules.findings import Finding, Refused
from forprev.certification.rules.sending import findings_before_sending
from forprev.certification.services.exchange import delete_session
from forprev.certification.workflow import State
from forprev.core.dates import today
from tests.factories.certification import answered_session, draft_session, entity_of, issued_session, sent_session

TODAY = date(2026, 3, 16)

WRITTEN = (
    "certification.TrainingSession",
    "certification.TrainingSessionEvent",
    "certification.Trainee",
    "certification.TraineeEvent",
    "certification.SessionTrainer",
    "certification.Certificate",
    "certification.CertificateEnd",
    "people.Person",
    "people.IssuedNumber",
    "accounts.Account",
    "core.Counter",
    "notices.OutgoingMail",
    "support.CorrectionRequest",
)


def go_to(clock: time_machine.Traveller, day: date) -> None:
    clock.move_to(datetime.combine(day, time(9), UTC), tick=False)


def everything_written() -> dict[str, str]:
    """The sum of every row of every table that people's work writes, by table, in one query."""
    tables = [apps.get_model(name)._meta.db_table for name in WRITTEN]
    sums = (
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {table} t"  # noqa: S608
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sums))
        return dict(cursor.fetchall())


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = everything_written()
    yield
    assert everything_written() == before


def in_state(state: State) -> TrainingSession:
    match state:
        case State.DRAFT:
            return draft_session(trainees=1)
        case State.TRAINER:
            return sent_session(trainees=1)
        case State.ENTITY:
            return answered_session(trainees=1)
        case State.ISSUED:
            return issued_session(trainees=1)
        case State.DELETED:
            session = draft_session(trainees=1)
            return delete_session(session.pk, entity_of(session))


def refused(action: Callable[..., object], *args: Any, **kwargs: Any) -> list[Finding]:
    """What stands against the action, which changes nothing."""
    with nothing_changes(), pytest.raises(Refused) as refusal:
        action(*args, **kwargs)
    return refusal.value.findings


def found(session: TrainingSession, rule: str) -> list[Finding]:
    """What a rule says of a draft before it is sent."""
    session = TrainingSession.objects.get(pk=session.pk)
    findings = findings_before_sending(session, CertificationSettings.current(), today())
    return [finding for finding in findings if finding.rule == rule]
