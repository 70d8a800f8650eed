"""Writing a targeted message, confirming it, giving it up."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import pairwise
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage

from forprev.accounts.models import Role
from forprev.core.dates import now
from forprev.core.errors import Conflict, DomainError
from forprev.core.uploads import Document
from forprev.core.workflow import NotAllowed
from forprev.network.messages import services
from forprev.network.messages.models import TargetedMessage
from forprev.network.messages.selectors import Audience, audience_of, visible_to
from forprev.network.messages.services import Words
from forprev.network.messages.workflow import State
from tests.concurrency import together
from tests.documents import pdf
from tests.factories.catalogue import level
from tests.factories.messages import MANAGERS, confirmed, crowd, delivered, drafted
from tests.factories.organisations import acting_manager, acting_national, acting_officer, fund

pytestmark = pytest.mark.django_db

FILE = Document("Programme.pdf", "application/pdf", pdf())
OTHER = Document("Affiche.pdf", "application/pdf", pdf(pages=2))


def kept() -> set[str]:
    """What the storage holds of messages."""
    return set(default_storage.listdir("messages")[1]) if default_storage.exists("messages") else set()


def national() -> object:
    return acting_national(Role.NATIONAL_ADMINISTRATOR)


@pytest.fixture(autouse=True)
def somebody() -> None:
    crowd(2)


def test_a_fund_writes_to_its_region_whatever_else_is_asked_for() -> None:
    message = drafted(audience=Audience(roles=("manager",), funds=(fund("bretagne").pk,)))
    assert message.sender == "Carsat Rhône-Alpes"
    assert audience_of(message).funds == (fund().pk,)
    assert not message.funds.exists()


def test_the_national_administration_writes_everywhere_or_where_it_says() -> None:
    assert audience_of(drafted(national())).funds == ()
    chosen = Audience(("trainer",), (level("SST", 1).pk,), (fund("bretagne").pk,), ("O", "C"))
    message = drafted(national(), chosen)
    assert audience_of(message) == chosen
    assert message.sender == "INRS"


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.SUPPORT_AGENT])
def test_others_of_the_network_write_none(role: Role) -> None:
    with pytest.raises(NotAllowed):
        services.create_message(acting_national(role), uuid4(), MANAGERS)
    assert not visible_to(acting_national(role)).exists()


def test_an_entity_writes_none() -> None:
    with pytest.raises(NotAllowed):
        services.create_message(acting_manager(), uuid4(), MANAGERS)


def test_each_fund_sees_its_own_and_the_national_administration_all() -> None:
    here, there = drafted(), drafted(acting_officer(fund("bretagne")))
    everywhere = drafted(national())
    assert set(visible_to(acting_officer())) == {here}
    assert set(visible_to(acting_officer(fund("bretagne")))) == {there}
    assert set(visible_to(national())) == {here, there, everywhere}


def test_what_another_fund_writes_is_not_to_be_found_and_what_a_fund_writes_is_its_own() -> None:
    message = drafted()
    stranger = acting_officer(fund("bretagne"))
    for act in (
        partial(services.change_audience, message.pk, stranger, message.version, MANAGERS),
        partial(services.change_words, message.pk, stranger, message.version, Words("a", "b")),
        partial(services.schedule, message.pk, stranger, message.version),
        partial(services.cancel, message.pk, stranger),
    ):
        with pytest.raises(TargetedMessage.DoesNotExist):
            act()
    for act in (
        partial(services.change_words, message.pk, national(), message.version, Words("a", "b")),
        partial(services.schedule, message.pk, national(), message.version),
        partial(services.cancel, message.pk, national()),
    ):
        with pytest.raises(NotAllowed, match="celui d’une caisse"):
            act()
    services.cancel(message.pk, acting_officer())  # a colleague


def test_without_a_role_it_is_for_nobody() -> None:
    with pytest.raises(DomainError) as refusal:
        services.create_message(acting_officer(), uuid4(), Audience())
    assert refusal.value.field == "roles"
    assert not TargetedMessage.objects.exists()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Words(" ", "b"), "subject"),
        (Words("a" * 151, "b"), "subject"),
        (Words("a", "\n "), "text"),
        (Words("a", "b" * 5001), "text"),
        (Words("a", "b", now() - timedelta(days=3650)), "day"),
        (Words("a", "b", now() + timedelta(days=3650)), "day"),
    ],
)
def test_words_that_cannot_be_sent(words: Words, field: str) -> None:
    acting = acting_officer()
    message = drafted(acting)
    with pytest.raises(DomainError) as refusal:
        services.change_words(message.pk, acting, message.version, words)
    assert refusal.value.field == field
    message.refresh_from_db()
    assert message.subject == "Nouveau référentiel SST"


def test_a_stale_form_changes_nothing_and_the_same_one_twice_changes_once() -> None:
    acting = acting_officer()
    message = drafted(acting)
    stale = message.version - 1
    with pytest.raises(Conflict):
        services.change_words(message.pk, acting, stale, Words("Autre", "texte"))
    with pytest.raises(Conflict):
        services.change_audience(message.pk, acting, stale, Audience(("delegate",)))
    with pytest.raises(Conflict):
        services.schedule(message.pk, acting, stale)
    again = Words(message.subject, message.text)
    assert services.change_words(message.pk, acting, stale, again).version == message.version
    assert services.change_audience(message.pk, acting, stale, MANAGERS).version == message.version


def test_the_same_form_makes_one_message_and_only_its_fund_has_it() -> None:
    acting, key = acting_officer(), uuid4()
    assert len({services.create_message(acting, key, MANAGERS).pk for _ in range(2)}) == 1
    with pytest.raises(TargetedMessage.DoesNotExist):
        services.create_message(acting_officer(fund("bretagne")), key, MANAGERS)


def test_a_document_is_replaced_and_taken_away(django_capture_on_commit_callbacks: object) -> None:
    acting = acting_officer()
    message = drafted(acting, document=FILE)
    first = message.document
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        words = Words(message.subject, message.text, document=OTHER)
        message = services.change_words(message.pk, acting, message.version, words)
    assert (message.document_name, default_storage.exists(first)) == ("Affiche.pdf", False)
    second = message.document
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        words = Words(message.subject, message.text, without_document=True)
        message = services.change_words(message.pk, acting, message.version, words)
    assert (message.document, message.document_name, default_storage.exists(second)) == ("", "", False)


def test_a_document_stays_where_only_words_change() -> None:
    acting = acting_officer()
    message = drafted(acting, document=FILE)
    changed = services.change_words(message.pk, acting, message.version, Words("Autre", "texte"))
    assert changed.document == message.document != ""


def test_a_stale_form_leaves_no_document_behind() -> None:
    acting = acting_officer()
    message = drafted(acting)
    before = kept()
    with pytest.raises(Conflict):
        services.change_words(message.pk, acting, 1, Words("a", "b", document=FILE))
    assert kept() == before


def test_a_message_for_nobody_is_not_confirmed() -> None:
    acting = acting_officer(fund("bretagne"))
    message = drafted(acting)
    with pytest.raises(DomainError) as refusal:
        services.schedule(message.pk, acting, message.version)
    assert refusal.value.code == "nobody"


def test_an_unwritten_message_is_not_confirmed() -> None:
    acting = acting_officer()
    message = services.create_message(acting, uuid4(), MANAGERS)
    with pytest.raises(DomainError) as refusal:
        services.schedule(message.pk, acting, message.version)
    assert refusal.value.code == "incomplete"


def test_confirmed_it_changes_no_more_and_confirmed_twice_is_once() -> None:
    acting = acting_officer()
    message = confirmed(acting, send_at=now() + timedelta(days=2))
    assert services.schedule(message.pk, acting, message.version - 1).version == message.version
    with pytest.raises(NotAllowed):
        services.change_words(message.pk, acting, message.version, Words("a", "b"))
    with pytest.raises(NotAllowed):
        services.change_audience(message.pk, acting, message.version, MANAGERS)


def test_cancelled_before_it_leaves_it_reaches_nobody(django_capture_on_commit_callbacks: object) -> None:
    acting = acting_officer()
    message = confirmed(acting, document=FILE)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        services.cancel(message.pk, acting)
        services.cancel(message.pk, acting)
    assert not default_storage.exists(message.document)
    message = delivered(message)
    assert (message.state, message.recipients.count()) == (State.CANCELLED, 0)


def test_once_it_leaves_it_is_not_cancelled() -> None:
    acting = acting_officer()
    message = delivered(confirmed(acting))
    with pytest.raises(NotAllowed):
        services.cancel(message.pk, acting)


@pytest.mark.django_db(transaction=True)
def test_confirmed_and_cancelled_at_the_same_moment() -> None:
    acting = acting_officer()
    message = drafted(acting, send_at=now() + timedelta(days=2))
    together(
        partial(services.schedule, message.pk, acting, message.version), partial(services.cancel, message.pk, acting)
    )
    message.refresh_from_db()
    assert message.state == State.CANCELLED


def test_the_history_tells_who_did_what() -> None:
    acting = acting_officer()
    message = delivered(confirmed(acting))
    rows = message.events.select_related("pgh_context").order_by("pgh_id")
    told = [(row.state, row.pgh_context.metadata["action"], row.pgh_context.metadata["actor"]) for row in rows]
    moves = [each for before, each in pairwise(told) if before[0] != each[0]]
    assert moves == [
        ("scheduled", "schedule_message", acting.display_name),
        ("sending", "start_message", "Forprev"),
        ("sent", "finish_message", "Forprev"),
    ]
