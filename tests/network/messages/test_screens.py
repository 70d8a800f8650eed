"""The screens of a message: its author's steps, its follow-up, its readers' page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forprev.accounts.models import Role
from forprev.core.dates import french, now
from forprev.core.uploads import Document
from forprev.network.messages.models import Recipient, TargetedMessage
from forprev.network.messages.workflow import State
from forprev.notices.models import OutgoingMail
from tests.documents import pdf
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.catalogue import level
from tests.factories.messages import confirmed, crowd, delivered, drafted, sent
from tests.factories.organisations import acting_manager, acting_national, acting_officer, fund
from tests.http.world import browser_of as browser_of_person
from tests.http.world import untouched
from tests.screens import menu_of, text_of

pytestmark = pytest.mark.django_db

FILE = Document("Programme.pdf", "application/pdf", pdf())


@pytest.fixture
def author() -> Client:
    return browser_of_person(acting_officer().person)


def words(message: TargetedMessage, **changes: object) -> dict[str, object]:
    return {"version": message.version, "subject": "Objet", "text": "Texte", "day": "", "hour": "", **changes}


def post(browser: Client, message: TargetedMessage, **changes: object) -> object:
    return browser.post(reverse("network:message_words", args=[message.pk]), words(message, **changes))


@pytest.mark.parametrize("role", [Role.NATIONAL_ADMINISTRATOR, Role.COMMITTEE, Role.SUPPORT_AGENT])
def test_the_menu_offers_it_to_those_who_write(role: Role, author: Client) -> None:
    assert "Messages ciblés" in menu_of(author.get("/tableau-de-bord"))
    other = browser_of_person(acting_national(role).person)
    assert ("Messages ciblés" in menu_of(other.get("/tableau-de-bord"))) == (role == Role.NATIONAL_ADMINISTRATOR)


def test_only_the_national_administration_chooses_funds(author: Client) -> None:
    assert "Carsat Bretagne" not in text_of(author.get("/envois/nouveau"))
    national = browser_of_person(acting_national(Role.NATIONAL_ADMINISTRATOR).person)
    assert "Carsat Bretagne" in text_of(national.get("/envois/nouveau"))
    author.post("/envois/nouveau", {"key": uuid4(), "roles": "manager", "funds": fund("bretagne").pk})
    message = TargetedMessage.objects.get()
    assert (message.fund, message.funds.count()) == (fund(), 0)


def test_the_first_step_twice_makes_one_draft_and_says_how_many_they_are(author: Client) -> None:
    crowd(3)
    form = {"key": uuid4(), "roles": ["manager", "trainer"], "kinds": "O"}
    first = author.post("/envois/nouveau", form)
    with untouched():
        assert author.post("/envois/nouveau", form)["Location"] == first["Location"]
    assert "3 personnes correspondent à ces critères." in text_of(author.get(first["Location"]))


def test_another_fund_s_form_finds_nothing(author: Client) -> None:
    form = {"key": uuid4(), "roles": "manager"}
    author.post("/envois/nouveau", form)
    other = browser_of_person(acting_officer(fund("bretagne")).person)
    assert other.post("/envois/nouveau", form).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": []},
        {"roles": "committee"},
        {"roles": "manager", "levels": "999999"},
        {"roles": "manager", "levels": "x"},
        {"roles": "manager", "kinds": "Z"},
        {"roles": "manager", "key": "x"},
    ],
)
def test_an_audience_that_is_none_comes_back(author: Client, wrong: dict[str, object]) -> None:
    with untouched():
        page = author.post("/envois/nouveau", {"key": uuid4(), "levels": level("SST", 1).pk, **wrong})
    assert page.status_code == 422


def test_nothing_typed_is_lost(author: Client) -> None:
    message = drafted()
    upload = SimpleUploadedFile("Programme.pdf", pdf(), "application/pdf")
    typed = {"subject": "Un objet & « des » guillemets", "text": "Deux\nlignes", "day": "31/02/2026", "hour": "8h75"}
    with untouched():
        page = post(author, message, **typed, document=upload)
    html = page.content.decode()  # type: ignore[attr-defined]
    assert page.status_code == 422  # type: ignore[attr-defined]
    for kept in ("Un objet &amp; « des » guillemets", "Deux\nlignes", "31/02/2026", "8h75"):
        assert kept in html
    for said in ("Cette date n’existe pas", "Cette heure n’est pas écrite", "joignez-la de nouveau"):
        assert said in html


@pytest.mark.parametrize(
    ("day", "hour", "moment"),
    [
        ("20/03/2026", "", datetime(2026, 3, 20, 7, tzinfo=UTC)),
        ("20/3/26", "9h", datetime(2026, 3, 20, 8, tzinfo=UTC)),
        ("20/03/2026", "14:05", datetime(2026, 3, 20, 13, 5, tzinfo=UTC)),
        ("20/07/2026", "14h05", datetime(2026, 7, 20, 12, 5, tzinfo=UTC)),
    ],
)
def test_the_moment_is_that_of_paris(author: Client, day: str, hour: str, moment: datetime) -> None:
    message = drafted()
    assert post(author, message, day=day, hour=hour).status_code == 302  # type: ignore[attr-defined]
    message.refresh_from_db()
    assert message.send_at == moment
    page = author.get(reverse("network:message_words", args=[message.pk])).content.decode()
    assert f'value="{french(moment.date())}"' in page


@pytest.mark.parametrize(
    ("day", "hour", "said"),
    [
        ("29/03/2026", "2h30", "Cette heure n’existe pas ce jour-là"),
        ("", "9h", "Indiquez aussi la date d’envoi."),
        ("15/03/2026", "9h", "La date d’envoi est passée"),
        ("15/03/2028", "9h", "un an au plus"),
    ],
)
def test_a_moment_that_cannot_be(author: Client, day: str, hour: str, said: str) -> None:
    message = drafted()
    with untouched():
        page = post(author, message, day=day, hour=hour)
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert said in text_of(page)  # type: ignore[arg-type]


def test_the_check_page_counts_and_masks(author: Client) -> None:
    people = crowd(12)
    page = text_of(author.get(reverse("network:message_check", args=[drafted().pk])))
    assert "12 destinataires" in page
    assert "Envoyer à 12 personnes" in page
    assert page.count("C. F.") == 10
    assert not any(person.last_name in page or person.number in page for person in people)


def test_a_message_for_nobody_or_unwritten_has_no_button(author: Client) -> None:
    message = drafted()
    page = text_of(author.get(reverse("network:message_check", args=[message.pk])))
    assert "Personne ne correspond à ces critères" in page
    assert "Envoyer à" not in page


def test_confirming_twice_is_once(author: Client) -> None:
    crowd(2)
    message = drafted()
    url = reverse("network:message_check", args=[message.pk])
    first = author.post(url, {"version": message.version})
    with untouched():
        assert author.post(url, {"version": message.version})["Location"] == first["Location"]
    message.refresh_from_db()
    assert message.state == State.SCHEDULED


@pytest.mark.parametrize("version", ["", "x", "1", "999999999999"])
def test_a_message_changed_meanwhile_is_not_confirmed(author: Client, version: str) -> None:
    crowd(1)
    message = drafted()
    with untouched():
        assert author.post(reverse("network:message_check", args=[message.pk]), {"version": version}).status_code == 409


def test_a_date_passed_meanwhile_stops_the_confirmation(author: Client, clock: time_machine.Traveller) -> None:
    crowd(1)
    message = drafted(send_at=now() + timedelta(minutes=5))
    clock.shift(timedelta(minutes=6))
    page = author.post(reverse("network:message_check", args=[message.pk]), {"version": message.version})
    assert page.status_code == 400
    assert "La date d’envoi est passée" in text_of(page)


def test_the_national_administration_follows_a_fund_s_message_and_changes_nothing() -> None:
    crowd(1)
    message = confirmed(send_at=now() + timedelta(days=1))
    national = browser_of_person(acting_national(Role.NATIONAL_ADMINISTRATOR).person)
    page = text_of(national.get(reverse("network:message", args=[message.pk])))
    assert "Annuler l’envoi" not in page
    with untouched():
        assert national.post(reverse("network:cancel_message", args=[message.pk])).status_code == 409


def test_the_follow_up_tells_numbers_and_no_reader(author: Client) -> None:
    reader, other = crowd(2)
    message = sent()
    browser_of_person(reader).get(f"/messages-cibles/{message.pk}")
    page = text_of(author.get(reverse("network:message", args=[message.pk])))
    assert "Servis 2 personnes" in page
    assert "Lecteurs 1 personne" in page
    assert reader.last_name not in page
    assert other.last_name not in page


def test_a_reader_reads_it_in_any_role_and_even_without() -> None:
    [person] = crowd(1)
    acting_manager(person=person)
    message = sent()
    person.memberships.update(ended_at=now())
    browser = browser_of_person(person)
    assert "Il s’applique au 1er janvier." in text_of(browser.get(f"/messages-cibles/{message.pk}"))
    assert "Nouveau référentiel SST" in text_of(browser.get("/messages-cibles"))


def test_nobody_reads_it_before_it_is_served(author: Client) -> None:
    [person] = crowd(1)
    message = confirmed(send_at=now() + timedelta(days=1), document=FILE)
    Recipient.objects.create(message=message, person=person)
    for path in (f"/messages-cibles/{message.pk}", f"/messages-cibles/{message.pk}/piece-jointe"):
        assert browser_of_person(person).get(path).status_code == 404
        assert author.get(path).status_code == 404


def test_item46_a_file_is_something_to_save() -> None:
    [person] = crowd(1)
    message = sent(document=FILE)
    answer = browser_of_person(person).get(f"/messages-cibles/{message.pk}/piece-jointe")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == FILE.content


def test_item43_what_is_written_stays_text() -> None:
    [person] = crowd(1)
    hostile = "<script>alert(1)</script> {{ settings.SECRET_KEY }} {% now 'Y' %}"
    message = sent(subject=hostile[:25], text=hostile)
    page = browser_of_person(person).get(f"/messages-cibles/{message.pk}").content.decode()
    mail = OutgoingMail.objects.get()
    for html in (page, mail.html):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ settings.SECRET_KEY }}" in html
    assert hostile in mail.text


def test_a_subject_of_two_lines_stays_one() -> None:
    crowd(1)
    sent(subject="Objet\nBcc: autre@exemple.test")
    assert OutgoingMail.objects.get().subject == "[FORPREV] Objet Bcc: autre@exemple.test"


@pytest.mark.parametrize("path", ["/envois?taille=100", "/messages-cibles?taille=100"])
def test_as_many_queries_for_many_messages_as_for_few(path: str) -> None:
    acting = acting_officer()
    [person] = crowd(1)
    account = AccountFactory(person=acting.person)
    browser = browser_of(account) if path.startswith("/envois") else browser_of_person(person)
    counts = []
    for _ in range(2):
        for _ in range(6):
            delivered(confirmed(acting))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
