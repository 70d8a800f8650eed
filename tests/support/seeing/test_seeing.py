"""`Voir comme l’utilisateur`: who may, what is shown, what is told, how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.middleware import SESSION_KEY
from forprev.accounts.models import Account, Role
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.notices.models import Notice, OutgoingMail
from forprev.organisations.models import Membership
from forprev.people.merging import merge
from forprev.people.retention.registry import kind_of
from forprev.people.retention.running import apply_kind
from forprev.support.models import Consultation, ConsultedPage
from forprev.support.seeing import services
from forprev.support.seeing.models import End
from tests.accounts.second_factors import Application
from tests.factories.accounts import PASSWORD, AccountFactory, browser_of
from tests.factories.contact import contacted
from tests.factories.organisations import acting_officer
from tests.factories.support import acting_agent
from tests.screens import make_entity, make_member, make_network_role, menu_of, signed_in, text_of
from tests.support.seeing.steps import REASON, banner, key_of, see, url_of

pytestmark = pytest.mark.django_db


def menu(client: Client) -> list[str]:
    return menu_of(client.get("/tableau-de-bord"))


class TestBeginning:
    def test_a_code_is_asked_for_even_right_after_signing_in(self, agent: Account, seen: Account) -> None:
        application = Application(agent)
        agent.refresh_from_db()
        client = browser_of(agent)
        asked = client.get(url_of(seen), follow=True)
        assert asked.redirect_chain[-1][0] == reverse("accounts:confirm_identity")
        wrong = client.post(reverse("accounts:confirm_identity"), {"password": PASSWORD, "code": "000000"})
        assert wrong.status_code == 200
        assert client.get(url_of(seen)).status_code == 302
        code = application.code(1)
        given = client.post(reverse("accounts:confirm_identity"), {"password": PASSWORD, "code": code}, follow=True)
        assert "Avant de commencer" in text_of(given)
        see(client, seen)
        assert Consultation.objects.count() == 1
        client.post(reverse("support:stop_seeing"))
        assert client.get(url_of(seen))["Location"] == reverse("accounts:confirm_identity")  # each time anew

    def test_without_a_second_factor_nobody_begins(self, seen: Account) -> None:
        """Somebody whose provider answers for the second factor has none here that could be asked."""
        client = signed_in(make_network_role(Role.SUPPORT_AGENT))
        assert client.get(url_of(seen))["Location"] == reverse("accounts:factors")
        assert client.post(url_of(seen), {"reason": REASON, "role": key_of(seen)}).status_code == 302
        assert Consultation.objects.count() == 0

    def test_the_reason_and_the_role_are_wanted(self, desk: Client, seen: Account) -> None:
        AccountFactory()
        make_member(make_entity("Autre"), person=seen.person)
        answer = desk.post(url_of(seen), {"reason": " ", "role": ""})
        assert answer.status_code == 422
        assert "Le motif doit être renseigné." in text_of(answer)
        assert "Le rôle doit être choisi." in text_of(answer)
        assert Consultation.objects.count() == 0

    @pytest.mark.parametrize("key", ["support_agent-0", "national_administrator-0", "manager-999999", "trainer-0", "x"])
    def test_a_role_that_the_person_does_not_hold(self, desk: Client, seen: Account, key: str) -> None:
        assert see(desk, seen, key).status_code == 422
        with pytest.raises(DomainError):
            services.begin(acting_agent(), seen, key, REASON)
        assert Consultation.objects.count() == 0

    @pytest.mark.parametrize(
        "role", [Role.SUPPORT_AGENT, Role.NATIONAL_ADMINISTRATOR, Role.COMMITTEE, Role.FUND_OFFICER]
    )
    def test_nobody_of_the_network_is_seen_in_any_role(self, desk: Client, role: Role) -> None:
        of = "bretagne" if role == Role.FUND_OFFICER else ""
        other = make_network_role(role, of).person
        make_member(make_entity(), person=other)
        page = desk.get(url_of(other.account))
        assert "tient un rôle du réseau prévention" in text_of(page)
        assert see(desk, other.account).status_code == 409
        assert Consultation.objects.count() == 0

    def test_nor_oneself(self, desk: Client, agent: Account) -> None:
        make_member(make_entity(), person=agent.person)
        session = desk.session
        session[SESSION_KEY] = "support_agent-0"
        session.save()
        assert "votre propre compte" in text_of(desk.get(url_of(agent)))
        assert see(desk, agent).status_code == 409
        assert Consultation.objects.count() == 0

    def test_nor_who_has_no_role_or_no_open_account(self, desk: Client, seen: Account) -> None:
        assert "aucun rôle actif" in text_of(desk.get(url_of(AccountFactory())))
        Account.objects.filter(pk=seen.pk).update(is_active=False)
        assert "Ce compte est fermé" in text_of(desk.get(url_of(seen)))

    def test_only_an_agent_begins(self, seen: Account) -> None:
        officer = acting_officer()
        with pytest.raises(DomainError):
            services.begin(officer, seen, key_of(seen), REASON)
        manager = Acting(seen.person, Role.MANAGER)
        with pytest.raises(DomainError):
            services.begin(manager, seen, key_of(seen), REASON)

    def test_for_a_contact_request_of_this_person(self, desk: Client, seen: Account) -> None:
        contact = contacted(person=seen.person)
        others = contacted(person=AccountFactory().person)
        assert f'value="{contact.number}"' in desk.get(url_of(seen), {"demande": contact.number}).content.decode()
        for wrong, said in (
            (others.number, "celle d’une autre personne"),
            ("C99-000001", "Aucune demande"),
            ("x", "Aucune"),
        ):
            answer = see(desk, seen, contact=wrong)
            assert (answer.status_code, said in text_of(answer)) == (422, True), wrong
        see(desk, seen, contact=contact.number.lower())
        assert Consultation.objects.get().contact == contact
        assert desk.post(reverse("support:stop_seeing"))["Location"] == reverse(
            "support:contact_request", args=[contact.pk]
        )


class TestTelling:
    def test_the_person_is_told_at_once_by_a_message_and_a_mail(
        self, desk: Client, agent: Account, seen: Account
    ) -> None:
        seen.wants_tasks = seen.wants_alerts = seen.wants_messages = False
        seen.mail_rhythm = Account.MailRhythm.DAILY
        seen.save()
        see(desk, seen)
        notice = Notice.objects.get(person=seen.person)
        assert notice.kind == Notice.Kind.ACCOUNT
        mail = OutgoingMail.objects.get(recipient=seen.email)
        assert mail.subject == "[FORPREV] L’assistance a consulté votre compte"
        assert REASON in mail.text
        assert REASON in mail.html
        assert "Gestionnaire Mairie de Vanves" in mail.text

    def test_it_is_among_its_data(self, desk: Client, agent: Account, seen: Account) -> None:
        see(desk, seen)
        desk.get("/aide")
        told = browser_of(seen).get("/mon-profil/mes-donnees/json").json()["seen_by_the_hotline"]
        assert [(line["reason"], line["pages"]) for line in told] == [(REASON, 2)]
        desk.post(reverse("support:stop_seeing"))
        own = browser_of(agent).get("/mon-profil/mes-donnees/json").json()["seen_for_the_hotline"]
        assert [line["role"] for line in own] == [told[0]["role"]]
        assert seen.person.number not in str(own)

    def test_the_national_administration_has_the_register(self, desk: Client, agent: Account, seen: Account) -> None:
        see(desk, seen)
        desk.get("/sessions/a-traiter?page=1&q=secret")
        desk.get("/mon-profil/mot-de-passe")
        desk.post(reverse("support:stop_seeing"))
        national = signed_in(make_network_role(Role.NATIONAL_ADMINISTRATOR))
        assert "Consultations de l’assistance" in menu(national)
        page = national.get(reverse("support:consultations"))
        assert all(word in text_of(page) for word in (str(agent.person), str(seen.person), REASON))
        sheet = text_of(national.get(reverse("support:consultation", args=[Consultation.objects.get().pk])))
        assert all(word in sheet for word in ("dashboard", "accounts:password", "Non, fermée", "quittée"))
        assert "secret" not in sheet

    def test_a_criterion_finds_who_was_seen(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        national = signed_in(make_network_role(Role.NATIONAL_ADMINISTRATOR))
        criterion = {"champ": "forprev", "operateur": "egal", "valeur": seen.person.number}
        url = reverse("support:consultations")
        assert REASON in text_of(national.post(url, criterion, follow=True))
        assert REASON not in text_of(national.post(url, {**criterion, "valeur": "ZZZ99999"}, follow=True))


class TestSeeing:
    def test_what_the_person_sees_is_shown(self, desk: Client, seen: Account) -> None:
        answer = see(desk, seen)
        assert "Gestionnaire Mairie de Vanves" in text_of(answer)
        assert menu(desk) == menu(browser_of(seen))
        profile = text_of(desk.get("/mon-profil"))
        assert f"Mon profil {seen.person.number}" in profile

    def test_a_banner_on_every_page_says_whom_and_how_long(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        until = Consultation.objects.get().until
        for url in (
            "/tableau-de-bord",
            "/aide",
            "/mentions-legales",
            "/inconnue",
            "/demandes-de-contact",
            "/mon-profil/mot-de-passe",
        ):
            said = banner(desk.get(url))
            assert f"Vous voyez comme {seen.person.display_name}" in said, url
            assert "Gestionnaire Mairie de Vanves" in said, url
            assert said.endswith("Quitter"), url
        assert timedelta(minutes=14) < until - now() <= timedelta(minutes=15)

    def test_gates_are_named_and_not_forced(self, desk: Client, seen: Account) -> None:
        Account.objects.filter(pk=seen.pk).update(welcomed_at=None)
        see(desk, seen)
        page = desk.get("/sessions/a-traiter")
        assert page.status_code == 200
        assert 'href="/bienvenue"' in page.content.decode()
        assert desk.get("/bienvenue", follow=True).status_code == 200
        seen.refresh_from_db()
        assert seen.welcomed_at is None

    def test_the_agent_s_session_comes_back_as_it_was(self, desk: Client, agent: Account, seen: Account) -> None:
        before = desk.session.session_key
        see(desk, seen)
        during = desk.session.session_key
        desk.post(reverse("support:stop_seeing"))
        assert len({before, during, desk.session.session_key}) == 3
        assert desk.session["_auth_user_id"] == str(agent.pk)
        assert "Demandes de contact" in menu(desk)
        assert browser_of(seen).get("/tableau-de-bord").status_code == 200


class TestEnding:
    def over(self, desk: Client) -> Consultation:
        """The next page is the agent's, or nobody's."""
        answer = desk.get("/mon-profil", follow=True)
        assert banner(answer) == ""
        return Consultation.objects.get()

    def test_by_leaving(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        desk.post(reverse("support:stop_seeing"))
        assert self.over(desk).end == End.QUIT

    def test_by_time(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        with time_machine.travel(now() + timedelta(minutes=15, seconds=1)):
            answer = desk.post("/mon-profil", {"email": "autre@exemple.test"}, follow=True)
            assert "durée écoulée" in text_of(answer)
            found = self.over(desk)
        assert (found.end, found.ended_at) == (End.TIME, found.until)

    def test_by_the_end_of_the_person_s_role(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        Membership.objects.filter(person=seen.person).update(ended_at=now())
        assert self.over(desk).end == End.PERSON

    def test_by_a_role_of_the_network_given_meanwhile(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        acting_officer(person=seen.person)
        assert self.over(desk).end == End.PERSON

    def test_by_the_closing_of_the_account(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        Account.objects.filter(pk=seen.pk).update(is_active=False)
        assert self.over(desk).end == End.PERSON

    def test_by_the_end_of_the_agent_s_role(self, desk: Client, agent: Account, seen: Account) -> None:
        see(desk, seen)
        agent.person.network_roles.update(ended_at=now())
        assert self.over(desk).end == End.AGENT

    def test_by_the_end_of_the_agent_s_session(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        session = desk.session
        session["started_at"] -= 13 * 3600
        session.save()
        assert self.over(desk).end == End.SESSION
        assert desk.get("/tableau-de-bord")["Location"].startswith("/connexion")


class TestTheRegister:
    @pytest.fixture
    def consultation(self, desk: Client, seen: Account) -> Consultation:
        see(desk, seen)
        return Consultation.objects.get()

    def test_nothing_of_it_changes_or_goes(self, consultation: Consultation) -> None:
        services.end(consultation.pk, End.QUIT)
        pages, rows = ConsultedPage.objects.all(), Consultation.objects.all()
        changes = [
            lambda: rows.update(reason="autre"),
            lambda: rows.update(ended_at=None, end=""),
            lambda: rows.update(end=End.TIME),
            lambda: rows.update(ended_at=now() + timedelta(minutes=1)),
            lambda: rows.delete(),
            lambda: pages.update(path="/"),
            lambda: pages.delete(),
        ]
        for change in changes:
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_none_is_long_or_of_oneself(self, consultation: Consultation) -> None:
        for changes in ({"until": consultation.begun_at + timedelta(minutes=16)}, {"person": consultation.agent}):
            values = {f.name: getattr(consultation, f.name) for f in Consultation._meta.concrete_fields}
            del values["id"]
            with pytest.raises(IntegrityError), transaction.atomic():
                Consultation.objects.create(**{**values, **changes})

    def test_it_is_kept_twelve_months(self, consultation: Consultation, desk: Client) -> None:
        kind = kind_of("seen_by_the_hotline")
        assert kind is not None
        with time_machine.travel(now() + timedelta(days=350)):
            assert apply_kind(kind).disposed == 0
        with time_machine.travel(now() + timedelta(days=400)):
            assert apply_kind(kind).disposed == 1
        assert not ConsultedPage.objects.exists()

    def test_ending_twice_is_ending_once(self, consultation: Consultation) -> None:
        services.end(consultation.pk, End.QUIT)
        services.end(consultation.pk, End.SESSION)
        consultation.refresh_from_db()
        assert consultation.end == End.QUIT

    def test_it_follows_a_merge(self, consultation: Consultation) -> None:
        kept = AccountFactory().person
        merge(consultation.person_id, kept.pk, acting_agent(), "Doublon")
        consultation.refresh_from_db()
        assert consultation.person == kept

    def test_who_saw_and_who_was_seen_are_two(self, consultation: Consultation) -> None:
        with pytest.raises(DomainError):
            merge(consultation.person_id, consultation.agent_id, acting_agent(), "Doublon")
