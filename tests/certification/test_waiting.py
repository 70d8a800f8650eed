"""Sessions that wait are recalled after 7 and 21 days, as long as nobody touches them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db.models import F

from forprev.certification.jobs import remind
from forprev.certification.models import TrainingSession
from forprev.certification.services.exchange import return_with_comment
from forprev.certification.services.reminders import remind_of_waiting
from forprev.core.dates import day_of, now
from forprev.notices.models import Notice, OutgoingMail, ReminderSettings
from tests.clock import days, in_the_morning
from tests.factories.accounts import AccountFactory
from tests.factories.certification import (
    answer,
    answered_session,
    draft_session,
    entity_of,
    issued_session,
    sent_session,
    trainer_of,
)

pytestmark = pytest.mark.django_db
START = date(2026, 3, 20)
"""A few days before the clocks change."""


def told(session: TrainingSession) -> list[tuple[str, date]]:
    """Who was reminded of it, and when."""
    found = Notice.objects.filter(key__startswith=f"reminder/session/{session.pk}/").order_by("created_at")
    for notice in found:
        assert notice.kind == Notice.Kind.TASK
    names = {trainer_of(session).person_id: "trainer", entity_of(session).person_id: "entity"}
    return [(names[each.person_id], day_of(each.created_at)) for each in found]


def with_accounts(session: TrainingSession) -> TrainingSession:
    for person in (trainer_of(session).person, entity_of(session).person):
        AccountFactory(person=person)
    return session


def walk(first: date, last: date) -> None:
    for day in days(first, last):
        for _ in range(2):
            with in_the_morning(day):
                remind_of_waiting()


def test_the_trainer_then_the_entity() -> None:
    with in_the_morning(START):
        session = with_accounts(sent_session())
    walk(START, START + timedelta(days=40))
    assert told(session) == [("trainer", date(2026, 3, 27)), ("trainer", date(2026, 4, 10))]
    answered = START + timedelta(days=41)
    with in_the_morning(answered):
        answer(TrainingSession.objects.get(pk=session.pk))
    walk(answered, answered + timedelta(days=80))
    assert told(session)[2:] == [("entity", answered + timedelta(days=n)) for n in (7, 21)]
    mails = [mail.text for mail in OutgoingMail.objects.filter(subject__contains="vous attend").order_by("created_at")]
    assert ["attend vos résultats" in text for text in mails] == [True, True, False, False]
    assert "n’a pas avancé depuis le 30/04/2026 : ses certificats sont à générer" in mails[2]


def test_what_came_back_is_recalled_not_what_was_never_sent() -> None:
    with in_the_morning(START):
        never, back = with_accounts(draft_session()), with_accounts(sent_session())
        return_with_comment(back.pk, trainer_of(back), back.version, "Une date est fausse.")
        done = with_accounts(issued_session())
    walk(START, START + timedelta(days=25))
    assert told(back) == [("entity", START + timedelta(days=n)) for n in (7, 21)]
    assert told(never) == told(done) == []
    assert "votre formateur vous l’a retournée" in OutgoingMail.objects.latest("created_at").text


def test_touched_it_waits_anew() -> None:
    with in_the_morning(START):
        session = with_accounts(answered_session())
    with in_the_morning(START + timedelta(days=5)):
        TrainingSession.objects.filter(pk=session.pk).update(modified_at=now())
    walk(START, START + timedelta(days=12))
    assert told(session) == [("entity", START + timedelta(days=12))]


def test_an_outage_is_made_up_for_by_the_second_reminder_alone_and_not_for_ever() -> None:
    with in_the_morning(START):
        late, forgotten = with_accounts(sent_session()), with_accounts(sent_session())
    TrainingSession.objects.filter(pk=forgotten.pk).update(modified_at=F("modified_at") - timedelta(days=30))
    with in_the_morning(START + timedelta(days=30)):
        remind(0)
        remind(0)
    assert told(late) == [("trainer", START + timedelta(days=30))]
    assert told(forgotten) == []


def test_the_delays_are_settings() -> None:
    ReminderSettings.objects.create(first_days=2, second_days=3)
    with in_the_morning(START):
        session = with_accounts(sent_session())
    walk(START, START + timedelta(days=10))
    assert told(session) == [("trainer", START + timedelta(days=n)) for n in (2, 3)]
