"""B44 on the screens: who of the network brings two records together, what it sees, who is told."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.core.errors import DomainError
from forprev.notices.models import OutgoingMail
from forprev.people.models import Consultation, Merge, Person
from forprev.people.selectors import by_number
from forprev.support.duplicates import check_may_merge, merge, reachable, undo
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import draft_session, taken_over, trainee_entry
from tests.factories.organisations import (
    MembershipFactory,
    OrganisationFactory,
    acting_national,
    acting_officer,
    fund,
)
from tests.factories.people import PersonFactory
from tests.factories.support import acting_agent
from tests.http.world import untouched
from tests.screens import text_of

pytestmark = pytest.mark.django_db

REASON = "Même carte d’identité"


def browser(acting: Acting) -> Client:
    return browser_of(AccountFactory(person=acting.person))


def pair() -> tuple[Person, Person]:
    born = date(1980, 4, 7)
    return (
        PersonFactory(last_name="LEVEQUE", first_name="Anne", birth_date=born),
        PersonFactory(last_name="LÉVÊQUE", first_name="Annie", birth_date=born),
    )


class TestWhoMay:
    def test_the_hotline_reaches_everybody(self) -> None:
        assert set(pair()) <= set(reachable(acting_agent()))

    def test_a_fund_reaches_those_of_its_region(self) -> None:
        here = OrganisationFactory()
        elsewhere = OrganisationFactory(department_id="75")
        officer = acting_officer(fund("rhone-alpes"))
        ours = [PersonFactory() for _ in range(2)]
        MembershipFactory(person=ours[0], organisation=here)
        draft_session(acting=None, entries=[trainee_entry(person=ours[1])])
        stranger = MembershipFactory(organisation=elsewhere).person
        taken_over(PersonFactory(), "SST-1")
        reached = set(reachable(officer))
        assert set(ours) <= reached
        assert stranger not in reached
        assert officer.person not in reached

    @pytest.mark.parametrize("role", [Role.NATIONAL_ADMINISTRATOR, Role.COMMITTEE])
    def test_nobody_else(self, role: Role) -> None:
        assert not reachable(acting_national(role)).exists()

    def test_nobody_merges_itself(self) -> None:
        agent, other = acting_agent(), PersonFactory()
        for duplicate, kept in ((agent.person_id, other.pk), (other.pk, agent.person_id)):
            with pytest.raises(DomainError) as refusal:
                check_may_merge(agent, duplicate, kept)
            assert refusal.value.code == "own_record"

    def test_the_network_s_rights_go_to_no_other_account(self) -> None:
        officer, friend = acting_officer(), AccountFactory()
        for duplicate, kept in ((officer.person_id, friend.person_id), (friend.person_id, officer.person_id)):
            with pytest.raises(DomainError) as refusal:
                merge(acting_agent(), duplicate, kept, REASON)
            assert refusal.value.code == "network_role"
        AccountFactory(person=officer.person)
        merge(acting_agent(), friend.person_id, officer.person_id, REASON)


class TestScreens:
    def test_from_two_numbers_to_the_merge_and_back(self) -> None:
        gone, stays = pair()
        AccountFactory(person=gone, email="ancienne@exemple.test")
        AccountFactory(person=stays, email="actuelle@exemple.test")
        taken_over(gone, "SST-1")
        taken_over(gone, "SST-2")
        client = browser(acting_agent())
        chosen = client.post("/doublons/nouveau", {"number": gone.number, "other": f" {stays.number.lower()}"})
        assert set(chosen["Location"].split("/")[2:]) == {str(gone.pk), str(stays.pk)}
        page = f"/doublons/{gone.pk}/{stays.pk}"
        with untouched():
            shown = text_of(client.get(page))
        for words in (
            gone.number,
            stays.number,
            "ancienne@exemple.test",
            "Certificats : 2",
            "Compte fermé : 1",
            "Formateur",
        ):
            assert words in shown.replace("\xa0", " ")
        with untouched():
            refused = client.post(page, {"reason": " "})
        assert refused.status_code == 422
        assert "Le motif doit être renseigné." in text_of(refused)
        done = client.post(page, {"reason": REASON})["Location"]
        assert by_number(gone.number) == stays
        assert client.post(page, {"reason": REASON})["Location"] == done
        assert Merge.objects.count() == 1
        sheet = text_of(client.get(done))
        assert REASON in sheet
        assert "Annuler la fusion" in sheet
        listed = text_of(client.get("/doublons"))
        assert gone.number in listed
        client.post(f"{done}/annuler")
        assert by_number(gone.number) == gone
        assert "Annulée" in text_of(client.get(done))
        with untouched():
            assert client.post(f"{done}/annuler")["Location"] == done

    def test_both_owners_are_told_at_once_and_when_it_is_taken_back(self) -> None:
        gone, stays = pair()
        AccountFactory(person=gone, email="ancienne@exemple.test")
        AccountFactory(person=stays, email="actuelle@exemple.test")
        done = merge(acting_agent(), gone.pk, stays.pk, REASON)
        texts = dict(OutgoingMail.objects.values_list("recipient", "text"))
        assert set(texts) == {"ancienne@exemple.test", "actuelle@exemple.test"}
        assert "est fermé : connectez-vous avec l’autre, a…e@exemple.test" in texts["ancienne@exemple.test"]
        assert "ne changent pas" in texts["actuelle@exemple.test"]
        undo(acting_agent(), done.pk)
        undo(acting_agent(), done.pk)
        subjects = list(OutgoingMail.objects.order_by("created_at").values_list("subject", flat=True))
        assert (
            subjects
            == ["[FORPREV] Vos deux fiches sont réunies"] * 2 + ["[FORPREV] Vos fiches sont de nouveau séparées"] * 2
        )

    def test_one_number_proposes_those_who_resemble(self) -> None:
        gone, stays = pair()
        shown = text_of(browser(acting_agent()).post("/doublons/nouveau", {"number": gone.number}))
        assert stays.number in shown
        assert "prénom à une lettre près" in shown
        alone = PersonFactory(last_name="KERGUELEN", birth_date=date(1961, 12, 30))
        assert "Aucune fiche ne lui ressemble" in text_of(
            browser(acting_agent()).post("/doublons/nouveau", {"number": alone.number})
        )

    @pytest.mark.parametrize("numbers", [("ZZZ00000", ""), ("", ""), ("x", "y"), ("\x00", "")])
    def test_a_number_of_nobody_is_told_beside_it(self, numbers: tuple[str, str]) -> None:
        client = browser(acting_agent())
        with untouched():
            answer = client.post("/doublons/nouveau", {"number": numbers[0], "other": numbers[1]})
        assert answer.status_code == 422

    def test_twice_the_same_record(self) -> None:
        person = PersonFactory()
        answer = browser(acting_agent()).post("/doublons/nouveau", {"number": person.number, "other": person.number})
        assert "Ces deux n° mènent à la même fiche." in text_of(answer)

    def test_a_fund_sees_nobody_of_another_region(self) -> None:
        gone, stays = pair()
        MembershipFactory(person=stays)
        officer = acting_officer()
        client = browser(officer)
        with untouched():
            answer = client.post("/doublons/nouveau", {"number": gone.number, "other": stays.number})
            assert client.get(f"/doublons/{gone.pk}/{stays.pk}").status_code == 404
            assert client.post(f"/doublons/{gone.pk}/{stays.pk}", {"reason": REASON}).status_code == 404
        assert "Aucune personne de votre région ne porte ce n° Forprev." in text_of(answer)
        assert "LEVEQUE" not in answer.content.decode()
        MembershipFactory(person=gone)
        client.post(f"/doublons/{gone.pk}/{stays.pk}", {"reason": REASON})
        done = Merge.objects.get()
        assert done.by == officer.person
        other = browser(acting_officer(fund("bretagne")))
        for url in (f"/doublons/fusions/{done.pk}", f"/doublons/fusions/{done.pk}/annuler"):
            assert other.get(url).status_code == 404
        assert gone.number not in text_of(other.get("/doublons"))

    def test_what_cannot_be_merged_says_why_and_how_to_go_on(self) -> None:
        gone, stays = pair()
        draft_session(entries=[trainee_entry(person=gone), trainee_entry(person=stays)])
        client = browser(acting_agent())
        for answer in (
            client.get(f"/doublons/{gone.pk}/{stays.pk}"),
            client.post(f"/doublons/{gone.pk}/{stays.pk}", {"reason": REASON}),
        ):
            text = text_of(answer)
            assert "sont stagiaires d’une même session" in text
            assert "Fusionner les deux fiches" not in text
        assert Person.objects.filter(pk=gone.pk).exists()

    def test_whoever_sees_both_records_is_noted_however_it_asks(self) -> None:
        gone, stays = pair()
        assert browser(acting_agent()).post(f"/doublons/{gone.pk}/{stays.pk}", {"reason": ""}).status_code == 422
        assert set(Consultation.objects.values_list("person", flat=True)) == {gone.pk, stays.pk}

    def test_after_thirty_days(self) -> None:
        gone, stays = pair()
        done = merge(acting_agent(), gone.pk, stays.pk, REASON)
        agent = acting_agent()
        with time_machine.travel(done.last_day.replace(year=done.last_day.year + 1), tick=False):
            client = browser(agent)
            assert "ne peut plus être annulée" in text_of(client.get(f"/doublons/fusions/{done.pk}"))
            answer = client.post(f"/doublons/fusions/{done.pk}/annuler")
        assert answer.status_code == 409
        assert "le délai de 30 jours est passé" in text_of(answer)
        assert not Account.objects.filter(person_id=gone.pk).exists()
