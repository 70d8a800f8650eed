"""The regional funds as the national administration keeps them, by its screens."""

from __future__ import annotations

import pytest
from django.test import Client

from forprev.accounts.models import Role
from forprev.accreditation.models import Dossier, DossierState
from forprev.accreditation.review.services import assign, take
from forprev.accreditation.selectors import visible_to as accreditations_visible_to
from forprev.core.errors import Conflict
from forprev.notices.models import Notice
from forprev.organisations.funds.services import move_departments
from forprev.organisations.models import Department, RegionalFund
from forprev.organisations.selectors import visible_to
from forprev.organisations.services import choose_fund
from tests.concurrency import together
from tests.factories.accreditation import accredit
from tests.factories.certification import acting_trainer
from tests.factories.dossiers import entity_dossier, first_request
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national, acting_officer, fund
from tests.factories.updating import asked_of_the_fund, entity_with_a_request
from tests.http.world import browser_of, untouched
from tests.screens import make_network_role, queries_of, signed_in, text_of

pytestmark = pytest.mark.django_db

FACTS = {
    "name": "Carsat Arc-Atlantique",
    "address": "1 quai des Salinières, 33000 BORDEAUX",
    "phone": "05 00 00 00 01",
    "email": "prevention@caisse.test",
}


@pytest.fixture
def national() -> Client:
    return signed_in(make_network_role(Role.NATIONAL_ADMINISTRATOR))


def address(one: RegionalFund, rest: str = "") -> str:
    return f"/administration/caisses/{one.pk}{rest}"


def values(*codes: str) -> list[str]:
    return [f"{each.code}:{each.fund_id}" for each in Department.objects.filter(pk__in=codes)]


def moves(national: Client, to: RegionalFund, *codes: str) -> None:
    answer = national.post(address(to, "/departements"), {"departments": values(*codes), "confirmed": "1"})
    assert answer.status_code == 302, text_of(answer)


class TestTheList:
    def test_what_it_says_of_each(self, national: Client) -> None:
        OrganisationFactory(department_id="26")
        OrganisationFactory(department_id="07")
        make_network_role(Role.FUND_OFFICER, "rhone-alpes")
        page = text_of(national.get("/administration/caisses?taille=100"))
        assert "Carsat Rhône-Alpes 01, 07, 26, 38, 42, 69, 73, 74 1 2" in page, page[-1500:]
        found = text_of(national.get("/administration/caisses?champ=departement&operateur=est&valeur=26"))
        assert "sur 1 caisse" in found
        assert "Rhône-Alpes" in found
        exported = national.get("/administration/caisses?export=csv")
        assert "Carsat Rhône-Alpes" in exported.getvalue().decode()

    def test_it_takes_as_many_queries_for_many_entities(self, national: Client) -> None:
        queries_of(national, "/administration/caisses?taille=100")
        few = queries_of(national, "/administration/caisses?taille=100")
        for code in ("26", "29", "75"):
            OrganisationFactory.create_batch(5, department_id=code)
        make_network_role(Role.FUND_OFFICER, "bretagne")
        assert queries_of(national, "/administration/caisses?taille=100") == few

    def test_a_fund_s_page_takes_as_many_for_many_officers(self, national: Client) -> None:
        queries_of(national, address(fund()))
        make_network_role(Role.FUND_OFFICER, "rhone-alpes")
        few = queries_of(national, address(fund()))
        for _ in range(5):
            make_network_role(Role.FUND_OFFICER, "rhone-alpes")
        moves(national, fund(), "29")
        national.get(address(fund()))  # shows what was told
        assert queries_of(national, address(fund())) == few


