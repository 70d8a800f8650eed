"""A04: names and birth dates are read-only, and corrected by the hotline at the person's request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from threading import Thread
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forprev.accounts.acting import Acting, System
from forprev.accounts.models import Role
from forprev.certification.models import Certificate
from forprev.certification.rules.findings import Refused
from forprev.core import uploads
from forprev.core.dates import day_of, now, today
from forprev.core.errors import DomainError
from forprev.core.workflow import NotAllowed
from forprev.notices.models import Notice, OutgoingMail
from forprev.people.merging import merge
from forprev.people.models import Identity, Person
from forprev.people.selectors import by_number, same_identity
from forprev.people.services import correct_identity, find_or_create
from forprev.support import mails
from forprev.support.jobs import remind
from forprev.support.models import CorrectionRequest
from forprev.support.selectors import awaiting, for_list, history_of, visible_to
from forprev.support.services import (
    FOLDER,
    TEXT_LENGTH,
    apply_correction,
    ask_correction,
    drop_correction,
    refuse_correction,
)
from forprev.support.workflow import State
from tests.clock import days, in_the_morning
from tests.concurrency import together
from tests.documents import HOSTILE_PDF, TOO_LARGE, pdf, picture
from tests.factories.accounts import AccountFactory
from tests.factories.certification import trainer
from tests.factories.organisations import acting_manager, acting_national, acting_officer
from tests.factories.people import PersonFactory
from tests.factories.support import acting_agent, asked, named, proof
from tests.http.world import browser_of
from tests.screens import menu_of, text_of

pytestmark = pytest.mark.django_db

ASK = "/mon-profil/demander-une-correction"
LIST = "/corrections"


@pytest.fixture(autouse=True)
def storage() -> Iterator[None]:
    """No document before, none after: the storage is not the transaction's."""
    for name in kept():
        default_storage.delete(f"{FOLDER}/{name}")
    yield
    for name in kept():
        default_storage.delete(f"{FOLDER}/{name}")


