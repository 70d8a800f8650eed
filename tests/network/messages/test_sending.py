"""A confirmed message reaches everybody once, whatever happens to the worker."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob

from forprev.accounts.models import Account
from forprev.core.dates import now
from forprev.network.messages import sending, services
from forprev.network.messages.models import Recipient, TargetedMessage
from forprev.network.messages.selectors import follow_up
from forprev.network.messages.workflow import State
from forprev.notices.models import OutgoingMail
from tests.concurrency import together
from tests.factories.messages import confirmed, crowd, delivered, readers, sent
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_officer
from tests.factories.people import PersonFactory
from tests.mailbox import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges of a few people."""
    monkeypatch.setattr(sending, "LISTED_AT_ONCE", 4)
    monkeypatch.setattr(sending, "SERVED_AT_ONCE", 3)


def jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name="forprev.network.jobs.send_message", status="todo"))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("number", [1, 3, 4, 5, 12])
def test_everybody_once_whatever_the_ranges(number: int) -> None:
    people = crowd(number)
    message = sent()
    assert readers(message) == {person.pk for person in people}
    assert message.recipients_count == number == OutgoingMail.objects.count()
    assert (message.state, follow_up(message).served, follow_up(message).read) == (State.SENT, number, 0)


def test_a05_the_mail_goes_to_those_who_want_it_and_the_message_to_all() -> None:
    keen, quiet = crowd(2)
    Account.objects.filter(person=quiet).update(wants_messages=False)
    message = sent()
    assert readers(message) == {keen.pk, quiet.pk}
    mail = OutgoingMail.objects.get()
    assert (mail.person, mail.subject) == (keen, "[FORPREV] Nouveau référentiel SST")
    assert f"/messages-cibles/{message.pk}" in mail.text
    assert "« Messages ciblés » est coché dans vos préférences" in mail.text


def test_whoever_cannot_sign_in_is_not_addressed() -> None:
    there, closed = crowd(2)
    Account.objects.filter(person=closed).update(is_active=False)
    MembershipFactory(person=PersonFactory(), organisation=OrganisationFactory())
    assert readers(sent()) == {there.pk}


def test_a_message_waits_for_its_moment(settings: object) -> None:
    crowd(1)
    message = confirmed(send_at=now() + timedelta(days=1))
    assert (jobs(), sending.take_up()) == ([], 0)
    sending.go_on(message.pk)
    message.refresh_from_db()
    assert message.state == State.SCHEDULED
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        assert (sending.take_up(), sending.take_up(), len(jobs())) == (1, 1, 1)
        assert delivered(message).state == State.SENT


def test_one_to_send_now_calls_for_its_first_range_once() -> None:
    crowd(1)
    message = confirmed()
    assert [job.args for job in jobs()] == [{"message_id": message.pk}]
    sending.call_for(message.pk)
    assert len(jobs()) == 1
    assert jobs()[0].priority < 0


@pytest.mark.usefixtures("small")
def test_between_ranges_others_get_their_turn(settings: object) -> None:
    settings.MESSAGES_PAUSE = 30  # type: ignore[attr-defined]
    crowd(5)
    message = confirmed()
    for _ in range(3):  # two ranges listed, one served
        ProcrastinateJob.objects.all().delete()
        sending.go_on(message.pk)
    assert Recipient.objects.filter(message=message, served_at__isnull=False).count() == 3
    assert [job.scheduled_at for job in jobs()] == [now() + timedelta(seconds=30)]


@pytest.mark.usefixtures("small")
def test_what_a_dead_worker_left_is_taken_up_after_some_minutes() -> None:
    people = crowd(7)
    message = confirmed()
    sending.go_on(message.pk)
    sending.go_on(message.pk)
    sending.go_on(message.pk)
    ProcrastinateJob.objects.all().delete()
    assert sending.take_up() == 0
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert sending.take_up() == 1
        assert len(jobs()) == 1
        assert readers(delivered(message)) == {person.pk for person in people}
    assert OutgoingMail.objects.count() == 7


@pytest.mark.usefixtures("small")
def test_a_range_that_fails_leaves_nothing_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(5)
    message = confirmed()
    sending.go_on(message.pk)
    sending.go_on(message.pk)
    told = sending.mails.tell

    def fails(*args: object) -> None:
        told(*args)  # type: ignore[arg-type]
        raise OSError("no more")

    monkeypatch.setattr(sending.mails, "tell", fails)
    with pytest.raises(OSError, match="no more"):
        sending.go_on(message.pk)
    assert (readers(message), OutgoingMail.objects.count()) == (set(), 0)
    monkeypatch.setattr(sending.mails, "tell", told)
    assert len(readers(delivered(message))) == 5


def test_who_is_addressed_is_decided_when_it_leaves() -> None:
    here = OrganisationFactory()
    early = crowd(1, here)
    message = confirmed()
    late = crowd(1, here)
    Account.objects.filter(person=early[0]).update(is_active=False)
    assert readers(delivered(message)) == {late[0].pk}


def test_reading_is_noted_once() -> None:
    [person] = crowd(1)
    message = sent()
    received = message.recipients.get(person=person)
    services.note_read(received)
    first = message.recipients.get().read_at
    services.note_read(received)
    assert first is not None
    assert message.recipients.get().read_at == first
    assert follow_up(message).read == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small")
def test_two_workers_at_the_same_ranges() -> None:
    people = crowd(9)
    message = confirmed()
    for _ in range(8):
        together(*[partial(sending.go_on, message.pk)] * 2)
    message.refresh_from_db()
    assert message.state == State.SENT
    assert readers(message) == {person.pk for person in people}
    assert OutgoingMail.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_all_of_it(settings: object) -> None:
    settings.MESSAGES_PAUSE, settings.MAIL_DELIVERY = 0, False  # type: ignore[attr-defined]
    crowd(1_100)
    message = confirmed(acting_officer())
    work()
    assert TargetedMessage.objects.get(pk=message.pk).state == State.SENT
    assert OutgoingMail.objects.count() == len(readers(message)) == 1_100