class TestWhatAFundIs:
    def test_a_new_one_is_offered_once_it_has_a_department(self, national: Client) -> None:
        trainer = browser_of(acting_trainer().person)
        answer = national.post("/administration/caisses/nouvelle", FACTS)
        made = RegionalFund.objects.get(name=FACTS["name"])
        assert answer["Location"] == address(made)
        assert "Aucun département" in text_of(national.get(address(made)))
        assert FACTS["name"] not in text_of(trainer.get("/mon-profil/caisse"))
        assert trainer.post("/mon-profil/caisse", {"fund": made.pk}).status_code == 422
        moves(national, made, "33")
        assert FACTS["name"] in text_of(trainer.get("/mon-profil/caisse"))

    def test_its_entities_and_trainers_see_how_it_is_reached(self, national: Client) -> None:
        one = fund()
        manager = browser_of(acting_manager(OrganisationFactory(department_id="26")).person)
        person = acting_trainer().person
        choose_fund(person, one)
        answer = national.post(address(one, "/modifier"), {**FACTS, "version": one.version})
        assert answer.status_code == 302
        for page in (manager.get("/entite"), browser_of(person).get("/mon-profil/caisse")):
            for said in FACTS.values():
                assert said in text_of(page)
        history = text_of(national.get(address(one)))
        assert "Nom : Carsat Rhône-Alpes → Carsat Arc-Atlantique" in history
        assert "Téléphone : – → 05 00 00 00 01" in history
        assert "Installation" in history

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"name": ""}, "Le nom doit être renseigné."),
            ({"name": "Carsat Bretagne"}, "Une autre caisse a déjà ce nom, ou un nom très proche."),
            ({"name": "Bretagne"}, "Une autre caisse a déjà ce nom, ou un nom très proche."),
            ({"email": "prevention"}, "Saisissez une adresse"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
        self, national: Client, wrong: dict[str, str], message: str
    ) -> None:
        with untouched():
            page = national.post("/administration/caisses/nouvelle", {**FACTS, **wrong})
        assert page.status_code == 422
        assert message in text_of(page)
        for typed in {**FACTS, **wrong}.values():
            assert typed in page.content.decode()

    def test_two_at_once_the_second_is_told(self, national: Client) -> None:
        one = fund()
        facts = {**FACTS, "version": one.version}
        assert national.post(address(one, "/modifier"), facts).status_code == 302
        assert national.post(address(one, "/modifier"), {**facts, "name": "Autre"}).status_code == 409
        one.refresh_from_db()
        assert one.name == FACTS["name"]


