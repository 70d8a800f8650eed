"""Whom and which entity a request is about, as the hotline finds out."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from forprev.accounts.models import Role
from forprev.people.models import Consultation, Lookup
from forprev.people.personal_data import held_on
from forprev.support.contact import services
from forprev.support.contact.models import ContactMessage, ContactRequest
from tests.factories.accounts import AccountFactory
from tests.factories.contact import contacted
from tests.factories.people import PersonFactory
from tests.factories.support import asked, named
from tests.screens import make_entity, make_member, make_network_role, signed_in, text_of

pytestmark = pytest.mark.django_db

PAPERS = {"last_name": "Levesque", "first_name": "Anne", "birth_date": "01/02/1980"}


@pytest.fixture
def desk() -> Client:
    return signed_in(make_network_role(Role.SUPPORT_AGENT))


@pytest.fixture
def contact() -> ContactRequest:
    return contacted()


def page(name: str, contact: ContactRequest) -> str:
    return reverse(f"support:{name}", args=[contact.pk])


def notes(contact: ContactRequest) -> list[str]:
    return list(contact.messages.filter(kind=ContactMessage.Kind.NOTE).values_list("text", flat=True))


def version(contact: ContactRequest) -> str:
    contact.refresh_from_db()
    return str(contact.version)


class TestAPerson:
    def test_by_number_by_address_changed_and_taken_away(self, desk: Client, contact: ContactRequest) -> None:
        one, other = AccountFactory(email="une@exemple.test"), PersonFactory()
        for typed, person in (("UNE@exemple.test", one.person), (other.number.lower(), other), ("", None)):
            desk.post(page("contact_link", contact), {"version": version(contact), "number": typed})
            contact.refresh_from_db()
            assert contact.person == person
        first, second = one.person.number, other.number
        told = [f"Personne : aucune → {first}", f"Personne : {first} → {second}", f"Personne : {second} → aucune"]
        assert notes(contact) == told
        assert all(line in text_of(desk.get(page("contact_request", contact))) for line in told)

    @pytest.mark.parametrize("typed", ["ZZZ99999", "inconnue@exemple.test", "%"])
    def test_nobody_of_that_name(self, desk: Client, contact: ContactRequest, typed: str) -> None:
        answer = desk.post(page("contact_link", contact), {"version": version(contact), "number": typed})
        assert answer.status_code == 422
        assert "Aucune personne ne porte ce n° Forprev ou cet e-mail." in text_of(answer)

    def test_by_papers_little_is_shown_and_one_is_chosen(self, desk: Client, contact: ContactRequest) -> None:
        alike = named()
        typed = {**PAPERS, "version": version(contact)}
        answer = desk.post(page("contact_person", contact), typed)
        shown = text_of(answer)
        assert "A. L." in shown
        assert "1980" in shown
        assert alike.number not in shown
        assert alike.account.email not in shown
        assert Lookup.objects.count() == 1
        desk.post(page("contact_person", contact), {**typed, "same_as": "none"})
        contact.refresh_from_db()
        assert contact.person is None
        desk.post(page("contact_person", contact), {**typed, "same_as": str(alike.pk)})
        contact.refresh_from_db()
        assert contact.person == alike

    def test_one_who_was_not_proposed_is_not_taken(self, desk: Client, contact: ContactRequest) -> None:
        named()
        stranger = PersonFactory(last_name="Autre", birth_date=date(1950, 1, 1))
        typed = {**PAPERS, "version": version(contact), "same_as": str(stranger.pk)}
        assert desk.post(page("contact_person", contact), typed).status_code == 200
        contact.refresh_from_db()
        assert contact.person is None

    def test_a_stale_page_is_a_conflict(self, desk: Client, contact: ContactRequest) -> None:
        alike = named()
        typed = {**PAPERS, "version": "99", "same_as": str(alike.pk)}
        assert desk.post(page("contact_person", contact), typed).status_code == 409

    def test_from_there_to_all_that_concerns_it(self, desk: Client) -> None:
        person = named()
        correction = asked(person)
        contact, other = contacted(person=person), contacted(person=person)
        shown = desk.get(page("contact_request", contact)).content.decode()
        for url in (
            reverse("accounts:desk_account", args=[person.account.pk]),
            reverse("support:correction", args=[correction.pk]),
            page("contact_request", other),
            f"{reverse('support:see_as', args=[person.account.pk])}?demande={contact.number}",
            reverse("support:choose_duplicates"),
        ):
            assert url in shown, url
        duplicates = desk.post(reverse("support:choose_duplicates"), {"number": person.number})
        assert duplicates.status_code == 200


class TestAnEntity:
    def test_by_name_or_siret_then_taken_away(self, desk: Client, contact: ContactRequest) -> None:
        vanves, other = make_entity(), make_entity("Formation Prévention Vanves")
        for text in ("mairie vanves", vanves.siret[:9] + " " + vanves.siret[9:]):
            answer = text_of(desk.get(page("contact_organisation", contact), {"q": text}))
            assert vanves.siret in answer, text
            assert other.siret not in answer, text
        for chosen in ({"organisation": vanves.pk}, {"organisation": other.pk}, {}):
            desk.post(page("contact_organisation", contact), {"version": version(contact), **chosen})
        assert notes(contact) == [
            "Entité : aucune → Mairie de Vanves",
            "Entité : Mairie de Vanves → Formation Prévention Vanves",
            "Entité : Formation Prévention Vanves → aucune",
        ]
        contact.refresh_from_db()
        assert contact.organisation is None

    @pytest.mark.parametrize("key", ["x", "999999", "1" * 30, ""])
    def test_one_that_does_not_exist(self, desk: Client, contact: ContactRequest, key: str) -> None:
        entity = make_entity()
        linked = contacted()
        ContactRequest.objects.filter(pk=linked.pk).update(organisation=entity)
        answer = desk.post(page("contact_organisation", linked), {"version": version(linked), "organisation": key})
        assert answer.status_code == 404
        linked.refresh_from_db()
        assert linked.organisation == entity

    def test_nothing_is_found_of_nothing(self, desk: Client, contact: ContactRequest) -> None:
        make_entity()
        assert "Mairie" not in text_of(desk.get(page("contact_organisation", contact), {"q": " "}))
        nothing = desk.get(page("contact_organisation", contact), {"q": "inconnue"})
        assert "Aucune entité trouvée" in text_of(nothing)

    def test_its_sheet_and_the_list_s_criterion(self, desk: Client) -> None:
        entity = make_entity()
        manager = make_member(entity)
        about, another = contacted(organisation_id=entity.pk), contacted()
        sheet = text_of(desk.get(reverse("support:organisation", args=[entity.pk])))
        for word in (entity.siret, manager.person.number, about.number, "Gestionnaire"):
            assert word in sheet
        criterion = {"champ": "entite", "operateur": "contient", "valeur": "vanves"}
        found = text_of(desk.get(reverse("support:contact_requests"), criterion))
        assert about.number in found
        assert another.number not in found


class TestWhoWrote:
    def test_what_was_written_stays_the_writer_s_whomever_it_is_about(self, desk: Client) -> None:
        manager, trainee = AccountFactory(), AccountFactory()
        contact = contacted(person=manager.person, email=manager.email, text="Ce stagiaire est en litige.")
        desk.post(page("contact_link", contact), {"number": trainee.person.number, "version": contact.version})
        contact.refresh_from_db()
        assert (contact.person, contact.writer) == (trainee.person, manager.person)
        services.write(contact.pk, "Et voici la suite.", None)
        assert set(contact.messages.filter(kind="received").values_list("author", flat=True)) == {manager.person_id}
        desk.post(page("contact_answer", contact), {"text": "Entendu.", "version": contact.version + 1})
        assert "en litige" in str(held_on(manager.person))
        told = str(held_on(trainee.person))
        assert "en litige" not in told
        assert manager.email not in told


def test_an_answer_that_is_refused_shows_the_sheet_and_is_noted(desk: Client) -> None:
    person = PersonFactory()
    contact = contacted(person=person)
    assert desk.post(page("contact_answer", contact), {"text": "", "version": contact.version}).status_code == 422
    assert Consultation.objects.get(person=person).page == Consultation.Page.CONTACT