def kept() -> list[str]:
    if not default_storage.exists(FOLDER):
        return []
    names: list[str] = default_storage.listdir(FOLDER)[1]
    return names


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Neither a person, nor a request, nor a mail, nor a document."""
    before = everything()
    yield
    assert everything() == before


def everything() -> list[Any]:
    rows = (Person, CorrectionRequest, OutgoingMail)
    return [*(list(model.objects.order_by("pk").values()) for model in rows), sorted(kept())]


def subjects(person: Person) -> list[str]:
    return list(OutgoingMail.objects.filter(person=person).order_by("created_at").values_list("subject", flat=True))


def typed(person: Person, **changes: Any) -> dict[str, Any]:
    """What the form sends when only `changes` were typed over what it showed."""
    identity = person.identity
    shown = {
        "last_name": identity.last_name,
        "first_name": identity.first_name,
        "birth_date": f"{identity.birth_date:%d/%m/%Y}",
        "message": "",
    }
    return {**shown, **changes}


def file(name: str = "carte.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


# Asking


class TestAsking:
    def test_a04_what_is_asked_waits_and_changes_nothing(self) -> None:
        person = named()
        correction = asked(person, last_name="LÉVÊQUE", birth_date=date(1980, 1, 2), message="  Mariage \n")
        correction.refresh_from_db()
        assert (correction.state, correction.message) == (State.OPEN, "Mariage")
        assert correction.old_identity == Identity("LEVEQUE", "Anne", date(1980, 2, 1))
        assert correction.new_identity == Identity("LÉVÊQUE", "Anne", date(1980, 1, 2))
        assert [value.changes for value in correction.values] == [True, False, True]
        assert Person.objects.get(pk=person.pk).identity == person.identity
        assert subjects(person) == ["[FORPREV] Votre demande de correction est reçue"]

    def test_nothing_to_change_is_no_request(self) -> None:
        person = named()
        with nothing_changes(), pytest.raises(DomainError, match="Rien ne change"):
            ask_correction(person, person.identity, document=proof())

    def test_the_same_request_twice_is_one(self) -> None:
        person = named()
        first = asked(person, message="Mariage", document=proof())
        with nothing_changes():
            assert asked(person, message="Mariage", document=proof()) == first

    @pytest.mark.parametrize(
        "other",
        [
            {"last_name": "LÉVÊQUE-ROUX", "message": "Mariage", "document": None},
            {"last_name": "LÉVÊQUE", "message": "Divorce", "document": None},
            {"last_name": "LÉVÊQUE", "message": "Mariage", "document": proof()},
        ],
    )
    def test_another_request_waits_for_the_end_of_the_first(self, other: dict[str, Any]) -> None:
        person = named()
        asked(person, message="Mariage")
        with nothing_changes(), pytest.raises(DomainError, match="déjà une demande en cours"):
            asked(person, **other)

    @pytest.mark.parametrize(
        "change",
        [
            {"last_name": "<b>"},
            {"last_name": " "},
            {"first_name": "a" * 101},
            {"birth_date": date(1899, 12, 31)},
            {"birth_date": today() + timedelta(days=1)},
        ],
    )
    def test_what_is_no_identity_is_refused(self, change: dict[str, Any]) -> None:
        person = named()
        with nothing_changes(), pytest.raises(Refused) as refusal:
            asked(person, **change)
        assert [finding.field for finding in refusal.value.findings] == list(change)

    def test_a_message_has_an_end(self) -> None:
        person = named()
        assert asked(message="a" * TEXT_LENGTH)
        with pytest.raises(DomainError) as refusal:
            asked(person, message="a" * (TEXT_LENGTH + 1))
        assert refusal.value.field == "message"

    def test_the_document_is_kept_under_a_name_that_says_nothing(self) -> None:
        correction = asked(document=proof())
        assert [f"{FOLDER}/{name}" for name in kept()] == [correction.document]
        assert "identit" not in correction.document
        assert correction.document_name == "Carte d’identité.pdf"

    def test_no_document_stays_when_the_request_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(correction: CorrectionRequest) -> None:
            assert kept()
            raise ConnectionError

        monkeypatch.setattr(mails, "received", broken)
        person = named()
        with nothing_changes(), pytest.raises(ConnectionError):
            asked(person, document=proof())

    def test_the_mail_says_nothing_of_the_identity(self) -> None:
        correction = asked(last_name="MONTBEL", birth_date=date(1981, 3, 4))
        mail = OutgoingMail.objects.get(person=correction.person)
        assert f"n°{correction.pk}" in mail.text
        assert "MONTBEL" not in mail.text + mail.html
        assert "1981" not in mail.text + mail.html


class TestTakingBack:
    @pytest.mark.django_db(transaction=True)
    def test_the_document_goes_with_it(self) -> None:
        correction = asked(document=proof())
        assert len(kept()) == 1
        drop_correction(correction.pk, correction.person)
        correction.refresh_from_db()
        assert (correction.state, correction.document, correction.closed_by) == ("dropped", "", correction.person)
        assert kept() == []

    def test_twice_is_once(self) -> None:
        correction = asked()
        drop_correction(correction.pk, correction.person)
        with nothing_changes():
            drop_correction(correction.pk, correction.person)

    def test_then_another_one_can_be_sent(self) -> None:
        correction = asked()
        drop_correction(correction.pk, correction.person)
        assert asked(correction.person) != correction

    def test_that_of_somebody_else(self) -> None:
        correction, other = asked(), named("AUTRE")
        with nothing_changes(), pytest.raises(CorrectionRequest.DoesNotExist):
            drop_correction(correction.pk, other)

    @pytest.mark.parametrize("answer", [apply_correction, partial(refuse_correction, reason="Non.")])
    def test_too_late(self, answer: Callable[..., object]) -> None:
        correction = asked()
        answer(correction.pk, acting_agent())
        with nothing_changes(), pytest.raises(NotAllowed):
            drop_correction(correction.pk, correction.person)


# The hotline's answers


class TestApplying:
    def test_a04_the_person_bears_its_new_identity(self) -> None:
        correction, agent = asked(last_name="LÉVÊQUE", first_name="Annie", birth_date=date(1980, 1, 2)), acting_agent()
        apply_correction(correction.pk, agent)
        person = Person.objects.get(pk=correction.person_id)
        assert person.identity == Identity("LÉVÊQUE", "Annie", date(1980, 1, 2))
        assert list(same_identity("Lévêque", "ANNIE", date(1980, 1, 2))) == [person]
        correction.refresh_from_db()
        assert (correction.state, correction.closed_by) == (State.APPLIED, agent.person)
        assert correction.closed_at is not None
        assert subjects(person)[1:] == ["[FORPREV] Votre correction est appliquée"]

    def test_a04_certificates_delivered_keep_the_name_that_they_bear_and_are_replaced(self) -> None:
        person = trainer(last_name="LEVEQUE")
        AccountFactory(person=person)
        apply_correction(asked(person, last_name="LÉVÊQUE").pk, acting_agent())
        was, now = Certificate.objects.select_related("person", "end").order_by("edition")
        assert was.holder_last_name == "LEVEQUE"
        assert was.person.last_name == "LÉVÊQUE"
        assert (was.end.kind, was.end.replacement) == ("replaced", now)
        assert now.holder_last_name == "LÉVÊQUE"

    def test_the_history_of_the_person_and_of_the_request_say_who_did_it(self) -> None:
        correction, agent = asked(), acting_agent()
        apply_correction(correction.pk, agent)
        last = correction.person.events.order_by("-pgh_id").first()
        assert last.last_name == "LÉVÊQUE"
        assert last.pgh_context.metadata["action"] == "correct_identity"
        assert last.pgh_context.metadata["actor_id"] == agent.person_id
        told = [(e.action, e.actor, e.role, e.before, e.after) for e in history_of(correction)]
        assert told == [
            ("Appliquer la correction", agent.display_name, "Hotline", "En cours", "Appliquée"),
            ("Demander une correction", "LEVEQUE Anne", "Titulaire du compte", "", "En cours"),
        ]

    def test_a_person_that_changed_since_is_left_alone(self) -> None:
        correction = asked()
        correct_identity(
            correction.person_id,
            System(),
            before=correction.old_identity,
            after=correction.old_identity._replace(first_name="Annick"),
        )
        agent = acting_agent()
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            apply_correction(correction.pk, agent)
        assert refusal.value.code == "conflict"
        refuse_correction(correction.pk, agent, "Votre identité a changé.")

    @pytest.mark.parametrize("other", [apply_correction, partial(refuse_correction, reason="Non.")])
    def test_what_was_answered_is_answered(self, other: Callable[..., object]) -> None:
        correction, agent = asked(), acting_agent()
        apply_correction(correction.pk, acting_agent())
        with nothing_changes(), pytest.raises(NotAllowed):
            other(correction.pk, agent)

    def test_an_agent_does_not_answer_itself(self) -> None:
        agent = acting_agent(named())
        correction = asked(agent.person)
        for answer in (apply_correction, partial(refuse_correction, reason="Non.")):
            with nothing_changes(), pytest.raises(DomainError, match="autre agent"):
                answer(correction.pk, agent)
        assert apply_correction(correction.pk, acting_agent())

    def test_an_identity_that_somebody_else_bears_may_be_the_right_one(self) -> None:
        other = PersonFactory(last_name="LÉVÊQUE", first_name="Anne", birth_date=date(1980, 2, 1))
        correction = asked()
        page = browser_of(acting_agent().person).get(f"{LIST}/{correction.pk}/appliquer")
        assert "Une autre personne porte déjà cette identité, ou presque : doublon possible" in text_of(page).replace(
            "\xa0", " "
        )
        assert other.number in text_of(page)
        apply_correction(correction.pk, acting_agent())
        assert same_identity("LÉVÊQUE", "Anne", date(1980, 2, 1)).count() == 2

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT_AGENT])
    def test_nobody_but_the_hotline_sees_them(self, role: Role) -> None:
        correction = asked()
        acting = {
            Role.FUND_OFFICER: acting_officer,
            Role.COMMITTEE: partial(acting_national, role),
            Role.NATIONAL_ADMINISTRATOR: partial(acting_national, role),
        }.get(role, acting_manager)()
        assert not visible_to(acting).exists()
        for answer in (apply_correction, partial(refuse_correction, reason="Non.")):
            with nothing_changes(), pytest.raises(CorrectionRequest.DoesNotExist):
                answer(correction.pk, acting)


class TestRefusing:
    def test_the_person_is_told_why(self) -> None:
        correction, agent = asked(), acting_agent()
        refuse_correction(correction.pk, agent, " La pièce est illisible. \n")
        correction.refresh_from_db()
        assert (correction.state, correction.reason) == (State.REFUSED, "La pièce est illisible.")
        assert Person.objects.get(pk=correction.person_id).identity == correction.old_identity
        mail = OutgoingMail.objects.order_by("-created_at")[0]
        assert mail.recipient == correction.person.account.email
        assert mail.subject == "[FORPREV] Votre demande de correction est refusée"
        assert "La pièce est illisible." in mail.text
        assert history_of(correction)[0].comment == "La pièce est illisible."

    @pytest.mark.parametrize("reason", ["", " \n\t", "a" * (TEXT_LENGTH + 1)])
    def test_a_reason_is_asked_for_and_has_an_end(self, reason: str) -> None:
        correction, agent = asked(), acting_agent()
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            refuse_correction(correction.pk, agent, reason)
        assert refusal.value.field == "reason"


class TestDatabase:
    def test_one_request_waits_a_person(self) -> None:
        correction = asked()
        with pytest.raises(IntegrityError, match="one_open_correction_a_person"):
            again(correction, new_last_name="AUTRE")

    def test_a_request_changes_something(self) -> None:
        correction = drop_correction((waiting := asked()).pk, waiting.person)
        with pytest.raises(IntegrityError, match="correction_changes_something"):
            again(correction, new_last_name=correction.old_last_name, state=State.OPEN, closed_at=None, closed_by=None)

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"state": State.REFUSED, "closed_at": now()}, "correction_closed_by_somebody|with_a_reason"),
            ({"reason": "Non."}, "correction_refused_with_a_reason"),
            ({"closed_at": now()}, "correction_closed_by_somebody"),
            ({"state": "autre"}, "Invalid transition"),
        ],
    )
    def test_a_state_has_what_belongs_to_it(self, fields: dict[str, Any], constraint: str) -> None:
        correction = asked()
        with pytest.raises((IntegrityError, ProgrammingError), match=constraint), transaction.atomic():
            CorrectionRequest.objects.filter(pk=correction.pk).update(**fields)

    def test_an_answer_is_final(self) -> None:
        correction = asked()
        apply_correction(correction.pk, acting_agent())
        with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
            CorrectionRequest.objects.filter(pk=correction.pk).update(state=State.OPEN, closed_at=None, closed_by=None)


def again(correction: CorrectionRequest, **changes: Any) -> None:
    """The same row once more, but for `changes`."""
    fields = CorrectionRequest.objects.filter(pk=correction.pk).values().get()
    del fields["id"]
    with transaction.atomic():
        CorrectionRequest.objects.create(**{**fields, **changes})


# At the same moment


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_the_same_form_four_times(self) -> None:
        person = named()
        made = together(*[partial(asked, person, document=proof())] * 4)
        assert {getattr(each, "pk", each) for each in made} == {CorrectionRequest.objects.get().pk}
        assert len(kept()) == 1
        assert len(subjects(person)) == 1

    def test_two_agents_answer(self) -> None:
        for others in (apply_correction, partial(refuse_correction, reason="Non.")):
            correction = asked()
            answers = together(
                partial(apply_correction, correction.pk, acting_agent()),
                partial(others, correction.pk, acting_agent()),
            )
            assert sorted(type(a).__name__ for a in answers) == ["CorrectionRequest", "NotAllowed"]
            assert len(subjects(correction.person)) == 2

    def test_the_person_takes_back_what_an_agent_applies(self) -> None:
        correction = asked(document=proof())
        answers = together(
            partial(apply_correction, correction.pk, acting_agent()),
            partial(drop_correction, correction.pk, correction.person),
        )
        assert sorted(type(a).__name__ for a in answers) == ["CorrectionRequest", "NotAllowed"]
        correction.refresh_from_db()
        applied = correction.state == State.APPLIED
        correction.person.refresh_from_db()
        assert (correction.person.last_name == "LÉVÊQUE") is applied
        assert len(kept()) == applied

    def test_a_merge_in_the_meantime(self) -> None:
        """Neither waits for the other: both end, in whatever order."""
        for _ in range(5):
            correction, kept_person = asked(), named("AUTRE")
            outcomes = together(
                partial(apply_correction, correction.pk, acting_agent()),
                partial(merge, correction.person_id, kept_person.pk, System(), "Doublon"),
            )
            assert getattr(outcomes[1], "kept", outcomes[1]) == kept_person
            failed = isinstance(outcomes[0], Exception)
            assert not failed or isinstance(outcomes[0], DomainError | Person.DoesNotExist)
            correction.refresh_from_db()
            assert (correction.state == State.OPEN) is failed

    def test_somebody_of_the_new_identity_is_recorded_meanwhile(self) -> None:
        """A session that creates its trainees waits for the correction, and finds the person corrected."""
        correction, agent, found = asked(last_name="MONTBEL"), acting_agent(), []

        def record() -> None:
            found.extend(find_or_create([correction.new_identity]))
            connections.close_all()

        session = Thread(target=record)
        with transaction.atomic():
            apply_correction(correction.pk, agent)
            session.start()
            while session.is_alive() and not somebody_waits():
                pass
        session.join()
        assert found == [correction.person]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone() is not None


# Merging


class TestMerging:
    def test_b44_requests_follow(self) -> None:
        duplicate, kept_person = named(), named("AUTRE")
        refused, agent = asked(duplicate), acting_agent(duplicate)
        refuse_correction(refused.pk, acting_agent(), "Non.")
        answered = refuse_correction(asked().pk, agent, "Non.")
        waiting = asked(duplicate)
        merge(duplicate.pk, kept_person.pk, System(), "Doublon")
        assert set(kept_person.correction_requests.all()) == {refused, waiting}
        answered.refresh_from_db()
        assert answered.closed_by == kept_person
        assert CorrectionRequest.objects.get(pk=waiting.pk).state == State.OPEN

    def test_b44_of_two_that_wait_one_is_answered_before(self) -> None:
        duplicate, kept_person = named(), named("AUTRE")
        asked(duplicate)
        answered = asked(kept_person)
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            merge(duplicate.pk, kept_person.pk, System(), "Doublon")
        assert refusal.value.code == "two_corrections"
        refuse_correction(answered.pk, acting_agent(), "Non.")
        merge(duplicate.pk, kept_person.pk, System(), "Doublon")
        assert by_number(duplicate.number) == kept_person
        assert kept_person.correction_requests.count() == 2


# The person's page


class TestPage:
    @pytest.fixture
    def person(self) -> Person:
        return named()

    @pytest.fixture
    def client(self, person: Person) -> Client:
        """Without any role: none is needed."""
        return browser_of(person)

    def test_it_shows_the_present_identity_and_offers_it_for_correction(self, client: Client) -> None:
        html = client.get(ASK).content.decode()
        assert "<h1>Demander une correction</h1>" in html
        for name, value in (("last_name", "LEVEQUE"), ("first_name", "Anne"), ("birth_date", "01/02/1980")):
            assert re.search(rf'name="{name}" value="{value}"', html), name

    def test_it_is_open_in_a_role_too(self) -> None:
        assert browser_of(acting_manager().person).get(ASK).status_code == 200

    def test_a_request_is_sent_and_shown(self, client: Client, person: Person) -> None:
        sent = typed(person, last_name="LÉVÊQUE", message="Voir la carte\net l’acte", document=file("Carte été.pdf"))
        page = client.post(ASK, sent, follow=True)
        assert page.redirect_chain == [(ASK, 302)]
        text = text_of(page)
        for said in (
            "Votre demande est envoyée à l’assistance",
            "En cours",
            "LÉVÊQUE",
            "Voir la carte",
            "Carte été.pdf",
        ):
            assert said in text
        assert "Annuler ma demande" in text
        assert "Envoyer la demande" not in text

    def test_the_same_post_twice_makes_one_request(self, client: Client, person: Person) -> None:
        for _ in range(2):
            response = client.post(ASK, typed(person, last_name="LÉVÊQUE", document=file()))
            assert response.status_code == 302
        assert CorrectionRequest.objects.count() == 1
        assert len(subjects(person)) == 1

    def test_another_post_while_one_waits_is_refused_in_words(self, client: Client, person: Person) -> None:
        asked(person)
        with nothing_changes():
            page = client.post(ASK, typed(person, last_name="AUTRE"))
        assert page.status_code == 409
        assert "Vous avez déjà une demande en cours" in text_of(page)

    def test_a_form_shown_before_leads_to_what_waits(self, client: Client, person: Person) -> None:
        asked(person)
        with nothing_changes():
            page = client.post(ASK, typed(person, last_name=""), follow=True)
        assert page.redirect_chain == [(ASK, 302)]

    def test_nothing_changed_is_told_and_nothing_typed_is_lost(self, client: Client, person: Person) -> None:
        with nothing_changes():
            page = client.post(ASK, typed(person, message="Une erreur"))
        assert page.status_code == 422
        assert "Rien ne change" in text_of(page)
        assert "Une erreur" in text_of(page)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("last_name", ""),
            ("last_name", "R2D2"),
            ("first_name", "<script>alert(1)</script>"),
            ("first_name", "a" * 101),
            ("birth_date", ""),
            ("birth_date", "31/02/1980"),
            ("birth_date", "01/01/1899"),
            ("birth_date", "01/01/2150"),
            ("message", "a" * (TEXT_LENGTH + 1)),
            ("message", "\x00"),
        ],
    )
    def test_bad_input_is_told_beside_its_field(self, client: Client, person: Person, field: str, value: str) -> None:
        sent = typed(person, **{"last_name": "DUVAL", "first_name": "Zoé", field: value}, document=file())
        with nothing_changes():
            page = client.post(ASK, sent)
        assert page.status_code == 422
        assert list(page.context["form"].errors) == [field]
        assert "joignez-le de nouveau" in text_of(page)
        kept_value = "DUVAL" if field != "last_name" else "Zoé"
        assert f'value="{kept_value}"' in page.content.decode()
        assert b"<script>alert" not in page.content

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            *(("piece.pdf", content) for content, _ in HOSTILE_PDF.values()),
            ("piece.pdf", picture()),
            ("photo.jpg", TOO_LARGE),
            ("page.html", b"<script>alert(1)</script>"),
            ("vide.pdf", b""),
        ],
    )
    def test_item44_a_document_that_is_not_admitted(
        self, client: Client, person: Person, name: str, content: bytes
    ) -> None:
        with nothing_changes():
            page = client.post(ASK, typed(person, last_name="LÉVÊQUE", document=file(name, content)))
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["document"]
        assert 'value="LÉVÊQUE"' in page.content.decode()

    def test_item44_a_request_that_is_far_too_large_is_not_read(self, client: Client, person: Person) -> None:
        content = b"\x00" * (uploads.MOST_OF_A_REQUEST + 1)
        with nothing_changes():
            page = client.post(ASK, typed(person, last_name="LÉVÊQUE", document=file("photo.jpg", content)))
        assert page.status_code == 400
        assert page.templates[0].name == "core/errors/400.html"

    def test_item25_fields_that_the_form_has_not_are_ignored(self, client: Client, person: Person) -> None:
        other = named("AUTRE")
        extra = {"person": other.pk, "state": "applied", "reason": "x", "old_last_name": "X", "closed_by": other.pk}
        client.post(ASK, {**typed(person, last_name="LÉVÊQUE"), **extra})
        correction = CorrectionRequest.objects.get()
        assert (correction.person, correction.state, correction.old_last_name) == (person, State.OPEN, "LEVEQUE")

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            (apply_correction, "a été appliquée le"),
            (partial(refuse_correction, reason="La pièce est illisible."), "Motif : La pièce est illisible."),
        ],
    )
    def test_the_answer_stands_above_the_form(
        self, client: Client, person: Person, answer: Callable[..., object], said: str
    ) -> None:
        answer(asked(person).pk, acting_agent())
        text = text_of(client.get(ASK)).replace("\xa0", " ")
        assert said in text
        assert "Envoyer la demande" in text

    def test_taking_it_back(self, client: Client, person: Person) -> None:
        url = f"/mon-profil/corrections/{asked(person).pk}/annuler"
        with nothing_changes():
            assert "Annuler ma demande de correction" in text_of(client.get(url))
        for _ in range(2):
            page = client.post(url, follow=True)
            assert page.redirect_chain == [(ASK, 302)]
            assert "Votre demande est annulée." in text_of(page)
        assert "Envoyer la demande" in text_of(client.get(ASK))

    def test_taking_back_what_was_answered_is_refused_in_words(self, client: Client, person: Person) -> None:
        correction = asked(person)
        apply_correction(correction.pk, acting_agent())
        for ask in (client.get, client.post):
            with nothing_changes():
                assert ask(f"/mon-profil/corrections/{correction.pk}/annuler").status_code == 409


class TestDocument:
    def test_item46_the_person_and_the_hotline_fetch_it_as_a_file(self) -> None:
        correction = asked(document=proof())
        for person, url in (
            (correction.person, f"/mon-profil/corrections/{correction.pk}/justificatif"),
            (acting_agent().person, f"{LIST}/{correction.pk}/justificatif"),
        ):
            response = browser_of(person).get(url)
            assert body(response) == proof().content
            assert response["Content-Type"] == "application/pdf"
            assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Carte%20d")
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert "no-store" in response["Cache-Control"]

    def test_item46_nobody_else_does(self) -> None:
        correction = asked(document=proof())
        own_url = f"/mon-profil/corrections/{correction.pk}/justificatif"
        for person in (named("AUTRE"), acting_manager().person, acting_agent().person):
            assert browser_of(person).get(own_url).status_code == 404
        assert Client().get(own_url)["Location"].startswith("/connexion")

    def test_there_is_none(self) -> None:
        correction = asked()
        assert browser_of(acting_agent().person).get(f"{LIST}/{correction.pk}/justificatif").status_code == 404

    def test_the_storage_has_no_address(self) -> None:
        correction = asked(document=proof())
        for path in (f"/media/{correction.document}", f"/{correction.document}", f"/static/{correction.document}"):
            assert browser_of(correction.person).get(path).status_code == 404


def body(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


# The hotline's screens


class TestHotline:
    @pytest.fixture
    def agent(self) -> Client:
        return browser_of(acting_agent().person)

    def test_the_list_begins_with_what_waits_the_oldest_first(self, agent: Client) -> None:
        first, second, third, fourth = (asked(named(name)) for name in ("PREMIER", "DEUXIEME", "TROISIEME", "DERNIER"))
        refuse_correction(first.pk, acting_agent(), "Non.")
        refuse_correction(second.pk, acting_agent(), "Non.")
        text = text_of(agent.get(LIST))
        assert sorted(("PREMIER", "DEUXIEME", "TROISIEME", "DERNIER"), key=text.index) == [
            "TROISIEME",
            "DERNIER",
            "DEUXIEME",
            "PREMIER",
        ]
        assert "Affichage de 1 à 4 sur 4 demandes de correction" in text
        assert list(for_list(CorrectionRequest.objects.all())) == [third, fourth, second, first]

    def test_the_list_is_searched_sorted_and_exported(self, agent: Client) -> None:
        waiting, refused = asked(named("LEVEQUE")), asked(named("DUVAL"))
        refuse_correction(refused.pk, acting_agent(), "Non.")
        text = text_of(agent.get(LIST, {"champ": "etat", "operateur": "est", "valeur": "open"}))
        assert waiting.person.number in text
        assert refused.person.number not in text
        page = agent.post(LIST, {"champ": "nom", "operateur": "commence", "valeur": "lévê"}, follow=True)
        assert waiting.person.number in text_of(page)
        assert refused.person.number not in text_of(page)
        assert "lévê" not in page.redirect_chain[-1][0]
        for column in ("demande", "date", "nom", "prenom", "numero", "etat"):
            assert agent.get(LIST, {"tri": f"-{column}"}).status_code == 200
        assert "Refusée" in body(agent.get(LIST, {"export": "csv"})).decode("utf-8-sig")

    def test_the_menu_and_the_dashboard_count_what_waits(self) -> None:
        acting = acting_agent(named("AGENT"))
        mine, waiting = asked(acting.person), asked(message="Mariage")
        apply_correction(asked().pk, acting_agent())
        assert list(awaiting(acting)) == [waiting]
        page = browser_of(acting.person).get("/tableau-de-bord")
        (entry,) = [label for label in menu_of(page) if label.startswith("Corrections d’identité")]
        assert "1" in entry
        text = text_of(page)
        assert "1 demande attend votre réponse." in text
        assert f"Demande de correction n°{waiting.pk}" in text
        assert f"Demande de correction n°{mine.pk}" not in text

    def test_the_page_of_a_request_says_everything(self, agent: Client) -> None:
        correction = asked(last_name="LÉVÊQUE", message="<b>Mariage</b>", document=proof())
        page = agent.get(f"{LIST}/{correction.pk}")
        text = text_of(page)
        for said in ("LEVEQUE", "LÉVÊQUE", "01/02/1980", "<b>Mariage</b>", "Carte d’identité.pdf", "Historique"):
            assert said in text
        assert b"<b>Mariage" not in page.content
        assert "Appliquer la correction" in text
        assert "Refuser" in text

    def test_applying_is_confirmed_then_done(self, agent: Client) -> None:
        correction = asked()
        url = f"{LIST}/{correction.pk}/appliquer"
        with nothing_changes():
            text = text_of(agent.get(url))
        assert "Aucun certificat valide ne porte l’ancienne identité" in text
        assert "doublon possible" not in text
        page = agent.post(url, follow=True)
        assert page.redirect_chain == [(f"{LIST}/{correction.pk}", 302)]
        text = text_of(page)
        assert "Appliquée" in text
        assert "Refuser" not in text
        for ask in (agent.get, agent.post):
            with nothing_changes():
                assert ask(url).status_code == 409

    def test_refusing_takes_a_reason(self, agent: Client) -> None:
        correction = asked()
        url = f"{LIST}/{correction.pk}/refuser"
        with nothing_changes():
            assert agent.get(url).status_code == 200
            page = agent.post(url, {"reason": "  "})
        assert page.status_code == 422
        assert "Le motif doit être renseigné." in text_of(page)
        page = agent.post(url, {"reason": "La pièce\nest illisible."}, follow=True)
        assert "La pièce est illisible." in text_of(page)
        with nothing_changes():
            assert agent.post(url, {"reason": "Encore."}).status_code == 409

    def test_an_agent_s_own_request_is_shown_without_any_answer(self) -> None:
        acting = acting_agent(named())
        correction, browser = asked(acting.person), browser_of(acting.person)
        text = text_of(browser.get(f"{LIST}/{correction.pk}"))
        assert "elle est traitée par un autre agent" in text
        assert "Refuser" not in text
        with nothing_changes():
            assert browser.get(f"{LIST}/{correction.pk}/appliquer").status_code == 302
            assert browser.post(f"{LIST}/{correction.pk}/appliquer").status_code == 409
            assert browser.post(f"{LIST}/{correction.pk}/refuser", {"reason": "Non."}).status_code == 409

    def test_a_person_that_changed_since_is_told_of(self, agent: Client) -> None:
        correction = asked()
        Person.objects.filter(pk=correction.person_id).update(first_name="Annick")
        text = text_of(agent.get(f"{LIST}/{correction.pk}"))
        assert "L’identité de cette personne a changé depuis la demande" in text
        assert "Appliquer la correction" not in text
        with nothing_changes():
            page = agent.post(f"{LIST}/{correction.pk}/appliquer")
        assert page.status_code == 409
        assert "ne peut plus être appliquée" in text_of(page)

    def test_pages_ask_the_same_number_of_questions_however_many_rows(self, agent: Client) -> None:
        counts = []
        for more in (2, 15):
            for _ in range(more):
                asked(named("AUTRE"), message="Mariage")
                refuse_correction(asked(named("AUTRE")).pk, acting_agent(), "Non.")
            pages = (f"{LIST}?taille=100", "/tableau-de-bord", f"{LIST}/{CorrectionRequest.objects.first().pk}")
            counts.append([queries(agent, url) for url in pages])
        assert counts[0] == counts[1]
        assert max(counts[0]) <= 15


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


class TestTheHotlineIsTold:
    """Of each request as it comes, and of those that it leaves waiting."""

    def told(self, agent: Acting) -> list[tuple[str, date]]:
        found = Notice.objects.filter(person=agent.person, kind=Notice.Kind.TASK).order_by("created_at")
        return [(each.subject, day_of(each.created_at)) for each in found]

    def test_at_once_then_after_7_and_21_days(self) -> None:
        start = date(2026, 10, 20)
        agents = [acting_agent(AccountFactory().person) for _ in range(2)]
        with in_the_morning(start):
            correction = asked()
        for day in days(start, start + timedelta(days=60)):
            with in_the_morning(day):
                remind(0)
                remind(0)
        reminder = f"La demande de correction n°{correction.pk} attend une réponse"
        for agent in agents:
            assert self.told(agent) == [
                (f"Demande de correction n°{correction.pk}", start),
                (reminder, start + timedelta(days=7)),
                (reminder, start + timedelta(days=21)),
            ]

    def test_not_of_what_is_treated_nor_of_its_own(self) -> None:
        start = date(2026, 10, 20)
        agent = acting_agent(AccountFactory().person)
        with in_the_morning(start):
            asked(agent.person)
            other = asked()
            apply_correction(other.pk, agent)
        with in_the_morning(start + timedelta(days=10)):
            remind(0)
        assert self.told(agent) == [(f"Demande de correction n°{other.pk}", start)]
