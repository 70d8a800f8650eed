"""A request for a change of data is a dossier of the fund: both are sent, changed, answered and withdrawn together."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from django.apps import apps

from forprev.accounts.models import Role
from forprev.accreditation.dossiers.history import history_of
from forprev.accreditation.dossiers.services import withdraw
from forprev.accreditation.models import AccreditationSettings, Dossier, Track
from forprev.accreditation.review.services import accept_data, ask_completion, refuse_data, take
from forprev.core.dates import day_of, today
from forprev.core.errors import Conflict, DomainError
from forprev.organisations.models import Organisation
from forprev.organisations.updating.selectors import history_of as history_of_entity
from forprev.organisations.updating.services import drop_data_change
from forprev.organisations.updating.workflow import State as RequestState
from tests.accreditation.review.common import State, data_request, mails, officer
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national, acting_officer, fund
from tests.factories.updating import send
from tests.http.world import untouched

pytestmark = pytest.mark.django_db
SIRET = "90417260600018"


class TestSending:
    def test_b03_it_is_a_dossier_of_the_fund_of_the_department(self) -> None:
        AccreditationSettings.objects.update_or_create(pk=1, defaults={"review_days": 20})
        manager, request, dossier = data_request()
        assert (dossier.track, dossier.state, dossier.fund) == (Track.DATA, State.SUBMITTED, fund("rhone-alpes"))
        assert (dossier.organisation, dossier.organisation_name) == (request.organisation, request.organisation.name)
        assert (dossier.applicant, dossier.number) == (manager.person, f"D{today().year}-00001")
        assert (dossier.submitted_on, dossier.due_on) == (today(), today() + timedelta(days=20))

    def test_its_officers_are_told_when_it_is_sent_and_when_it_is_completed(self) -> None:
        acting = officer()
        told = acting.person.account.email
        manager, _, dossier = data_request()
        subject = f"[FORPREV] Demande {dossier.number} : une actualisation à instruire"
        assert mails() == [(told, subject)]
        take(dossier.pk, acting, 1)
        ask_completion(dossier.pk, acting, 2, "Précisez.")
        send(manager, address="3 rue Neuve")
        assert [mail for mail in mails() if mail[0] == told] == [(told, subject)] * 2

    def test_numbers_follow_each_other(self) -> None:
        numbers = [data_request()[2].number for _ in range(3)]
        assert numbers == [f"D{today().year}-{rank:05}" for rank in (1, 2, 3)]

    def test_what_changes_at_once_makes_no_dossier(self) -> None:
        send(acting_manager(), immediate={"signatory_name": "ROUX Anne"})
        assert not Dossier.objects.exists()

    def test_one_that_fails_leaves_no_number(self) -> None:
        taken, manager = OrganisationFactory(siret=SIRET), acting_manager()
        with untouched(), pytest.raises(DomainError):
            send(manager, siret=taken.siret)

    @pytest.mark.parametrize("state", [State.SUBMITTED, State.UNDER_REVIEW])
    def test_sent_anew_it_is_a_new_version(self, state: str) -> None:
        manager, _, dossier = data_request()
        if state == State.UNDER_REVIEW:
            take(dossier.pk, acting_officer(), dossier.version)
        before = Dossier.objects.get().version
        send(manager, address="3 rue Neuve")
        dossier = Dossier.objects.get()
        assert (dossier.state, dossier.version) == (state, before + 1)

    def test_sent_anew_it_completes_what_was_to_complete(self) -> None:
        manager, _, dossier = data_request()
        acting = acting_officer()
        take(dossier.pk, acting, 1)
        ask_completion(dossier.pk, acting, 2, "Précisez le numéro de la rue.")
        send(manager, address="3 rue Neuve")
        dossier.refresh_from_db()
        assert (dossier.state, dossier.completion) == (State.UNDER_REVIEW, "")
        assert dossier.due_on == today() + timedelta(days=AccreditationSettings.current().review_days)

    def test_another_request_once_the_first_is_answered_is_another_dossier(self) -> None:
        manager, _, dossier = data_request()
        acting = acting_officer()
        take(dossier.pk, acting, 1)
        accept_data(dossier.pk, acting, 2)
        send(manager, address="9 rue Neuve")
        assert [each.state for each in Dossier.objects.order_by("pk")] == [State.ACCEPTED, State.SUBMITTED]


class TestWithdrawing:
    def test_with_the_request(self) -> None:
        manager, request, dossier = data_request()
        drop_data_change(request.pk, manager)
        dossier.refresh_from_db()
        assert dossier.state == State.CANCELLED
        (event, *_) = history_of(dossier, manager)
        assert (event.action, event.after) == ("Demande d’actualisation retirée", "Retirée")

    def test_when_nothing_is_left_to_ask_for(self) -> None:
        manager, _, dossier = data_request()
        assert send(manager, address=Organisation.objects.get().address).dropped
        dossier.refresh_from_db()
        assert dossier.state == State.CANCELLED

    def test_the_request_goes_with_its_dossier(self) -> None:
        manager, request, dossier = data_request()
        withdraw(dossier.pk, manager, 1)
        dossier.refresh_from_db()
        request.refresh_from_db()
        assert (dossier.state, request.state) == (State.CANCELLED, RequestState.DROPPED)
        told = history_of(dossier, manager)
        assert [(event.action, event.after) for event in told] == [
            ("Demande d’actualisation retirée", "Retirée"),
            ("Informations actualisées", "Transmise"),
        ]


class TestAnswering:
    def test_a21_accepted_the_entity_changes_and_its_managers_are_told(self) -> None:
        manager, request, dossier = data_request(address="2 rue Neuve")
        acting = officer()
        take(dossier.pk, acting, 1)
        accepted = accept_data(dossier.pk, acting, 2)
        request.refresh_from_db()
        assert (accepted.state, accepted.decided_on, request.state) == (State.ACCEPTED, today(), RequestState.APPLIED)
        assert Organisation.objects.get().address == "2 rue Neuve"
        assert mails() == [(manager.person.account.email, f"[FORPREV] Demande {dossier.number} acceptée")]

    def test_both_histories_tell_of_it(self) -> None:
        manager, _, dossier = data_request()
        acting = acting_officer()
        take(dossier.pk, acting, 1)
        accept_data(dossier.pk, acting, 2)
        assert [event.action for event in history_of(dossier, manager)] == [
            "Demande d’actualisation acceptée",
            "Prendre en charge",
            "Informations actualisées",
        ]
        told = history_of_entity(Organisation.objects.get())
        assert [event.action for event in told[:2]] == ["Demande d’actualisation acceptée", "Informations actualisées"]

    def test_refused_the_entity_stays_and_its_managers_read_why(self) -> None:
        manager, request, dossier = data_request()
        acting = officer()
        take(dossier.pk, acting, 1)
        refused = refuse_data(dossier.pk, acting, 2, "L’adresse n’existe pas.\nVérifiez le numéro.")
        request.refresh_from_db()
        assert (refused.state, refused.decision_reason) == (State.REFUSED, request.reason)
        assert (request.state, Organisation.objects.get().address) == (RequestState.REFUSED, "14 rue des Tanneurs")
        assert mails() == [(manager.person.account.email, f"[FORPREV] Demande {dossier.number} refusée")]
        (event, *_) = history_of(refused, manager)
        assert event.comment == "L’adresse n’existe pas.\nVérifiez le numéro."

    @pytest.mark.parametrize("answer", ["accept", "refuse"])
    def test_the_same_form_twice_is_once(self, answer: str) -> None:
        _, _, dossier = data_request()
        acting = acting_officer()
        take(dossier.pk, acting, 1)

        def post() -> None:
            if answer == "accept":
                accept_data(dossier.pk, acting, 2)
            else:
                refuse_data(dossier.pk, acting, 2, "Non.")

        post()
        with untouched():
            post()

    def test_what_an_entity_cannot_have_any_more_is_told_and_nothing_changes(self) -> None:
        _, _, dossier = data_request(siret=SIRET)
        acting = acting_officer()
        take(dossier.pk, acting, 1)
        OrganisationFactory(siret=SIRET)
        with untouched(), pytest.raises(DomainError, match="déjà celui d’une autre entité"):
            accept_data(dossier.pk, acting, 2)

    def test_one_changed_since_it_was_read_is_a_conflict(self) -> None:
        manager, _, dossier = data_request()
        acting = acting_officer()
        take(dossier.pk, acting, 1)
        send(manager, address="3 rue Neuve")
        with untouched(), pytest.raises(Conflict):
            accept_data(dossier.pk, acting, 2)

    def test_b03_no_other_fund_nor_national_role(self) -> None:
        _, _, dossier = data_request()
        others = [acting_officer(fund("bretagne"))]
        others += [acting_national(role) for role in (Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR)]
        for acting in others:
            with untouched(), pytest.raises(Dossier.DoesNotExist):
                accept_data(dossier.pk, acting, 1)


def test_requests_that_were_open_before_become_dossiers() -> None:
    _, request, dossier = data_request()
    dossier.delete()
    migration = importlib.import_module("forprev.accreditation.migrations.0007_dossiers_of_data_changes")
    for _ in range(2):
        migration.open_dossiers(apps, None)
    made = Dossier.objects.get()
    assert (made.data_change, made.track, made.state) == (request, Track.DATA, State.SUBMITTED)
    assert (made.number, made.fund) == (f"D{today().year}-00002", fund("rhone-alpes"))
    assert (made.submitted_on, made.applicant) == (day_of(request.sent_at), request.sent_by)
