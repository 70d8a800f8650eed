"""The roles of the network: given and ended by the national administration, and by nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from forprev.accounts.absence import reasons_of
from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import Account, PasswordLink, Role
from forprev.accounts.services.sessions import PROVED
from forprev.accreditation.models import DossierState
from forprev.core.dates import today
from forprev.core.errors import DomainError
from forprev.notices.models import Notice, OutgoingMail
from forprev.organisations.models import NetworkRole
from forprev.organisations.services import Whom, end_lapsed_roles
from forprev.organisations.staff.selectors import is_last
from forprev.organisations.staff.services import end_network_role, grant_network_role
from forprev.people.models import Lookup, Person
from tests.concurrency import together
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.contact import contacted
from tests.factories.dossiers import entity_dossier
from tests.factories.organisations import NetworkRoleFactory, OrganisationFactory, acting_national, fund
from tests.factories.people import PersonFactory
from tests.http.world import untouched
from tests.screens import make_network_role, menu_of, queries_of, signed_in, text_of

pytestmark = pytest.mark.django_db

STAFF = "/administration/personnes"
NEW = f"{STAFF}/nouvelle"
TYPED = {"last_name": "Le Gall", "first_name": "Nolwenn", "birth_date": "9.3.84", "email": "nolwenn@exemple.test"}
NATIONAL = Role.NATIONAL_ADMINISTRATOR


@pytest.fixture
def administrator() -> NetworkRole:
    return make_network_role(NATIONAL)


@pytest.fixture
def client(administrator: NetworkRole) -> Client:
    return signed_in(administrator)


def acting_of(held: NetworkRole) -> Acting:
    return Acting(person=held.person, role=Role(held.role))


def informed(client: Client, **changes: str) -> str:
    """The address of the tab `Rôle`, once the first is filled in."""
    answer = client.post(NEW, {**TYPED, **changes})
    assert answer.status_code == 302, text_of(answer)
    return answer["Location"]


def ends(client: Client, held: NetworkRole, reason: str = "Départ à la retraite") -> int:
    return client.post(f"{STAFF}/{held.pk}/fin", {"reason": reason}).status_code


def still_held(held: NetworkRole) -> bool:
    return NetworkRole.objects.get(pk=held.pk).ended_at is None


def long_ago(client: Client) -> None:
    """The last proof of identity is over five minutes old."""
    session = client.session
    session[PROVED] -= 301
    session.save()


def told_by_mail(account: Account) -> str:
    return OutgoingMail.objects.filter(recipient=account.email).latest("created_at").text


class TestTheList:
    def test_who_holds_what(self, client: Client) -> None:
        officer = make_network_role(Role.FUND_OFFICER, "bretagne")
        make_network_role(Role.SUPPORT_AGENT)
        page = text_of(client.get(STAFF))
        assert f"{officer.person.number} {officer.person.account.email} Instructeur de caisse Carsat Bretagne" in page
        assert "Instructeur de caisse : 1 personne" in page
        assert "Un second facteur perdu ne se retire qu’à deux" in page
        assert "Commission nationale : 0 personne ( ses commissions ). Personne ne tient ce rôle." in page
        found = text_of(client.get(f"{STAFF}?champ=role&operateur=est&valeur=support_agent"))
        assert "sur 1 personne du réseau" in found
        assert officer.person.number not in found
        exported = client.get(f"{STAFF}?export=csv")
        assert officer.person.account.email in exported.getvalue().decode()

    def test_a_search_by_name_stands_in_no_address(self, client: Client) -> None:
        NetworkRoleFactory(person=PersonFactory(last_name="Élie"))
        answer = client.post(STAFF, {"champ": "nom", "operateur": "egal", "valeur": "élie"})
        assert "champ" not in answer["Location"]
        assert "sur 1 personne du réseau" in text_of(client.get(answer["Location"]))

    def test_an_ended_role_is_on_the_other_list(self, client: Client) -> None:
        gone = NetworkRoleFactory(person=PersonFactory(last_name="PARTI"), ends_on=today() - timedelta(days=1))
        assert "PARTI" not in text_of(client.get(STAFF))
        assert "PARTI" in text_of(client.get(f"{STAFF}/terminees"))
        assert "Rôle terminé" in text_of(client.get(f"{STAFF}/{gone.pk}"))

    def test_as_many_queries_for_many_people(self, client: Client) -> None:
        queries_of(client, f"{STAFF}?taille=100")
        few = queries_of(client, f"{STAFF}?taille=100")
        for one in ("bretagne", "auvergne", "sud-est"):
            make_network_role(Role.FUND_OFFICER, one)
        assert queries_of(client, f"{STAFF}?taille=100") == few

    def test_only_the_administration_has_it(self, client: Client) -> None:
        assert {"Caisses", "Personnes du réseau"} < set(menu_of(client.get(STAFF)))
        officer = signed_in(make_network_role(Role.FUND_OFFICER, "bretagne"))
        assert "Personnes du réseau" not in menu_of(officer.get("/tableau-de-bord"))


class TestGiving:
    def test_somebody_new_gets_an_account_and_the_mail_of_the_first_sign_in(self, client: Client) -> None:
        with untouched():
            page = informed(client)
            assert "LE GALL Nolwenn , né(e) le 09/03/1984" in text_of(client.get(page))
        answer = client.post(page, {"role": "fund_officer", "fund": fund("bretagne").pk})
        held = NetworkRole.objects.get(person__search_last_name="LE GALL")
        assert answer["Location"] == f"{STAFF}/{held.pk}"
        assert (held.role, held.fund) == (Role.FUND_OFFICER, fund("bretagne"))
        said = text_of(client.get(answer["Location"]))
        assert "LE GALL Nolwenn a maintenant le rôle : Instructeur de caisse, Carsat Bretagne." in said
        assert "Rôle donné" in said
        assert PasswordLink.objects.filter(account__person=held.person).count() == 1
        with untouched():
            assert (
                client.post(page, {"role": "fund_officer", "fund": fund("bretagne").pk})["Location"]
                == f"{STAFF}/{held.pk}"
            )

    def test_whoever_has_an_account_keeps_it_and_is_told(self, client: Client) -> None:
        account = AccountFactory(person=PersonFactory(last_name="Élie", number="ABC00001"))
        page = informed(client, number="abc00001", last_name="elie", first_name="", birth_date="", email="")
        client.post(page, {"role": "committee"})
        assert [acting.role for acting in roles_of(account.person)] == [Role.COMMITTEE]
        assert "nouveau rôle dans Forprev : Commission nationale" in told_by_mail(account)

    def test_a12_likely_duplicates_are_proposed_masked(self, client: Client) -> None:
        known = PersonFactory(last_name="Le Gall", first_name="Nolwen", birth_date=date(1984, 3, 9))
        AccountFactory(person=known, email="nolwen.legall@exemple.test")
        page = client.post(NEW, TYPED)
        assert page.status_code == 422
        assert "n…l@exemple.test" in text_of(page)
        assert "nolwen.legall" not in page.content.decode()
        client.post(informed(client, same_as=str(known.pk)), {"role": "support_agent"})
        assert NetworkRole.objects.get(person=known).role == Role.SUPPORT_AGENT
        assert Person.objects.filter(search_last_name="LE GALL").count() == 1

    def test_item27_a_number_with_another_name_leads_nowhere(self, client: Client, administrator: NetworkRole) -> None:
        PersonFactory(last_name="Élie", number="ABC00001")
        page = client.post(NEW, {"number": "ABC00001", "last_name": "Martin"})
        assert "ne désignent pas la même personne" in text_of(page)
        assert Lookup.objects.filter(by=administrator.person).count() == 1

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ({}, "Le rôle doit être choisi."),
            ({"role": "fund_officer"}, "La caisse de l’instructeur doit être choisie."),
            ({"role": "manager"}, "Sélectionnez un choix valide"),
        ],
    )
    def test_what_is_missing_is_said(self, client: Client, typed: dict[str, str], message: str) -> None:
        page = client.post(informed(client), typed)
        assert page.status_code == 422
        assert message in text_of(page)
        assert not NetworkRole.objects.filter(person__search_last_name="LE GALL").exists()

    def test_a_fund_posted_with_a_national_role_is_left_out(self, client: Client) -> None:
        client.post(informed(client), {"role": "committee", "fund": fund().pk})
        assert NetworkRole.objects.get(role=Role.COMMITTEE).fund is None

    def test_item22_a_recent_proof_is_asked_for(self, client: Client) -> None:
        page = informed(client)
        long_ago(client)
        answer = client.post(page, {"role": NATIONAL.value})
        assert answer["Location"] == reverse("accounts:confirm_identity")
        assert NetworkRole.objects.filter(role=NATIONAL).count() == 1

    def test_all_administrators_hear_of_a_new_one(self, client: Client, administrator: NetworkRole) -> None:
        other, officer = make_network_role(NATIONAL), make_network_role(Role.FUND_OFFICER, "bretagne")
        client.post(informed(client), {"role": NATIONAL.value})
        (notice,) = Notice.objects.filter(subject="Nouvel administrateur national : LE GALL Nolwenn")
        assert notice.person == other.person
        assert administrator.person.display_name in notice.text
        assert "LE GALL Nolwenn" in told_by_mail(other.person.account)
        assert not Notice.objects.filter(person=officer.person).exists()

    def test_nobody_gives_itself_a_role(self, client: Client, administrator: NetworkRole) -> None:
        own = administrator.person
        page = informed(client, number=own.number, last_name=own.last_name, first_name="", birth_date="", email="")
        assert "Personne ne change ses propres rôles" in text_of(client.post(page, {"role": "committee"}))
        assert NetworkRole.objects.filter(person=own).count() == 1

    def test_one_that_lapsed_yesterday_is_given_anew(self, administrator: NetworkRole) -> None:
        lapsed = NetworkRoleFactory(ends_on=today() - timedelta(days=1))
        AccountFactory(person=lapsed.person)
        held, is_new = grant_network_role(acting_of(administrator), Whom(lapsed.person), Role.FUND_OFFICER, lapsed.fund)
        assert is_new
        assert held.pk != lapsed.pk
        assert not still_held(lapsed)

    def test_the_database_holds_one_open_role_a_person_role_and_fund(self) -> None:
        held = NetworkRoleFactory(role=Role.COMMITTEE, fund=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            NetworkRoleFactory(person=held.person, role=Role.COMMITTEE, fund=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            NetworkRoleFactory(role=Role.COMMITTEE, fund=fund())


class TestEnding:
    def test_it_shuts_the_person_out_at_once_and_says_why(self, client: Client, administrator: NetworkRole) -> None:
        held = make_network_role(Role.FUND_OFFICER, "bretagne")
        theirs = signed_in(held)
        assert theirs.get("/instruction").status_code == 200
        said = text_of(client.get(f"{STAFF}/{held.pk}/fin"))
        assert "Carsat Bretagne n’aura plus d’instructeur" in said
        assert ends(client, held) == 302
        assert theirs.get("/instruction")["Location"].startswith(reverse("accounts:sign_in"))
        assert "Motif : Départ à la retraite" in told_by_mail(held.person.account)
        page = text_of(client.get(f"{STAFF}/{held.pk}"))
        assert f"Fin du rôle {administrator.person.display_name}" in page
        assert "Départ à la retraite" in page
        (reason,) = reasons_of(held.person)
        assert reason.code == "role-du-reseau-termine"
        answer = browser_of(held.person.account).get("/instruction", follow=True)
        assert "Votre rôle dans le réseau prévention" in text_of(answer)
        with untouched():
            assert ends(client, held) == 302

    def test_without_a_reason_nothing_ends(self, client: Client) -> None:
        held = make_network_role(Role.FUND_OFFICER, "bretagne")
        with untouched():
            assert ends(client, held, " ") == 422
        assert still_held(held)

    def test_item22_a_recent_proof_is_asked_for(self, client: Client) -> None:
        held = make_network_role(Role.FUND_OFFICER, "bretagne")
        long_ago(client)
        assert ends(client, held) == 302
        assert still_held(held)

    def test_nobody_ends_its_own_role(self, client: Client, administrator: NetworkRole) -> None:
        make_network_role(NATIONAL)
        assert "Personne ne change ses propres rôles" in text_of(client.get(f"{STAFF}/{administrator.pk}/fin"))
        assert "Mettre fin au rôle" not in text_of(client.get(f"{STAFF}/{administrator.pk}"))
        assert ends(client, administrator) == 422
        assert still_held(administrator)

    @pytest.mark.parametrize("role", [Role.COMMITTEE, Role.SUPPORT_AGENT])
    def test_the_last_one_of_a_national_role_stays(self, client: Client, role: Role) -> None:
        first, second = make_network_role(role), make_network_role(role)
        assert ends(client, first) == 302
        assert "garde au moins une personne" in text_of(client.get(f"{STAFF}/{second.pk}/fin"))
        assert ends(client, second) == 422
        assert still_held(second)

    def test_who_never_came_in_does_not_count(self) -> None:
        one, other = make_network_role(Role.SUPPORT_AGENT), make_network_role(Role.SUPPORT_AGENT)
        assert not is_last(one)
        Account.objects.filter(person=other.person).update(welcomed_at=None)
        assert is_last(one)
        assert not is_last(other)

    def test_the_last_administrator_without_a_last_day_stays(self) -> None:
        first = make_network_role(NATIONAL)
        first.ends_on = today()
        first.save()
        second = make_network_role(NATIONAL)
        with pytest.raises(DomainError) as refusal:
            end_network_role(acting_of(first), second.pk, "Fin de mission")
        assert refusal.value.code == "last_one"

    def test_the_hotline_is_told_that_it_needs_two(self, client: Client) -> None:
        held, _ = make_network_role(Role.SUPPORT_AGENT), make_network_role(Role.SUPPORT_AGENT)
        page = text_of(client.get(f"{STAFF}/{held.pk}/fin"))
        assert "Il ne restera qu’une personne. Un second facteur perdu ne se retire qu’à deux" in page

    def test_the_other_administrators_hear_of_it(self, client: Client) -> None:
        ended, other = make_network_role(NATIONAL), make_network_role(NATIONAL)
        ends(client, ended, "Changement de poste")
        notice = Notice.objects.get(subject__startswith="Fin du rôle d’administrateur national")
        assert notice.person == other.person
        assert "Changement de poste" in notice.text

    def test_whoever_is_no_administrator_any_more_ends_nothing(
        self, client: Client, administrator: NetworkRole
    ) -> None:
        former, held = make_network_role(NATIONAL), make_network_role(Role.FUND_OFFICER, "bretagne")
        end_network_role(acting_of(administrator), former.pk, "Départ")
        for change in (
            lambda: end_network_role(acting_of(former), held.pk, "Départ"),
            lambda: grant_network_role(acting_of(former), Whom(held.person), Role.COMMITTEE, None),
        ):
            with pytest.raises(DomainError, match="plus administrateur national"):
                change()
        assert still_held(held)

    def test_what_was_in_hand_waits_for_colleagues(self, client: Client) -> None:
        officer = make_network_role(Role.FUND_OFFICER, "rhone-alpes")
        agent, _ = make_network_role(Role.SUPPORT_AGENT), make_network_role(Role.SUPPORT_AGENT)
        dossier = entity_dossier(OrganisationFactory(), DossierState.UNDER_REVIEW)
        contact = contacted()
        for row, person in ((dossier, officer.person), (contact, agent.person)):
            row.assigned_to = person
            row.save()
        for held in (officer, agent):
            assert ends(client, held) == 302
        for row in (dossier, contact):
            version = row.version
            row.refresh_from_db()
            assert (row.assigned_to, row.version) == (None, version + 1)

    def test_so_does_what_a_lapsed_role_left(self) -> None:
        officer = NetworkRoleFactory(ends_on=today() - timedelta(days=1))
        dossier = entity_dossier(OrganisationFactory(), DossierState.UNDER_REVIEW)
        dossier.assigned_to = officer.person
        dossier.save()
        end_lapsed_roles()
        dossier.refresh_from_db()
        assert dossier.assigned_to is None


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_end_each_other_s_role_at_once_leave_one() -> None:
    held = [make_network_role(NATIONAL) for _ in range(2)]
    outcomes = together(
        lambda: end_network_role(acting_of(held[0]), held[1].pk, "Doublon"),
        lambda: end_network_role(acting_of(held[1]), held[0].pk, "Doublon"),
    )
    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 1, outcomes
    assert [still_held(one) for one in held].count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_end_the_last_two_of_the_committee_at_once_leave_one() -> None:
    one, other = acting_national(NATIONAL), acting_national(NATIONAL)
    last = [make_network_role(Role.COMMITTEE) for _ in range(2)]
    outcomes = together(
        lambda: end_network_role(one, last[0].pk, "Fin de mandat"),
        lambda: end_network_role(other, last[1].pk, "Fin de mandat"),
    )
    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 1, outcomes
    assert [still_held(each) for each in last].count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_give_the_same_role_at_once_give_it_once() -> None:
    acting = [acting_national(NATIONAL) for _ in range(2)]
    account = AccountFactory()
    outcomes = together(
        *(
            lambda by=by: grant_network_role(by, Whom(account.person), Role.COMMITTEE, None)  # type: ignore[misc]
            for by in acting
        )
    )
    assert sorted(is_new for _, is_new in outcomes) == [False, True]  # type: ignore[misc]
    assert NetworkRole.objects.filter(person=account.person).count() == 1
