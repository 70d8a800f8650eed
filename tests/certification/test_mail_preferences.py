"""A05: what comes by mail is what its reader asked for; the dashboard shows the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from forprev.accounts.services.profile import save_preferences
from forprev.certification.services.reminders import remind_of_limits
from forprev.notices.models import OutgoingMail
from tests.certification.common import TODAY
from tests.factories.accounts import AccountFactory
from tests.factories.certification import answered_session, draft_session, entity_of, send, sent_session, trainer_of
from tests.http.world import browser_of

pytestmark = pytest.mark.django_db

EVERYTHING = {"wants_alerts": True, "wants_tasks": True, "wants_messages": True}


@pytest.mark.parametrize("wanted", [True, False])
def test_a05_a_task_is_mailed_to_those_who_tick_notifications(wanted: bool) -> None:
    session = draft_session()
    run_by = trainer_of(session).person
    account = AccountFactory(person=run_by)
    save_preferences(account, {**EVERYTHING, "wants_tasks": wanted, "wants_alerts": not wanted})
    send(session)
    mails = OutgoingMail.objects.filter(person=run_by)
    assert mails.count() == wanted
    assert f">{session.pk}<" in browser_of(run_by).get("/sessions/a-traiter").content.decode()
    if wanted:
        mail = mails.get()
        assert "« Notifications » est coché dans vos préférences" in mail.text
        assert mail.text.rstrip().endswith("/mon-profil/notifications")
        assert "/mon-profil/notifications" in mail.html


@pytest.mark.parametrize("wanted", [True, False])
def test_a05_a_term_is_mailed_to_those_who_tick_alerts(clock: time_machine.Traveller, wanted: bool) -> None:
    session = draft_session()
    account = AccountFactory(person=session.created_by)
    save_preferences(account, {**EVERYTHING, "wants_tasks": not wanted, "wants_alerts": wanted})
    clock.move_to(f"{TODAY + timedelta(days=80)} 09:00:00+01:00", tick=False)
    remind_of_limits()
    assert OutgoingMail.objects.filter(person=session.created_by).count() == wanted
    if wanted:
        assert "« Alertes » est coché" in OutgoingMail.objects.get().text


def test_a05_each_reader_decides_alone() -> None:
    session = sent_session()
    readers = [AccountFactory(person=session.created_by), AccountFactory(person=trainer_of(session).person)]
    save_preferences(readers[1], {**EVERYTHING, "wants_tasks": False})
    answered_session(entity_of(session), trainers=[readers[1].person])
    assert not OutgoingMail.objects.filter(person=readers[1].person).exists()
    assert OutgoingMail.objects.filter(person=readers[0].person).exists()
