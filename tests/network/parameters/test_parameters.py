"""The network's parameters: shown, changed with a reason, told, and in force at once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Account, AccountSettings, Role
from forprev.accounts.selectors import usable_link
from forprev.accounts.services.passwords import make_link
from forprev.accreditation.alerts import warn_of_ends
from forprev.accreditation.models import AccreditationSettings
from forprev.certification.models import CertificationSettings
from forprev.certification.services.reminders import warn_of_ending_certificates
from forprev.core import parameters
from forprev.core.dates import add_months, now, today
from forprev.core.errors import Conflict
from forprev.notices.models import Notice, ReminderSettings
from forprev.people.models import PeopleSettings
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.accreditation import accredit
from tests.factories.certification import taken_over
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_national
from tests.screens import make_network_role, signed_in, text_of

pytestmark = pytest.mark.django_db

LIST = "/administration/parametres"
REASON = "Décision de la commission du 3 mars"


@pytest.fixture
def national() -> Client:
    return signed_in(make_network_role(Role.NATIONAL_ADMINISTRATOR))


def subject(slug: str) -> parameters.Subject:
    found = parameters.subject_of(slug)
    assert found is not None
    return found


def posted(slug: str, **changes: Any) -> dict[str, Any]:
    """What the form of a subject sends."""
    one = subject(slug)
    row = one.model.current()
    values = {name: getattr(row, name) for name in one.names}
    return {**values, "version": row.version, "reason": REASON, **changes}


def confirm(browser: Client, slug: str, **changes: Any) -> HttpResponse:
    return browser.post(f"{LIST}/{slug}", {**posted(slug, **changes), "confirmed": "1"})


def put(slug: str, **changes: int) -> None:
    """In force, by somebody of the national administration."""
    one = subject(slug)
    row = one.model.current()
    values = {name: getattr(row, name) for name in one.names} | changes
    parameters.change(one, acting_national(Role.NATIONAL_ADMINISTRATOR), row.version, values, REASON)


class TestScreens:
    def test_every_field_of_every_row_of_settings_is_on_the_list(self, national: Client) -> None:
        page = text_of(national.get(LIST))
        for one in parameters.subjects():
            fields = {field.name for field in one.model._meta.fields} - {"id", "version"}
            assert fields == set(one.names), one.slug
            for each in one.parameters:
                assert f"{one.label(each.name)} " in page
                assert each.governs in page
        assert {one.model for one in parameters.subjects()} >= {
            AccountSettings,
            AccreditationSettings,
            CertificationSettings,
            PeopleSettings,
            ReminderSettings,
        }

    def test_the_list_asks_as_many_questions_however_often_something_changed(self, national: Client) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert national.get(LIST).status_code == 200
            return len(queries)

        asked()
        before = asked()
        for hours in (24, 48, 36):
            put("comptes", link_hours=hours)
        assert asked() == before

    def test_a_change_is_shown_before_it_is_made(self, national: Client) -> None:
        page = national.post(f"{LIST}/comptes", posted("comptes", link_hours="24"))
        said = text_of(page)
        assert page.status_code == 200
        assert "72 heures" in said.replace("\N{NO-BREAK SPACE}", " ")
        assert "24 heures" in said.replace("\N{NO-BREAK SPACE}", " ")
        assert "aussi pour les liens déjà envoyés" in said
        assert REASON in said
        assert AccountSettings.current().link_hours == 72
        assert not AccountSettings.objects.exists()

    def test_one_may_look_at_the_values_again(self, national: Client) -> None:
        page = national.post(f"{LIST}/comptes", {**posted("comptes", link_hours="24"), "back": "1"})
        assert page.status_code == 200
        assert 'value="24"' in page.content.decode()
        assert REASON in page.content.decode()
        assert not AccountSettings.objects.exists()

    def test_confirmed_it_is_in_force_and_told(self, national: Client) -> None:
        assert confirm(national, "comptes", link_hours=24)["Location"] == LIST
        assert AccountSettings.current().link_hours == 24
        assert re.search(r"24\sheures .{,200} le \d\d/\d\d/\d{4}", text_of(national.get(LIST)))
        told = text_of(national.get(f"{LIST}/comptes")).replace("\N{NO-BREAK SPACE}", " ")
        assert "72 heures → 24 heures" in told
        assert f"Motif : {REASON}" in told
        assert "Administrateur national" in told

    def test_what_was_never_changed_dates_from_the_beginning(self, national: Client) -> None:
        put("rappels", first_days=10)
        page = text_of(national.get(LIST))
        assert re.search(r"Premier rappel 10\sjours .* le \d\d/\d\d/\d{4} Second rappel 21\sjours .* l’origine", page)

    @pytest.mark.parametrize(
        ("typed", "said"),
        [("0", "De 1 à 168"), ("169", "De 1 à 168"), ("", "doit être renseigné"), ("x", "nombre entier")],
    )
    def test_bounds_are_told_beside_the_field(self, national: Client, typed: str, said: str) -> None:
        for more in ({}, {"confirmed": "1"}):
            page = national.post(f"{LIST}/comptes", {**posted("comptes", link_hours=typed), **more})
            assert page.status_code == 422
            error = re.search(r'id="id_link_hours_error".*?</ul>', page.content.decode(), flags=re.DOTALL)
            assert error
            assert said in error[0].replace("\N{NO-BREAK SPACE}", " ")
        assert not AccountSettings.objects.exists()

    def test_a_reason_is_needed(self, national: Client) -> None:
        page = confirm(national, "comptes", link_hours=24, reason="  ")
        assert page.status_code == 422
        assert "Le motif doit être renseigné." in text_of(page)

    def test_nothing_changed_is_said(self, national: Client) -> None:
        page = national.post(f"{LIST}/comptes", posted("comptes"))
        assert page.status_code == 422
        assert "Aucune valeur ne change" in text_of(page)

    @pytest.mark.parametrize(
        ("slug", "changes", "said"),
        [
            ("rappels", {"first_days": 21}, "Le second rappel doit venir après le premier."),
            ("certification", {"download_reminder_days": 15}, "plus court que la durée de téléchargement"),
            ("certification", {"generation_months": 1, "generation_reminder_days": 28}, "plus court que le délai"),
            ("certification", {"second_alert_months": 12}, "La deuxième alerte doit être plus près"),
            ("certification", {"third_alert_months": 6}, "La troisième alerte doit être plus près"),
            ("habilitations", {"second_alert_months": 12}, "La seconde alerte doit être plus près"),
            ("habilitations", {"draft_months": 2, "draft_warning_months": 2}, "L’annonce doit être plus courte"),
            ("habilitations", {"accreditation_months": 6}, "ne peut pas précéder le début"),
        ],
    )
    def test_values_that_do_not_go_together(
        self, national: Client, slug: str, changes: dict[str, int], said: str
    ) -> None:
        for more in ({}, {"confirmed": "1"}):
            page = national.post(f"{LIST}/{slug}", {**posted(slug, **changes), **more})
            assert page.status_code == 422
            assert said in text_of(page)
        assert not subject(slug).model.objects.exists()

    def test_somebody_was_faster(self, national: Client) -> None:
        typed = posted("comptes", link_hours=24)
        put("comptes", link_hours=48)
        for more in ({}, {"confirmed": "1"}):
            page = national.post(f"{LIST}/comptes", {**typed, **more})
            assert page.status_code == 409
            assert "48" in text_of(page)
        assert AccountSettings.current().link_hours == 48

    def test_nobody_invents_a_subject(self, national: Client) -> None:
        assert national.get(f"{LIST}/securite").status_code == 404


def test_two_who_write_at_once_are_told_apart() -> None:
    one, acting = subject("comptes"), acting_national(Role.NATIONAL_ADMINISTRATOR)
    parameters.change(one, acting, 1, {"link_hours": 24}, REASON)
    with pytest.raises(Conflict):
        parameters.change(one, acting, 1, {"link_hours": 48}, REASON)
    assert [(each.before, each.after) for each in parameters.history(one)] == [
        ("72\N{NO-BREAK SPACE}heures", "24\N{NO-BREAK SPACE}heures")
    ]


class TestInForce:
    """Whatever uses a parameter reads it anew."""

    def test_a02_a_link_serves_as_long_as_the_network_says(self) -> None:
        token = make_link(AccountFactory())
        moment = now() + timedelta(hours=30)
        with time_machine.travel(moment):
            assert usable_link(token)
        put("comptes", link_hours=24)
        with time_machine.travel(moment):
            assert usable_link(token) is None

    @pytest.mark.parametrize(
        "address",
        ["/mot-de-passe-oublie/envoye", "/reinitialisation-mot-de-passe/inconnu", "/aide/questions/premiere-connexion"],
    )
    def test_pages_say_it(self, client: Client, address: str) -> None:
        put("comptes", link_hours=36)
        page = client.get(address, follow=True).content.decode()
        assert re.search(r"36\s(h|&nbsp;h)eures|36.heures", page), address
        assert not re.search(r"72.heures", page)

    def test_a25_alerts_of_accreditations_follow(self) -> None:
        accreditation = accredit(OrganisationFactory(), ends_on=add_months(today(), 9))
        manager = AccountFactory(person=MembershipFactory(organisation=accreditation.organisation).person)
        put("habilitations", first_alert_months=8, second_alert_months=4)
        assert warn_of_ends() == 0
        put("habilitations", first_alert_months=10)
        assert warn_of_ends() == 1
        assert "10 mois" in Notice.objects.get(person=manager.person).text

    def test_a25_alerts_of_certificates_follow(self) -> None:
        holder: Account = AccountFactory()
        taken_over(holder.person, "SST-2", expires_on=add_months(today(), 9))
        put("certification", first_alert_months=8)
        assert warn_of_ending_certificates() == 0
        put("certification", first_alert_months=10)
        assert warn_of_ending_certificates() == 1

    @pytest.mark.parametrize(("months", "shown"), [(8, False), (10, True)])
    def test_a25_the_dashboard_follows(self, months: int, shown: bool) -> None:
        accreditation = accredit(OrganisationFactory(), ends_on=add_months(today(), 9))
        manager = AccountFactory(person=MembershipFactory(organisation=accreditation.organisation).person)
        put("habilitations", first_alert_months=months, second_alert_months=4)
        page = text_of(browser_of(manager).get("/tableau-de-bord"))
        assert (f"dans les {months} prochains mois" in page) is shown
        assert (f"Moins de {months} mois" in page) is shown