class TestMovingDepartments:
    def test_what_follows_is_said_before_anything_changes(self, national: Client) -> None:
        entity = OrganisationFactory(department_id="973")
        entity_dossier(entity, DossierState.UNDER_REVIEW)
        choose_fund(acting_trainer().person, fund("guyane"))
        with untouched():
            page = national.post(address(fund("bretagne"), "/departements"), {"departments": values("973", "972")})
        said = text_of(page)
        assert "Rattacher 2 départements à Carsat Bretagne" in said
        assert "973 – Guyane , jusqu’ici de CGSS Guyane" in said
        assert "1 entité change de caisse tout de suite" in said
        assert "Une demande en cours passe à la nouvelle caisse" in said
        assert "CGSS Guyane n’aura plus de département" in said
        assert "1 formateur y reste rattaché" in said

    def test_entities_follow_at_once_with_what_they_have(self, national: Client) -> None:
        entity = OrganisationFactory(department_id="26")
        held = accredit(entity, "SST", 1)
        before, after = acting_officer(fund("rhone-alpes")), acting_officer(fund("auvergne"))
        moves(national, fund("auvergne"), "26", "07")
        assert list(visible_to(after)) == [entity]
        assert list(accreditations_visible_to(after)) == [held]
        assert not visible_to(before).exists()
        assert Department.objects.get(pk="07").fund == fund("auvergne")
        for one in ("rhone-alpes", "auvergne"):
            assert "07, 26 : Carsat Rhône-Alpes → Carsat Auvergne" in text_of(national.get(address(fund(one))))

    def test_dossiers_under_way_follow_and_wait_for_somebody(self, national: Client) -> None:
        """Those of entities and of first requests; those that are closed, or of elsewhere, stay."""
        officer, after = acting_officer(fund("rhone-alpes")), acting_officer(fund("auvergne"))
        of_entity = entity_dossier(OrganisationFactory(department_id="26"), DossierState.SUBMITTED)
        closed = entity_dossier(OrganisationFactory(department_id="26"), DossierState.CANCELLED)
        elsewhere = entity_dossier(OrganisationFactory(department_id="38"), DossierState.SUBMITTED)
        asked = first_request(state=DossierState.SUBMITTED)
        take(of_entity.pk, officer, of_entity.version)
        of_entity.refresh_from_db()
        assert of_entity.assigned_to == officer.person
        version = of_entity.version
        moves(national, fund("auvergne"), "26")
        for dossier in (of_entity, closed, elsewhere, asked):
            dossier.refresh_from_db()
        assert (of_entity.fund, of_entity.assigned_to, of_entity.version) == (fund("auvergne"), None, version + 1)
        assert asked.fund == fund("auvergne")
        assert {closed.fund, elsewhere.fund} == {fund()}
        assign(of_entity.pk, after, of_entity.version, after.person_id)
        page = browser_of(after.person).get(f"/instruction/{of_entity.pk}")
        assert "Transmise à une autre caisse" in text_of(page)
        assert browser_of(officer.person).get(f"/instruction/{of_entity.pk}").status_code == 404

    def test_officers_of_both_funds_are_told(self, national: Client) -> None:
        told = [make_network_role(Role.FUND_OFFICER, one).person for one in ("rhone-alpes", "auvergne")]
        other = make_network_role(Role.FUND_OFFICER, "bretagne").person
        moves(national, fund("auvergne"), "26")
        notices = Notice.objects.filter(subject="Des départements changent de caisse")
        assert set(notices.values_list("person", flat=True)) == {person.pk for person in told}
        assert not notices.filter(person=other).exists()
        assert "26 : Carsat Rhône-Alpes → Carsat Auvergne" in notices.first().text

    def test_one_moved_meanwhile_is_a_conflict_and_nothing_moves(self, national: Client) -> None:
        shown = {each.code: each.fund_id for each in Department.objects.filter(pk__in=("26", "38"))}
        acting = acting_national(Role.NATIONAL_ADMINISTRATOR)
        moves(national, fund("bretagne"), "26")
        with untouched(), pytest.raises(Conflict):
            move_departments(fund("auvergne").pk, acting, shown)
        page = national.post(
            address(fund("auvergne"), "/departements"),
            {"departments": [f"26:{fund('rhone-alpes').pk}"], "confirmed": "1"},
        )
        assert page.status_code == 422
        assert "a changé de caisse entre-temps" in text_of(page)

    def test_none_chosen(self, national: Client) -> None:
        for more in ({}, {"confirmed": "1"}):
            page = national.post(address(fund(), "/departements"), more)
            assert page.status_code == 422
            assert "Choisissez au moins un département." in text_of(page)

    def test_what_is_sent_afterwards_goes_to_the_new_fund(self, national: Client) -> None:
        manager = acting_manager(OrganisationFactory(department_id="26"))
        moves(national, fund("auvergne"), "26")
        _, waiting = entity_with_a_request(manager)
        assert waiting.dossier.fund == fund("auvergne")


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_while_departments_move_goes_where_they_are() -> None:
    acting, entity = acting_national(Role.NATIONAL_ADMINISTRATOR), OrganisationFactory(department_id="26")
    managers = [acting_manager(entity), *(acting_manager(OrganisationFactory(department_id="26")) for _ in range(3))]
    shown = {"26": fund("rhone-alpes").pk}
    outcomes = together(
        *(lambda by=by: asked_of_the_fund(by) for by in managers),  # type: ignore[misc]
        lambda: move_departments(fund("auvergne").pk, acting, shown),
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    assert set(Dossier.objects.values_list("fund", flat=True)) == {fund("auvergne").pk}
    assert Dossier.objects.count() == len(managers)
