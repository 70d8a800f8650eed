"""`Conservation des données`, `Consultations`, and all that is held on somebody who asks by letter, over HTTP."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.core.dates import now
from forprev.people.models import Consultation, Person, RetentionRule
from forprev.people.retention.registry import kind_of, kinds
from forprev.people.retention.running import apply_all, apply_kind
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import issued_session, taken_over
from tests.factories.organisations import acting_national, acting_officer, fund
from tests.factories.people import PersonFactory
from tests.factories.support import asked

pytestmark = pytest.mark.django_db

REASON = "Avis du délégué à la protection des données"


def browser(acting: Acting) -> Client:
    return browser_of(AccountFactory(person=acting.person))


@pytest.fixture
def national() -> Client:
    return browser(acting_national(Role.NATIONAL_ADMINISTRATOR))


def posted(client: Client, key: str = "persons", **values: object) -> HttpResponse:
    return client.post(reverse("support:retention_rule", args=[key]), {"reason": REASON, **values})


class TestRules:
    def test_the_register_says_everything_that_is_kept(self, national: Client) -> None:
        apply_all()
        page = national.get(reverse("support:retention")).content.decode()
        for kind in kinds():
            assert kind.title in page
        assert "0 effacés" in page
        exported = national.get(reverse("support:retention") + "?export=csv").getvalue().decode("utf-8-sig")
        lines = exported.splitlines()
        assert lines[0].startswith("Catégorie;Données;Finalité")
        assert len(lines) == 1 + len(kinds())

    def test_what_a_delay_would_do_is_shown_before_it_counts(self, national: Client) -> None:
        PersonFactory()
        Person.objects.update(created_at=now() - timedelta(days=365 * 4))
        direct = posted(national, months=36, version=1, save="1")
        assert RetentionRule.objects.get(kind="persons").months == 60
        page = direct.content.decode()
        assert "Simulation" in page
        assert "Rien n’est encore enregistré." in page
        token = re.search(r'name="simulated" value="([^"]+)"', page)
        assert token is not None
        other = posted(national, months=24, version=1, save="1", simulated=token[1])
        assert RetentionRule.objects.get(kind="persons").months == 60
        assert "Simulation" in other.content.decode()
        assert posted(national, months=36, version=1, save="1", simulated=token[1]).status_code == 302
        rule = RetentionRule.objects.get(kind="persons")
        assert (rule.months, rule.version, rule.reason) == (36, 2, REASON)
        shown = national.get(reverse("support:retention_rule", args=["persons"])).content.decode()
        assert "Durée (mois) : 60 → 36" in shown
        stale = posted(national, months=36, version=1)
        again = re.search(r'name="simulated" value="([^"]+)"', stale.content.decode())
        assert again is not None
        assert posted(national, months=36, version=1, save="1", simulated=again[1]).status_code == 409

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"months": 11}, "entre 12 et 120 mois"),
            ({"months": 121}, "entre 12 et 120 mois"),
            ({"months": 36, "reason": " "}, "Le motif doit être renseigné."),
        ],
    )
    def test_bad_input_is_told_beside_the_field(self, national: Client, values: dict[str, object], said: str) -> None:
        answer = posted(national, version=1, **values)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert RetentionRule.objects.get(kind="persons").version == 1

    def test_passages_are_listed_and_exported(self, national: Client) -> None:
        kind = kind_of("persons")
        assert kind is not None
        apply_kind(kind)
        page = national.get(reverse("support:retention_runs"))
        assert "Personnes" in page.content.decode()
        assert b"Personnes" in national.get(reverse("support:retention_runs") + "?export=csv").getvalue()


class TestWhoLooked:
    def test_the_network_leaves_a_trace_that_the_person_reads(self, national: Client) -> None:
        session = issued_session(trainees=2)
        certificate = session.certificates.first()
        assert certificate is not None
        officer = acting_officer(fund())
        client = browser(officer)
        assert client.get(reverse("certification:certificate", args=[certificate.pk])).status_code == 200
        client.head(reverse("certification:certificate", args=[certificate.pk]))
        client.get(reverse("certification:trainees", args=[session.pk]))
        client.get(reverse("certification:certificates"))
        assert client.get(reverse("certification:certificates") + "?export=csv").getvalue()
        noted = Consultation.objects.order_by("pk").values_list("page", "person", "count", "by")
        every = session.certificates.count()
        assert list(noted) == [
            ("certificate", certificate.person_id, 1, officer.person_id),
            ("session", None, 2, officer.person_id),
            ("certificates", None, every, officer.person_id),
            ("certificates", None, every, officer.person_id),
        ]
        mine = browser_of(AccountFactory(person=certificate.person))
        told = json.loads(mine.get("/mon-profil/mes-donnees/json").content)["consultations"]
        assert [(each["role"], each["place"], each["page"]) for each in told] == [
            ("Instructeur de caisse", officer.place, "Certificat")
        ]
        assert officer.person.last_name not in json.dumps(told)
        page = national.get(reverse("support:consulted")).content.decode()
        assert officer.person.display_name in page
        assert f"n° {certificate.person.number}" in page

    def test_the_hotline_too_and_entities_not(self) -> None:
        correction = asked()
        agent = acting_national(Role.SUPPORT_AGENT)
        client = browser(agent)
        client.get(reverse("support:correction", args=[correction.pk]))
        client.get(reverse("accounts:desk_account", args=[correction.person.account.pk]))
        pages = Consultation.objects.order_by("pk").values_list("page", "person")
        assert list(pages) == [("correction", correction.person_id), ("account", correction.person_id)]


class TestByLetter:
    def ask(self, client: Client, person: Person, **changes: str) -> HttpResponse:
        typed = {"number": person.number, "surname": person.last_name, "reason": "Courrier du 12 mars", "form": "json"}
        return client.post(reverse("support:person_data"), {**typed, **changes})

    @pytest.mark.parametrize("role", [Role.SUPPORT_AGENT, Role.NATIONAL_ADMINISTRATOR])
    def test_all_that_is_held_on_somebody_without_an_account(self, role: Role) -> None:
        person = PersonFactory(last_name="SANSCOMPTE")
        taken_over(person, "SST-1")
        client = browser(acting_national(role))
        answer = self.ask(client, person)
        held = json.loads(answer.content)
        assert held["identity"][0]["last_name"] == "SANSCOMPTE"
        assert len(held["certificates"]) == 1
        assert f"forprev-donnees-{person.number}" in answer["Content-Disposition"]
        assert self.ask(client, person, form="pdf").content.startswith(b"%PDF")
        noted = Consultation.objects.filter(person=person, page="personal_data")
        assert [each.reason for each in noted] == ["Courrier du 12 mars"] * 2

    def test_a_number_alone_is_not_enough_nor_without_a_reason(self) -> None:
        person = PersonFactory(last_name="SANSCOMPTE")
        client = browser(acting_national(Role.SUPPORT_AGENT))
        wrong, unknown = self.ask(client, person, surname="Autre"), self.ask(client, person, number="ZZZ99999")
        assert (wrong.status_code, unknown.status_code) == (422, 422)
        assert "Aucune personne n’a ce n° Forprev et ce nom." in wrong.content.decode()
        assert "Le motif doit être renseigné." in self.ask(client, person, reason="").content.decode()
        assert not Consultation.objects.exists()

    def test_whoever_has_an_account_fetches_its_data_itself(self) -> None:
        account = AccountFactory()
        answer = self.ask(browser(acting_national(Role.SUPPORT_AGENT)), account.person)
        assert answer.status_code == 422
        assert "elle trouve tout dans « Mes données »" in answer.content.decode()
        assert not Consultation.objects.exists()

    def test_whoever_did_not_prove_itself_lately_does_so_first(self) -> None:
        client = browser(acting_national(Role.SUPPORT_AGENT))
        session = client.session
        session["proved_at"] = int(now().timestamp()) - 600
        session.save()
        answer = client.get(reverse("support:person_data"))
        assert answer["Location"] == reverse("accounts:confirm_identity")
