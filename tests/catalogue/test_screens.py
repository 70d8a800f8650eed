"""The catalogue as the national administration changes it, by its screens (B20, B46)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Role
from forprev.catalogue.models import CertificateTemplate, Qualification, QualificationRules, Scheme, Signatory
from forprev.core.dates import french, today
from tests.factories.catalogue import level, new_rules, qualification, rules
from tests.screens import make_network_role, signed_in, text_of

pytestmark = pytest.mark.django_db

SCHEME = {"code": "ROUTE", "name": "Risque routier", "title": "Prévention du risque routier"}
WORDS = {"code": "ROUTE-1", "short_label": "Route-1", "title": "Certificat d’acteur du risque routier"}
RULES = {"validity_months": "24", "trainers_required": "1", "group_min": "4", "group_max": "10"}


@pytest.fixture
def national() -> Client:
    return signed_in(make_network_role(Role.NATIONAL_ADMINISTRATOR))


def made(national: Client) -> Qualification:
    """A certificate in preparation, made by the screens."""
    national.post("/administration/catalogue/dispositifs/nouveau", SCHEME)
    scheme = Scheme.objects.get(code="ROUTE")
    national.post(f"/administration/catalogue/dispositifs/{scheme.pk}/niveaux", {"number": 1, "trainee_kind": "actor"})
    return create(national)


def create(national: Client, **changes: Any) -> Qualification:
    signatory, template = qualification("SST-1").signatory, qualification("SST-1").template
    facts = {**WORDS, **RULES, "signatory": signatory.pk, "template": template.pk, **changes}
    address = f"/administration/catalogue/niveaux/{level('ROUTE', 1).pk}/certificat"
    response = national.post(address, facts)
    assert response.status_code == 302, text_of(response)
    return Qualification.objects.get(code=facts["code"])


def address(one: Qualification, rest: str = "") -> str:
    return f"/administration/catalogue/certificats/{one.pk}{rest}"


def planned(one: Qualification, day: date, **changes: Any) -> dict[str, Any]:
    return {**RULES, "effective_on": french(day), "taught_by": [qualification("SST-2").pk], **changes}


class TestSchemes:
    def test_a_new_one_is_closed_until_something_can_be_certified(self, national: Client) -> None:
        one = made(national)
        scheme = one.level.scheme
        assert not scheme.is_active
        facts = {**SCHEME, "is_active": "on", "version": scheme.version}
        page = national.post(f"/administration/catalogue/dispositifs/{scheme.pk}", facts)
        assert page.status_code == 422
        assert "Ouvrez d’abord un certificat" in text_of(page)
        rules("ROUTE-1").taught_by.set([qualification("SST-2")])
        national.post(address(one, "/ouvrir"), {"version": one.version})
        assert national.post(f"/administration/catalogue/dispositifs/{scheme.pk}", facts).status_code == 302
        scheme.refresh_from_db()
        assert scheme.is_active
        assert "Ouvert aux demandes : non → oui" in text_of(
            national.get(f"/administration/catalogue/dispositifs/{scheme.pk}")
        )

    def test_its_code_never_changes(self, national: Client) -> None:
        scheme = level("SST", 1).scheme
        facts = {**SCHEME, "name": "SST", "is_active": "on", "version": scheme.version}
        national.post(f"/administration/catalogue/dispositifs/{scheme.pk}", facts)
        scheme.refresh_from_db()
        assert (scheme.code, scheme.title) == ("SST", SCHEME["title"])

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"code": "SST"}, "Un autre dispositif a déjà ce code."),
            ({"name": "SST"}, "Un autre dispositif a déjà ce nom."),
            ({"code": "ROUTE/1"}, "Un code n’admet que des lettres sans accent"),
            ({"title": "駅"}, "Ces caractères ne peuvent pas être imprimés"),
            ({"title": ""}, "L’intitulé doit être renseigné."),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
        self, national: Client, wrong: dict[str, str], message: str
    ) -> None:
        before = Scheme.objects.count()
        page = national.post("/administration/catalogue/dispositifs/nouveau", {**SCHEME, **wrong})
        assert page.status_code == 422
        assert message in text_of(page)
        for typed in {**SCHEME, **wrong}.values():
            assert typed in page.content.decode()
        assert Scheme.objects.count() == before

    def test_a_level_twice_is_refused(self, national: Client) -> None:
        scheme = made(national).level.scheme
        again = {"number": 1, "trainee_kind": "trainer"}
        page = national.post(f"/administration/catalogue/dispositifs/{scheme.pk}/niveaux", again)
        assert page.status_code == 422
        assert "Le niveau 1 existe déjà." in text_of(page)
        assert scheme.levels.get().trainee_kind == "actor"

    def test_what_becomes_of_trainees_changes_until_a_certificate_is_opened(self, national: Client) -> None:
        one = made(national)
        there = f"/administration/catalogue/niveaux/{one.level_id}"
        facts = {"trainee_kind": "trainer", "inrs_only": "on"}
        assert national.post(there, {**facts, "version": 1}).status_code == 302
        assert national.post(there, {**facts, "version": 1}).status_code == 409
        one.level.refresh_from_db()
        assert (one.level.trainee_kind, one.level.inrs_only) == ("trainer", True)
        rules("ROUTE-1").taught_by.set([qualification("SST-2")])
        national.post(address(one, "/ouvrir"), {"version": one.version})
        page = national.post(there, {"trainee_kind": "actor", "version": 2})
        assert page.status_code == 422
        assert "ce que deviennent ses stagiaires ne change plus" in text_of(page)
        told = text_of(national.get(f"/administration/catalogue/dispositifs/{one.level.scheme_id}"))
        assert "Niveau 1 modifié" in told
        assert "Ses stagiaires deviennent : Acteur → Formateur" in told

    def test_a_level_is_taken_away_as_long_as_nothing_depends_on_it(self, national: Client) -> None:
        scheme = made(national).level.scheme
        national.post(
            f"/administration/catalogue/dispositifs/{scheme.pk}/niveaux", {"number": 3, "trainee_kind": "actor"}
        )
        there = "/administration/catalogue/niveaux/{}/retirer"
        page = national.post(there.format(level("ROUTE", 1).pk))
        assert page.status_code == 422
        assert "dépendent de ce niveau" in text_of(page)
        assert national.post(there.format(level("ROUTE", 3).pk)).status_code == 302
        assert [each.number for each in scheme.levels.all()] == [1]
        told = text_of(national.get(f"/administration/catalogue/dispositifs/{scheme.pk}"))
        assert "Niveau 3 ajouté" in told
        assert "Niveau 3 retiré" in told


class TestCertificates:
    def test_it_opens_once_somebody_may_teach_it(self, national: Client) -> None:
        """B22."""
        one = made(national)
        page = national.post(address(one, "/ouvrir"), {"version": one.version})
        assert page.status_code == 422
        assert "quel certificat qualifie ses formateurs" in text_of(page)
        first = rules("ROUTE-1")
        changed = {**RULES, "taught_by": [qualification("SST-2").pk], "version": first.version}
        assert national.post(f"/administration/catalogue/regles/{first.pk}", changed).status_code == 302
        assert national.post(address(one, "/ouvrir"), {"version": one.version}).status_code == 302
        one.refresh_from_db()
        assert one.is_open
        assert "En préparation → Ouvert" in text_of(national.get(address(one)))

    def test_two_at_once_the_second_is_told(self, national: Client) -> None:
        one = qualification("SST-1")
        facts = {**WORDS, "signatory": one.signatory_id, "template": one.template_id, "version": one.version}
        assert national.post(address(one, "/modifier"), facts).status_code == 302
        assert national.post(address(one, "/modifier"), {**facts, "title": "Autre"}).status_code == 409
        assert national.post(address(one, "/fermer"), {"version": one.version}).status_code == 409
        one.refresh_from_db()
        assert (one.code, one.title, one.is_open) == ("SST-1", WORDS["title"], True)
        assert "Libellé court : SST-1 → Route-1" in text_of(national.get(address(one)))

    def test_b46_an_open_one_keeps_a_paper_that_is_published(self, national: Client) -> None:
        one = qualification("SST-1")
        national.post("/administration/modeles/nouveau", {"name": "Sans version"})
        draft = CertificateTemplate.objects.get(name="Sans version")
        facts = {**WORDS, "signatory": one.signatory_id, "template": draft.pk, "version": one.version}
        page = national.post(address(one, "/modifier"), facts)
        assert page.status_code == 422
        assert "Publiez d’abord une version" in text_of(page)

    def test_what_the_network_wrote_is_confirmed(self, national: Client) -> None:
        one = qualification("SST-1")
        assert "à confirmer" in text_of(national.get(address(one)))
        facts = {**WORDS, "signatory": one.signatory_id, "template": one.template_id, "version": one.version}
        national.post(address(one, "/modifier"), facts)
        assert "à confirmer" not in text_of(national.get(address(one)))

    def test_the_catalogue_takes_few_queries(self, national: Client) -> None:
        national.get("/administration/catalogue")
        with CaptureQueriesContext(connection) as few:
            national.get("/administration/catalogue")
        made(national)
        new_rules("SST-1", today() + timedelta(days=3))
        national.get("/administration/catalogue")  # shows what was told of the changes
        with CaptureQueriesContext(connection) as counted:
            page = national.get("/administration/catalogue")
        assert len(counted) == len(few)
        assert f"à partir du {french(today() + timedelta(days=3))}" in text_of(page)


class TestRules:
    def test_b20_planned_rules_leave_those_in_force(self, national: Client) -> None:
        one, day = qualification("SST-1"), today() + timedelta(days=30)
        facts = planned(one, day, validity_months="36")
        preview = text_of(national.post(address(one, "/regles"), {**facts, "preview": "1"}))
        assert "Validité (mois) 24 36" in " ".join(preview.split())
        assert one.rules.count() == 1
        assert national.post(address(one, "/regles"), facts).status_code == 302
        one = qualification("SST-1")
        assert one.rules_on(day - timedelta(days=1)).validity_months == 24
        assert one.rules_on(day).validity_months == 36
        assert [each.short_label for each in one.rules_on(day).taught_by.all()] == ["SST-2"]
        sheet = text_of(national.get(address(one)))
        assert "À venir" in sheet
        assert "En vigueur" in sheet

    @pytest.mark.parametrize("days", [0, -1, -40_000])
    def test_they_never_reach_back(self, national: Client, days: int) -> None:
        one = qualification("SST-1")
        page = national.post(address(one, "/regles"), planned(one, today() + timedelta(days=days)))
        assert page.status_code == 422
        assert "Des règles ne valent que pour l’avenir" in text_of(page)
        assert one.rules.count() == 1

    def test_one_set_a_day(self, national: Client) -> None:
        one, day = qualification("SST-1"), today() + timedelta(days=1)
        assert national.post(address(one, "/regles"), planned(one, day)).status_code == 302
        page = national.post(address(one, "/regles"), planned(one, day))
        assert page.status_code == 422
        assert "D’autres règles sont déjà prévues à partir de ce jour." in text_of(page)

    def test_those_in_force_never_change(self, national: Client) -> None:
        held = rules("SST-1")
        changed = {**RULES, "validity_months": "12", "version": held.version}
        page = national.post(f"/administration/catalogue/regles/{held.pk}", changed)
        assert "Ces règles sont en vigueur" in text_of(page)
        page = national.post(f"/administration/catalogue/regles/{held.pk}/abandonner")
        assert "Ces règles sont en vigueur" in text_of(page)
        assert rules("SST-1").validity_months == 24

    def test_those_to_come_change_and_are_given_up(self, national: Client) -> None:
        one, day = qualification("SST-1"), today() + timedelta(days=9)
        to_come = new_rules("SST-1", day)
        later = day + timedelta(days=1)
        changed = planned(one, later, validity_months="12", version=to_come.version)
        assert national.post(f"/administration/catalogue/regles/{to_come.pk}", changed).status_code == 302
        assert national.post(f"/administration/catalogue/regles/{to_come.pk}", changed).status_code == 409
        to_come.refresh_from_db()
        assert (to_come.effective_on, to_come.validity_months) == (later, 12)
        assert national.post(f"/administration/catalogue/regles/{to_come.pk}/abandonner").status_code == 302
        assert not QualificationRules.objects.filter(pk=to_come.pk).exists()
        told = text_of(national.get(address(one)))
        assert f"Règles modifiées, à partir du {french(later)}" in told
        assert f"À partir du : {french(day)} → {french(later)}" in told
        assert "Validité (mois) : 24 → 12" in told
        assert f"Règles abandonnées, à partir du {french(later)}" in told

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"validity_months": "0"}, "supérieure ou égale à 1"),
            ({"validity_months": ""}, "Ce nombre doit être renseigné."),
            ({"group_min": "12"}, "plus petit que le minimal"),
            ({"trainers_required": "3"}, "Sélectionnez un choix valide"),
            ({"initial_sessions_expected": "3"}, "plus que de sessions attendues"),
            ({"effective_on": "31/02/2030"}, "Cette date n’existe pas"),
            ({"taught_by": ["999999"]}, "Sélectionnez un choix valide"),
        ],
    )
    def test_what_is_wrong_is_said(self, national: Client, wrong: dict[str, Any], message: str) -> None:
        one = qualification("SST-1")
        page = national.post(address(one, "/regles"), planned(one, today() + timedelta(days=5), **wrong))
        assert page.status_code == 422
        assert message in text_of(page)
        assert one.rules.count() == 1

    def test_b22_sessions_to_come_have_somebody_to_run_them(self, national: Client) -> None:
        one = qualification("SST-1")
        page = national.post(address(one, "/regles"), planned(one, today() + timedelta(days=5), taught_by=[]))
        assert page.status_code == 422
        assert "personne ne pourrait animer ses sessions" in text_of(page)

    def test_nothing_is_delivered_of_what_is_in_preparation(self, national: Client) -> None:
        early = made(national)
        one = qualification("SST-1")
        page = national.post(address(one, "/regles"), planned(one, today() + timedelta(days=5), renews=[early.pk]))
        assert page.status_code == 422
        assert "Ouvrez d’abord Route-1" in text_of(page)
        assert one.rules.count() == 1

    def test_b22_only_who_was_made_a_trainer_may_teach(self, national: Client) -> None:
        one = qualification("SST-1")
        facts = planned(one, today() + timedelta(days=5), taught_by=[one.pk])
        assert "Sélectionnez un choix valide" in text_of(national.post(address(one, "/regles"), facts))
        assert one.rules.count() == 1


def test_a_signatory_signs_what_is_generated_from_then_on(national: Client) -> None:
    held = Signatory.objects.get()
    typed = {"name": "Maxime ROY", "title": "Direction de la formation", "version": held.version}
    assert national.post(f"/administration/signataires/{held.pk}", typed).status_code == 302
    assert national.post(f"/administration/signataires/{held.pk}", typed).status_code == 409
    assert "Prénom et nom : Camille VERDIER → Maxime ROY" in text_of(
        national.get(f"/administration/signataires/{held.pk}")
    )
    assert national.post("/administration/signataires/nouveau", {**typed, "name": ""}).status_code == 422
    assert national.post("/administration/signataires/nouveau", {**typed, "name": "Lou NOËL"}).status_code == 302
    assert "Lou NOËL" in text_of(national.get("/administration/signataires"))
