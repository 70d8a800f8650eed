"""A21, A28: what a manager changes of its entity at once, and what waits for the regional fund."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.core.errors import Conflict, DomainError
from forprev.core.workflow import NotAllowed
from forprev.organisations.models import DataChange, Organisation, OrganisationKind, TrainingSite
from forprev.organisations.updating import services
from forprev.organisations.updating.selectors import Sheet, Site, changes_of, history_of, present
from forprev.organisations.updating.services import (
    FOLDER,
    Outcome,
    apply_data_change,
    drop_data_change,
    refuse_data_change,
    update_entity,
)
from forprev.organisations.updating.workflow import State
from forprev.people.merging import merge
from tests.concurrency import together
from tests.documents import HOSTILE_PDF, pdf
from tests.factories.catalogue import scheme
from tests.factories.organisations import (
    OrganisationFactory,
    TrainingSiteFactory,
    acting_as_member,
    acting_manager,
    acting_national,
    acting_officer,
    fund,
)
from tests.factories.updating import asked_of_the_fund as asked
from tests.factories.updating import certificate, officer_of, send
from tests.http.world import browser_of, untouched
from tests.screens import make_entity, make_member, make_network_role, signed_in, text_of

pytestmark = pytest.mark.django_db

FORM = "/entite/actualiser"
SIRET = "90417260600018"


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


@pytest.fixture
def entity() -> Organisation:
    return make_entity()


@pytest.fixture
def manager(entity: Organisation) -> Acting:
    return acting_manager(entity)


def told(request: DataChange) -> list[tuple[str, str, str]]:
    return [tuple(change) for change in changes_of(request)]


class TestSending:
    def test_a21_the_signatory_and_publication_change_at_once(self, entity: Organisation, manager: Acting) -> None:
        outcome = send(manager, immediate={"signatory_name": "ROUX Anne", "published": True})
        assert outcome == Outcome(["Nom du signataire", "Diffusion sur le site web de l’INRS"])
        entity.refresh_from_db()
        assert (entity.signatory_name, entity.published, entity.version) == ("ROUX Anne", True, 2)
        assert not DataChange.objects.exists()

    def test_a21_anything_else_waits_and_changes_nothing(self, entity: Organisation, manager: Acting) -> None:
        site = TrainingSiteFactory(organisation=entity, name="Cuve")
        before = present(entity)
        outcome = send(
            manager,
            name="Ville de Vanves",
            kind=OrganisationKind.COMPANY,
            siret=SIRET,
            urssaf=certificate(),
            sites={},
            new_sites=(Site("Catec", "Bassin", "92170", "Vanves"),),
        )
        entity.refresh_from_db()
        assert present(entity) == before
        assert entity.urssaf == ""
        assert TrainingSite.objects.get() == site
        request = DataChange.objects.get()
        assert outcome == Outcome([], request)
        assert (request.state, request.sent_by, len(kept())) == (State.OPEN, manager.person, 1)
        assert told(request) == [
            ("Raison sociale", "Mairie de Vanves", "Ville de Vanves"),
            ("Type", "Collectivité", "Entreprise"),
            ("SIRET", entity.siret, SIRET),
            ("Attestation URSSAF", "", "Attestation.pdf"),
            ("Plateforme retirée", "Catec\N{NO-BREAK SPACE}: Cuve, 26000 VALENCE", ""),
            ("Plateforme ajoutée", "", "Catec\N{NO-BREAK SPACE}: Bassin, 92170 Vanves"),
        ]

    def test_both_kinds_are_written_together_or_not_at_all(self, entity: Organisation, manager: Acting) -> None:
        taken = OrganisationFactory(siret=SIRET)
        with untouched(), pytest.raises(DomainError, match="déjà celui d’une autre entité") as refused:
            send(manager, immediate={"signatory_name": "ROUX Anne"}, siret=taken.siret, urssaf=certificate())
        assert (refused.value.field, kept()) == ("siret", [])
        outcome = send(manager, immediate={"signatory_name": "ROUX Anne"}, name="Ville de Vanves")
        assert (outcome.immediate, outcome.request) == (["Nom du signataire"], DataChange.objects.get())
        entity.refresh_from_db()
        assert (entity.signatory_name, entity.name, entity.version) == ("ROUX Anne", "Mairie de Vanves", 2)

    def test_no_document_stays_when_the_end_fails(self, manager: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "_save", Mock(side_effect=RuntimeError))
        with untouched(), pytest.raises(RuntimeError):
            send(manager, urssaf=certificate())
        assert kept() == []

    def test_nothing_changed_is_nothing_written(self, manager: Acting) -> None:
        with untouched():
            assert send(manager) == Outcome([])

    def test_what_is_sent_next_takes_the_place_of_what_waits(self, manager: Acting) -> None:
        first = send(manager, name="Ville de Vanves", urssaf=certificate("Ancienne.pdf")).request
        colleague = acting_manager(Organisation.objects.get())
        outcome = send(colleague, name="Vanves", address="1 rue Neuve", urssaf=certificate("Nouvelle.pdf", pages=2))
        assert outcome == Outcome([], first, updated=True)
        request = DataChange.objects.get()
        assert request.sent_by == colleague.person
        assert told(request) == [
            ("Raison sociale", "Mairie de Vanves", "Vanves"),
            ("Adresse", "Place de la mairie", "1 rue Neuve"),
            ("Attestation URSSAF", "", "Nouvelle.pdf"),
        ]

    @pytest.mark.django_db(transaction=True)
    def test_a_document_goes_when_another_takes_its_place(self, manager: Acting) -> None:
        send(manager, urssaf=certificate())
        send(manager, name="Vanves")
        first = kept()
        send(manager, urssaf=certificate(pages=2))
        assert len(first) == len(kept()) == 1
        assert first != kept()
        drop_data_change(DataChange.objects.get().pk, manager)
        assert kept() == []

    def test_nothing_left_to_ask_for_withdraws_the_request(self, entity: Organisation, manager: Acting) -> None:
        send(manager, name="Ville de Vanves")
        outcome = send(manager, name="Mairie de Vanves")
        assert (outcome.dropped, DataChange.objects.get().state) == (True, State.DROPPED)
        assert send(manager, name="Vanves").request != outcome.request

    def test_the_same_document_again_is_no_change(self, entity: Organisation, manager: Acting) -> None:
        apply_data_change(asked(manager, urssaf=certificate()).pk, officer_of(entity))
        with untouched():
            assert send(manager, urssaf=certificate()) == Outcome([])

    def test_an_address_that_is_no_fund_s_is_refused(self, manager: Acting) -> None:
        with untouched(), pytest.raises(DomainError, match="d’aucune caisse"):
            send(manager, postal_code="97500", city="Saint-Pierre")

    def test_a_version_of_before_is_a_conflict(self, entity: Organisation, manager: Acting) -> None:
        send(manager, name="Ville de Vanves")
        with untouched(), pytest.raises(Conflict):
            update_entity(manager, 1, immediate={"signatory_name": "X"}, wish=present(entity))

    def test_only_managers_send_and_only_for_their_entity(self, entity: Organisation) -> None:
        wish = present(entity)
        delegate = acting_as_member(make_member(entity, Role.DELEGATE))
        with untouched(), pytest.raises(NotAllowed):
            update_entity(delegate, 1, immediate={"signatory_name": "X"}, wish=wish)
        strangers = officer_of(entity), acting_national(Role.NATIONAL_ADMINISTRATOR)
        for stranger in strangers:
            with untouched(), pytest.raises(Organisation.DoesNotExist):
                update_entity(stranger, 1, immediate={"signatory_name": "X"}, wish=wish)


def officer_elsewhere() -> Acting:
    return acting_officer(fund("bretagne"))


class TestAnswering:
    def test_an_accepted_request_gives_what_it_asks(self, entity: Organisation, manager: Acting) -> None:
        old, changed = (TrainingSiteFactory(organisation=entity, name=name) for name in ("Cuve", "Bassin"))
        request = asked(
            manager,
            name="Ville d’Ajaccio",
            postal_code="20167",
            city="Ajaccio",
            urssaf=certificate(),
            sites={changed.pk: Site("SST", "Bassin nord", "92170", "Vanves")},
            new_sites=(Site(scheme("AP-TRL").code, "Halle", "92170", "Vanves"),),
        )
        apply_data_change(request.pk, officer_of(entity))
        entity.refresh_from_db()
        assert (entity.name, entity.city, entity.department_id) == ("Ville d’Ajaccio", "Ajaccio", "2A")
        assert (entity.urssaf_name, len(kept())) == ("Attestation.pdf", 1)
        assert sorted((site.name, site.scheme.code) for site in entity.sites.filter(is_active=True)) == [
            ("Bassin nord", "SST"),
            ("Halle", "AP-TRL"),
        ]
        old.refresh_from_db()
        assert not old.is_active
        request.refresh_from_db()
        assert (request.state, request.urssaf, bool(request.closed_at)) == (State.APPLIED, "", True)

    def test_a_siret_taken_since_is_refused(self, entity: Organisation, manager: Acting) -> None:
        request, officer = asked(manager, siret=SIRET, address="1 rue Neuve"), officer_of(entity)
        OrganisationFactory(siret=SIRET)
        with untouched(), pytest.raises(DomainError, match="autre entité"):
            apply_data_change(request.pk, officer)

    def test_a_refusal_has_a_reason_and_changes_nothing(self, entity: Organisation, manager: Acting) -> None:
        request, officer = asked(manager), officer_of(entity)
        for reason in ("", " \n", "x" * 2001):
            with untouched(), pytest.raises(DomainError):
                refuse_data_change(request.pk, officer, reason)
        before = present(entity)
        refuse_data_change(request.pk, officer, "SIRET fermé")
        entity.refresh_from_db()
        request.refresh_from_db()
        assert (present(entity), request.state, request.reason) == (before, State.REFUSED, "SIRET fermé")

    def test_an_answered_request_cannot_be_answered_or_withdrawn_again(
        self, entity: Organisation, manager: Acting
    ) -> None:
        request, officer = asked(manager), officer_of(entity)
        refuse_data_change(request.pk, officer, "Non")
        with untouched():
            for again in (
                lambda: apply_data_change(request.pk, officer),
                lambda: refuse_data_change(request.pk, officer, "Non"),
                lambda: drop_data_change(request.pk, manager),
            ):
                with pytest.raises(NotAllowed):
                    again()

    def test_withdrawing_twice_is_once(self, manager: Acting) -> None:
        request = asked(manager)
        drop_data_change(request.pk, manager)
        with untouched():
            assert drop_data_change(request.pk, manager).state == State.DROPPED

    def test_who_may_answer_and_withdraw(self, entity: Organisation, manager: Acting) -> None:
        request, officer = asked(manager), officer_of(entity)
        delegate = acting_as_member(make_member(entity, Role.DELEGATE))
        national, strangers = acting_national(Role.NATIONAL_ADMINISTRATOR), (acting_manager(), officer_elsewhere())
        with untouched():
            for acting in (manager, delegate, national):
                with pytest.raises(NotAllowed):
                    apply_data_change(request.pk, acting)
            for acting in (delegate, officer):
                with pytest.raises(NotAllowed):
                    drop_data_change(request.pk, acting)
            for acting in strangers:
                for act in (apply_data_change, drop_data_change):
                    with pytest.raises(DataChange.DoesNotExist):
                        act(request.pk, acting)

    def test_the_history_tells_who_did_what(self, entity: Organisation, manager: Acting) -> None:
        send(manager, immediate={"signatory_title": "Maire adjointe"}, name="Ville de Vanves")
        refuse_data_change(DataChange.objects.get().pk, officer_of(entity), "Nom inexact")
        refused, sent, created = history_of(entity)
        assert (refused.action, refused.comment) == ("Demande d’actualisation refusée", "Nom inexact")
        assert (sent.actor, sent.role) == (manager.display_name, "Gestionnaire")
        assert sent.comment.replace("\N{NO-BREAK SPACE}", " ").splitlines() == [
            "Effet immédiat : Fonction du signataire",
            "Soumis à instruction : Raison sociale",
        ]
        assert created.action == "Entité enregistrée"

    def test_requests_follow_a_person_who_was_recorded_twice(self, manager: Acting) -> None:
        request, kept_person = asked(manager), acting_manager().person
        merge(manager.person.pk, kept_person.pk, acting_national(Role.SUPPORT_AGENT), "Même personne")
        request.refresh_from_db()
        assert request.sent_by == kept_person


class TestTheDatabase:
    def test_it_refuses_a_second_open_request(self, manager: Acting) -> None:
        request = asked(manager)
        request.pk = None
        with pytest.raises(IntegrityError, match="one_open_data_change"), transaction.atomic():
            request.save(force_insert=True)

    def test_it_refuses_to_open_a_closed_one(self, manager: Acting) -> None:
        request = drop_data_change(asked(manager).pk, manager)
        with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
            DataChange.objects.filter(pk=request.pk).update(state=State.OPEN, closed_at=None, closed_by=None)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_of_two_managers_one_is_told_of_the_other(self, entity: Organisation, manager: Acting) -> None:
        colleague, now = acting_manager(entity), present(entity)
        outcomes = together(
            *(
                lambda acting=acting, name=name: update_entity(
                    acting, 1, immediate={}, wish=Sheet(now.data | {"name": name}, now.sites), urssaf=certificate()
                )
                for acting, name in ((manager, "Ville"), (colleague, "Commune"))
            )
        )
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Outcome"]
        assert len(kept()) == 1
        entity.refresh_from_db()
        assert entity.version == 2

    def test_withdrawn_or_accepted_but_not_both(self, entity: Organisation, manager: Acting) -> None:
        request, officer = asked(manager), officer_of(entity)
        outcomes = together(
            lambda: drop_data_change(request.pk, manager), lambda: apply_data_change(request.pk, officer)
        )
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DataChange", "NotAllowed"]
        entity.refresh_from_db()
        request.refresh_from_db()
        assert (entity.name == "Ville de Vanves") == (request.state == State.APPLIED)


# The screens


def typed(entity: Organisation, **changes: Any) -> dict[str, Any]:
    """What a browser sends when only `changes` were typed over the form of an entity without sites or request."""
    entity.refresh_from_db()
    shown = {
        "version": entity.version,
        "name": entity.name,
        "kind": entity.kind,
        "regime": entity.regime,
        "address": entity.address,
        "postal_code": entity.postal_code,
        "city": "Vanves",
        "siret": entity.siret,
        "nda": entity.nda,
        "activities": entity.activities,
        "signatory_name": entity.signatory_name,
        "signatory_title": entity.signatory_title,
        "sites-TOTAL_FORMS": 1,
        "sites-INITIAL_FORMS": 0,
    }
    return {**shown, **changes}


def new_site(rank: int = 0, **changes: Any) -> dict[str, Any]:
    values = {"scheme": scheme("Catec").code, "name": "Bassin", "postal_code": "92170", "city": "Vanves"} | changes
    return {f"sites-{rank}-{name}": value for name, value in values.items()}


def file(content: bytes | None = None, name: str = "Attestation.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


@pytest.fixture
def browser(manager: Acting) -> Client:
    return browser_of(manager.person)


class TestTheForm:
    def test_sent_as_it_is_shown_it_changes_nothing(self, entity: Organisation, browser: Client) -> None:
        """`VANVES` is the commune that the list calls Vanves."""
        assert re.search('value="Vanves"[^>]* selected', browser.get(FORM).content.decode())
        with untouched():
            page = browser.post(FORM, typed(entity), follow=True)
        assert "Rien n’a changé" in text_of(page)

    def test_one_message_says_both(self, entity: Organisation, browser: Client) -> None:
        page = browser.post(
            FORM, typed(entity, signatory_name="ROUX Anne", name="Ville de Vanves", urssaf=file()), follow=True
        )
        request = DataChange.objects.get()
        text = text_of(page)
        assert (
            f"Enregistré, avec effet immédiat : nom du signataire. La demande d’actualisation n°{request.pk} est "
            "envoyée à votre caisse : ces informations ne changent pas avant la réponse de votre caisse."
        ) in text
        assert "Raison sociale Mairie de Vanves" in text
        assert "Nom ROUX Anne" in text

    def test_b11_the_number_of_declaration_and_the_activities_wait(self, entity: Organisation, browser: Client) -> None:
        browser.post(FORM, typed(entity, nda="84 26 00123 26", activities="Secourisme\r\nAmiante"))
        assert DataChange.objects.get().fields == {
            "nda": ["", "84260012326"],
            "activities": ["", "Secourisme\nAmiante"],
        }
        entity.refresh_from_db()
        assert (entity.nda, entity.activities) == ("", "")

    def test_a_second_click_has_one_effect(self, entity: Organisation, browser: Client) -> None:
        first = typed(entity, name="Ville de Vanves", **new_site())
        browser.post(FORM, {**first, "urssaf": file()})
        with untouched():
            again = browser.post(FORM, {**first, "urssaf": file()})
        assert again.status_code == 302, text_of(again)
        assert (again["Location"], len(kept())) == ("/entite", 1)

    def test_a_stale_form_gets_the_page_of_a_conflict(self, entity: Organisation, browser: Client) -> None:
        stale = typed(entity, name="Commune de Vanves", **new_site())
        browser.post(FORM, typed(entity, name="Ville de Vanves"))
        with untouched():
            page = browser.post(FORM, stale)
        assert page.status_code == 409
        text = text_of(page)
        assert "Raison sociale Commune de Vanves Ville de Vanves" in text
        assert "Plateformes pédagogiques Catec : Bassin, 92170 Vanves" in text

    def test_the_form_takes_up_what_waits(self, entity: Organisation, browser: Client, manager: Acting) -> None:
        cuve = TrainingSiteFactory(organisation=entity, name="Cuve", postal_code="92170", city="VANVES")
        send(manager, name="Ville de Vanves", sites={}, new_sites=(Site("SST", "Halle", "92170", "Vanves"),))
        page = browser.get(FORM)
        form, rows = page.context["form"], page.context["sites"]
        assert form.initial["name"] == "Ville de Vanves"
        assert [(row["name"].value(), row["withdrawn"].value()) for row in rows] == [
            ("Cuve", True),
            ("Halle", None),
            (None, None),
        ]
        assert rows[0]["site"].value() == cuve.pk
        assert "Ce que vous envoyez remplace la demande en cours." in text_of(page)

    def test_sites_are_added_changed_and_withdrawn(self, entity: Organisation, browser: Client) -> None:
        for name in ("Bassin", "Cuve"):
            TrainingSiteFactory(organisation=entity, name=name, postal_code="92170", city="VANVES")
        bassin, cuve = entity.sites.order_by("name")
        browser.post(
            FORM,
            typed(
                entity,
                **{"sites-TOTAL_FORMS": 3, "sites-INITIAL_FORMS": 2},
                **new_site(0, site=bassin.pk, name="Bassin nord"),
                **new_site(1, site=cuve.pk, name="Cuve", withdrawn="on"),
                **new_site(2, name="Halle", city=""),
            ),
        )
        assert [change[1:] for change in told(DataChange.objects.get())] == [
            ("Catec\N{NO-BREAK SPACE}: Bassin, 92170 VANVES", "Catec\N{NO-BREAK SPACE}: Bassin nord, 92170 Vanves"),
            ("Catec\N{NO-BREAK SPACE}: Cuve, 92170 VANVES", ""),
            ("", "Catec\N{NO-BREAK SPACE}: Halle, 92170 Vanves"),
        ]

    def test_the_site_of_another_entity_is_no_row(self, entity: Organisation, browser: Client) -> None:
        foreign = TrainingSiteFactory()
        with untouched():
            browser.post(FORM, typed(entity, **new_site(site=foreign.pk)))

    def test_one_more_row_loses_nothing_and_sends_nothing(self, entity: Organisation, browser: Client) -> None:
        with untouched():
            page = browser.post(FORM, typed(entity, name="Ville", siret="12", add_site="1", **new_site(name="Halle")))
        assert (page.status_code, page.context["form"].errors) == (200, {})
        assert [page.context["form"][name].value() for name in ("name", "siret")] == ["Ville", "12"]
        assert [row["name"].value() for row in page.context["sites"]] == ["Halle", None]

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("name", "", "La raison sociale doit être renseignée."),
            ("name", "Été 🎓", "Ces caractères ne peuvent pas être imprimés sur un certificat : 🎓"),
            ("signatory_name", "名前", "Ces caractères ne peuvent pas être imprimés sur un certificat : 前 名"),
            ("signatory_title", "★", "Ces caractères ne peuvent pas être imprimés sur un certificat : ★"),
            ("siret", "21920075500012", "Ce SIRET n’existe pas"),
            ("siret", "2192", "Un SIRET compte 14 chiffres"),
            ("siret", "356 000 000 00002", "Ce SIRET n’existe pas"),
            ("nda", "84 26 00123", "Un numéro de déclaration d’activité compte 11 chiffres"),
            ("nda", "8426001232X", "Un numéro de déclaration d’activité compte 11 chiffres"),
            ("postal_code", "9217", "Le code postal compte cinq chiffres"),
            ("postal_code", "92999", "Ce code postal n’existe pas. Un code CEDEX n’est pas admis."),
            ("postal_code", "97500", "n’est du ressort d’aucune caisse"),
            ("city", "Lyon", "Choisissez la commune parmi celles du code postal 92170."),
            ("kind", "Z", "Z"),
            ("urssaf", HOSTILE_PDF["a password"][0], "protégé par un mot de passe"),
            ("urssaf", b"%PDF", "Ce fichier n’est pas un PDF"),
        ],
    )
    def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
        self, entity: Organisation, browser: Client, field: str, value: Any, message: str
    ) -> None:
        wrong: dict[str, Any] = {"address": "1 rue Neuve", field: value}
        if field == "urssaf":
            wrong["urssaf"] = file(value)
        if value == "97500":
            wrong["city"] = "Saint-Pierre"
        with untouched():
            page = browser.post(FORM, typed(entity, **wrong))
        assert page.status_code == 422
        assert message in " ".join(page.context["form"].errors[field])
        assert page.context["form"]["address"].value() == "1 rue Neuve"
        assert kept() == []

    def test_a_commune_of_another_code_offers_those_of_the_code(self, entity: Organisation, browser: Client) -> None:
        page = browser.post(FORM, typed(entity, postal_code="69400", urssaf=file()))
        assert page.status_code == 422
        assert '<option value="Villefranche-sur-Saône">' in page.content.decode()
        assert "joignez-la de nouveau" in text_of(page)

    def test_publication_is_asked_of_training_bodies_only(self, browser: Client) -> None:
        assert "Diffusion" not in text_of(browser.get(FORM))
        body = signed_in(make_member(make_entity("MAROSE", kind=OrganisationKind.TRAINING_BODY)))
        assert "Diffusion sur le site web de l’INRS" in text_of(body.get(FORM))

    def test_the_communes_of_a_code(self, browser: Client) -> None:
        answer = browser.get("/entite/communes?code_postal=75019")
        assert answer.json() == {"communes": ["Paris"]}
        for unknown in ("", "?code_postal=", "?code_postal=00000", "?code_postal=abc"):
            assert browser.get(f"/entite/communes{unknown}").json() == {"communes": []}


class TestWhoSees:
    def test_managers_and_delegates_see_and_only_managers_change(self, entity: Organisation, manager: Acting) -> None:
        request = asked(manager)
        page = f"/demandes/actualisations/{request.pk}"
        delegate = signed_in(make_member(entity, Role.DELEGATE))
        mine = text_of(browser_of(manager.person).get(page))
        assert "Raison sociale Mairie de Vanves Ville de Vanves" in mine
        assert "Retirer ma demande" in mine
        theirs = text_of(delegate.get(page))
        assert "Raison sociale Mairie de Vanves Ville de Vanves" in theirs
        assert "Retirer" not in theirs
        assert "Actualiser" not in text_of(delegate.get("/entite"))
        assert str(request) in text_of(delegate.get("/entite"))
        with untouched():
            assert [delegate.get(path).status_code for path in (FORM, "/entite/communes", f"{page}/retirer")] == [
                403
            ] * 3
            assert [delegate.post(path, typed(entity)).status_code for path in (FORM, f"{page}/retirer")] == [403] * 2

    def test_another_entity_s_does_not_exist(self, entity: Organisation, manager: Acting) -> None:
        apply_data_change(asked(manager, urssaf=certificate()).pk, officer_of(entity))
        request = asked(manager, urssaf=certificate(pages=2))
        other = browser_of(acting_manager().person)
        with untouched():
            for path in (
                f"/demandes/actualisations/{request.pk}",
                f"/demandes/actualisations/{request.pk}/attestation-urssaf",
                f"/demandes/actualisations/{request.pk}/retirer",
                f"/entites/{entity.pk}/attestation-urssaf",
            ):
                assert other.get(path).status_code == 404
            assert other.post(f"/demandes/actualisations/{request.pk}/retirer").status_code == 404

    def test_item46_the_certificate_is_a_download_for_those_entitled(
        self, entity: Organisation, manager: Acting
    ) -> None:
        paths = [f"/entites/{entity.pk}/attestation-urssaf"]
        apply_data_change(asked(manager, urssaf=certificate()).pk, officer_of(entity))
        request = asked(manager, urssaf=certificate("Nouvelle.pdf", pages=2))
        paths.append(f"/demandes/actualisations/{request.pk}/attestation-urssaf")
        for seer in (
            browser_of(manager.person),
            signed_in(make_member(entity, Role.DELEGATE)),
            signed_in(make_network_role(Role.FUND_OFFICER, "ile-de-france")),
        ):
            for path, name in zip(paths, ("Attestation.pdf", "Nouvelle.pdf"), strict=True):
                answer = seer.get(path)
                assert answer.status_code == 200
                assert_a_file_to_save(answer, name)
        elsewhere = signed_in(make_network_role(Role.FUND_OFFICER, "bretagne"))
        assert [elsewhere.get(path).status_code for path in paths] == [404, 404]
        for role in (Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR, Role.SUPPORT_AGENT):
            assert [signed_in(make_network_role(role)).get(path).status_code for path in paths] == [403, 403]

    def test_an_entity_without_certificate_has_none_to_fetch(self, entity: Organisation, browser: Client) -> None:
        assert browser.get(f"/entites/{entity.pk}/attestation-urssaf").status_code == 404

    def test_what_waits_stands_among_the_requests_of_the_manager(self, manager: Acting, browser: Client) -> None:
        request = asked(manager)
        assert "Actualisation des informations" in text_of(browser.get("/demandes/en-cours"))
        assert "pas de demande en cours" in text_of(browser_of(acting_manager().person).get("/demandes/en-cours"))
        page = browser.post(f"/demandes/actualisations/{request.pk}/retirer", follow=True)
        assert "Votre demande est retirée." in text_of(page)
        assert "pas de demande en cours" in text_of(browser.get("/demandes/en-cours"))
        assert browser.get(f"/demandes/actualisations/{request.pk}/retirer").status_code == 409


def assert_a_file_to_save(answer: HttpResponse, name: str) -> None:
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer).startswith(b"%PDF-")  # type: ignore[arg-type]


def test_pages_ask_as_many_questions_for_twenty_sites_as_for_one(manager: Acting, browser: Client) -> None:
    organisation = Organisation.objects.get()
    request = asked(manager)
    counts = []
    for number in (1, 19):
        TrainingSiteFactory.create_batch(number, organisation=organisation)
        send(manager, new_sites=tuple(Site("SST", f"Halle {n}", "92170", "Vanves") for n in range(number)))
        counts.append([queries(browser, path) for path in (FORM, f"/demandes/actualisations/{request.pk}", "/entite")])
    assert counts[0] == counts[1]


def queries(browser: Client, path: str) -> int:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked_now:
        assert browser.get(path).status_code == 200
    return len(asked_now)
