"""What the national committee decides: accreditations made or made longer, entities, mails; by number of rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import assume, given
from hypothesis import strategies as st

from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import Role
from forprev.accreditation.absence import first_request as why_absent
from forprev.accreditation.decisions import Incomplete, LineDecision, decide, renewed_end
from forprev.accreditation.models import Accreditation, AccreditationSettings, Dossier, DossierState, Outcome
from forprev.accreditation.workflow import Action
from forprev.core.dates import add_months
from forprev.core.errors import Conflict, DomainError
from forprev.core.workflow import NotAllowed
from forprev.notices.models import OutgoingMail
from forprev.organisations.models import Membership, Organisation, OrganisationKind, Regime
from tests.concurrency import together
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import DelegationFactory, accredit
from tests.factories.dossiers import SIRET, data_dossier, entity_dossier, first_request
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national, acting_officer
from tests.factories.updating import entity_with_a_request

pytestmark = pytest.mark.django_db

State = DossierState
DAY = date(2026, 3, 10)
REASON = "Le programme ne dit rien des épreuves : complétez-le."


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel("2026-03-10T10:00:00Z", tick=False):
        yield


@pytest.fixture
def committee() -> Acting:
    return acting_national(Role.COMMITTEE)


@transaction.atomic
def before_the_committee(**asked: Any) -> Dossier:
    return first_request(AccountFactory().person, State.AWAITING_DECISION, **asked)


@transaction.atomic
def of_entity(*renewed: Accreditation, **asked: Any) -> Dossier:
    levels = asked.pop("levels", () if renewed else (("SST", 1),))
    organisation = renewed[0].organisation if renewed else None
    return entity_dossier(organisation, State.AWAITING_DECISION, renewed=renewed, levels=levels, **asked)


def accept(dossier: Dossier, acting: Acting, *refused: int) -> Dossier:
    """Every line granted, but those of these ids."""
    lines = {
        line.pk: LineDecision(Outcome.REFUSED, "Pas de plateforme.") if line.pk in refused else LineDecision("granted")
        for line in dossier.lines.all()
    }
    return decide(dossier.pk, acting, dossier.version, Action.ACCEPT, lines=lines)


def mail() -> OutgoingMail:
    return OutgoingMail.objects.get()


class TestFirstRequest:
    def test_b02_an_entity_its_manager_and_its_accreditation(self, committee: Acting) -> None:
        dossier = before_the_committee()
        accept(dossier, committee)
        dossier.refresh_from_db()
        assert (dossier.state, dossier.decided_on, dossier.version) == (State.ACCEPTED, DAY, 2)
        entity = Organisation.objects.get(siret=SIRET)
        assert dossier.organisation == entity
        assert (entity.name, entity.kind, entity.regime, entity.nda) == (
            "Atelier Roussel Formation",
            OrganisationKind.TRAINING_BODY,
            Regime.GENERAL,
            "84260012326",
        )
        assert (entity.address, entity.postal_code, entity.city, entity.department_id) == (
            "14 rue des Tanneurs",
            "26000",
            "VALENCE",
            "26",
        )
        assert (entity.signatory_name, entity.signatory_title) == ("ROUSSEL Karim", "Gérant")
        assert entity.activities.startswith("Formation aux premiers secours")
        (role,) = roles_of(dossier.applicant)
        assert (role.role, role.organisation_id) == (Role.MANAGER, entity.pk)
        granted = entity.accreditations.get()
        assert dossier.lines.get().accreditation == granted
        assert (granted.starts_on, granted.ends_on, granted.status) == (DAY, date(2031, 3, 10), "active")

    def test_the_provisional_account_is_told_that_it_is_a_manager_s(self, committee: Acting) -> None:
        dossier = before_the_committee()
        accept(dossier, committee)
        sent = mail()
        number = Accreditation.objects.get().number
        assert sent.person == dossier.applicant
        for word in (number, "10/03/2026", "10/03/2031", dossier.applicant.number, "gestionnaire", "/connexion"):
            assert word in sent.text
            assert word in sent.html

    def test_whoever_was_accepted_is_never_told_that_it_failed(self, committee: Acting) -> None:
        dossier = before_the_committee()
        accept(dossier, committee)
        Membership.objects.update(ended_at="2026-03-01T00:00Z")
        assert list(why_absent(dossier.applicant)) == []

    def test_the_attestation_becomes_the_entity_s(self, committee: Acting) -> None:
        dossier = before_the_committee()
        dossier.pieces.filter(rule__code="urssaf").update(document="urssaf/abc", name="vigilance.pdf", digest="d" * 64)
        accept(dossier, committee)
        entity = Organisation.objects.get(siret=SIRET)
        assert (entity.urssaf, entity.urssaf_name) == ("urssaf/abc", "vigilance.pdf")
        assert (entity.urssaf_type, entity.urssaf_digest) == ("application/pdf", "d" * 64)
        assert not dossier.pieces.filter(document="urssaf/abc").exists()

    def test_the_siret_is_another_entity_s_by_now(self, committee: Acting) -> None:
        dossier = before_the_committee()
        OrganisationFactory(siret=SIRET, name="Roussel Prévention")
        with pytest.raises(DomainError, match="Roussel Prévention") as refused:
            accept(dossier, committee)
        assert refused.value.code == "siret_taken"
        dossier.refresh_from_db()
        assert (dossier.state, dossier.version) == (State.AWAITING_DECISION, 1)
        assert not Membership.objects.exists()
        assert not OutgoingMail.objects.exists()

    def test_an_address_of_no_fund(self, committee: Acting) -> None:
        dossier = before_the_committee(postal_code="98000", city="MONACO")
        with pytest.raises(DomainError, match="98000"):
            accept(dossier, committee)
        assert not Organisation.objects.exists()


class TestNumbers:
    def test_b07_its_form(self, committee: Acting) -> None:
        accept(before_the_committee(levels=(("SST", 2),), kind=OrganisationKind.COMPANY), committee)
        assert Accreditation.objects.get().number == "H00001/2026/SST-2/E/00"

    def test_b07_above_every_number_there_is(self, committee: Acting) -> None:
        accredit(OrganisationFactory())
        Accreditation.objects.update(number="H00731/2022/SST-1/O/00")
        accept(before_the_committee(levels=(("SST", 1), ("SST", 2))), committee)
        made = Accreditation.objects.filter(number__contains="/2026/").order_by("number")
        assert [each.number for each in made] == ["H00732/2026/SST-1/O/00", "H00733/2026/SST-2/O/00"]

    def test_b07_a_decision_that_fails_takes_none(self, committee: Acting) -> None:
        first, second = before_the_committee(), of_entity()
        OrganisationFactory(siret=SIRET)
        with pytest.raises(DomainError):
            accept(first, committee)
        accept(second, committee)
        assert Accreditation.objects.get().number.startswith("H00001/")

    def test_b08_the_duration_is_a_setting(self, committee: Acting) -> None:
        AccreditationSettings.objects.create(pk=1, accreditation_months=36)
        accept(of_entity(), committee)
        assert Accreditation.objects.get().ends_on == date(2029, 3, 10)


class TestRenewals:
    def test_a24_in_time_the_same_accreditation_keeps_its_anniversary_and_its_delegates(
        self, committee: Acting
    ) -> None:
        old = accredit(OrganisationFactory(), starts_on=date(2021, 9, 1), ends_on=date(2026, 9, 1))
        delegation = DelegationFactory(accreditation=old)
        dossier = of_entity(old)
        accept(dossier, committee)
        old.refresh_from_db()
        assert (old.starts_on, old.ends_on) == (date(2021, 9, 1), date(2031, 9, 1))
        assert Accreditation.objects.get() == old
        assert old.delegations.get() == delegation
        assert dossier.lines.get().accreditation == old

    def test_a24_on_its_last_day_it_is_in_time(self, committee: Acting) -> None:
        old = accredit(OrganisationFactory(), ends_on=DAY)
        accept(of_entity(old), committee)
        assert Accreditation.objects.get().ends_on == date(2031, 3, 10)

    def test_a23_after_its_end_another_one_begins_on_the_day(self, committee: Acting) -> None:
        """No shelter in between; the anniversary stays, and delegates still in role follow."""
        old = accredit(OrganisationFactory(), ends_on=DAY - timedelta(days=1))
        stays, gone = DelegationFactory(accreditation=old), DelegationFactory(accreditation=old)
        Membership.objects.filter(pk=gone.membership_id).update(ended_at="2026-01-01T00:00Z")
        dossier = of_entity(old)
        accept(dossier, committee)
        old.refresh_from_db()
        assert old.ends_on == date(2026, 3, 9)
        new = Accreditation.objects.exclude(pk=old.pk).get()
        assert new.number != old.number
        assert (new.starts_on, new.ends_on) == (DAY, date(2031, 3, 9))
        assert [each.membership_id for each in new.delegations.all()] == [stays.membership_id]
        assert dossier.lines.get().accreditation == new

    def test_a23_later_than_a_whole_period_it_is_as_new(self, committee: Acting) -> None:
        old = accredit(OrganisationFactory(), starts_on=date(2014, 5, 1), ends_on=date(2019, 5, 1))
        accept(of_entity(old), committee)
        new = Accreditation.objects.exclude(pk=old.pk).get()
        assert (new.starts_on, new.ends_on) == (DAY, date(2031, 3, 10))

    def test_a24_29_february_comes_back(self, committee: Acting) -> None:
        AccreditationSettings.objects.create(pk=1, accreditation_months=24)
        old = accredit(OrganisationFactory(), ends_on=date(2028, 2, 29))
        accept(of_entity(old), committee)
        old.refresh_from_db()
        assert old.ends_on == date(2030, 2, 28)
        accept(of_entity(old), committee)
        old.refresh_from_db()
        assert old.ends_on == date(2032, 2, 29)

    @pytest.mark.parametrize(("status", "said"), [("suspended", "suspendue"), ("withdrawn", "retirée")])
    def test_b09_suspended_or_withdrawn_meanwhile(self, status: str, said: str, committee: Acting) -> None:
        old = accredit(OrganisationFactory(), status=status)
        Accreditation.objects.update(status_since=date(2026, 2, 1))
        dossier = of_entity(old)
        with pytest.raises(DomainError, match=f"{said} depuis le 01/02/2026") as refused:
            accept(dossier, committee)
        assert refused.value.field == f"line_{dossier.lines.get().pk}"
        old.refresh_from_db()
        assert old.ends_on == add_months(DAY, 48)


days = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(original=days, times=st.integers(1, 6), months=st.sampled_from([12, 24, 36, 60]))
def test_a24_the_anniversary_is_kept_whatever_the_number_of_renewals(original: date, times: int, months: int) -> None:
    """Never shorter, never adrift: each end is counted from the first."""
    end = original
    for time in range(1, times + 1):
        following = renewed_end(original, end, months)
        assert following == add_months(original, time * months) > end
        end = following


@given(original=days, end=days, months=st.integers(1, 120))
def test_a24_an_end_that_was_moved_has_an_anniversary_of_its_own(original: date, end: date, months: int) -> None:
    assume(end.day != original.day and end.day < 29 and end.month != 2)
    assert renewed_end(original, end, months) == add_months(end, months)


class TestOutcomes:
    def test_some_lines_granted_others_refused(self, committee: Acting) -> None:
        dossier = of_entity(levels=(("SST", 1), ("SST", 2)))
        refused, granted = dossier.lines.order_by("level__number")
        manager = acting_manager(dossier.organisation)
        AccountFactory(person=manager.person)
        accept(dossier, committee, refused.pk)
        refused.refresh_from_db()
        granted.refresh_from_db()
        assert (refused.outcome, refused.outcome_reason, refused.accreditation) == (
            "refused",
            "Pas de plateforme.",
            None,
        )
        assert (granted.outcome, granted.accreditation) == ("granted", Accreditation.objects.get())
        assert "Pas de plateforme." in mail().text
        assert granted.accreditation.number in mail().text

    def test_every_line_is_decided_a_refused_one_with_its_reason(self, committee: Acting) -> None:
        dossier = of_entity(levels=(("SST", 1), ("SST", 2)))
        first, second = dossier.lines.order_by("level__number")
        lines = {first.pk: LineDecision(Outcome.REFUSED, "  ")}
        with pytest.raises(Incomplete) as refused:
            decide(dossier.pk, committee, 1, Action.ACCEPT, lines=lines)
        assert [field for field, _ in refused.value.told] == [f"line_{first.pk}_reason", f"line_{second.pk}"]

    def test_all_refused_is_a_refusal(self, committee: Acting) -> None:
        dossier = of_entity()
        with pytest.raises(DomainError, match="Rien n’est accordé"):
            accept(dossier, committee, dossier.lines.get().pk)

    @pytest.mark.parametrize(
        ("verdict", "state", "way_out"),
        [
            (Action.REFUSE, State.REFUSED, "en présenter une nouvelle"),
            (Action.ADJOURN, State.ADJOURNED, "transmettre de nouveau"),
        ],
    )
    def test_b02_refused_or_adjourned_with_a_reason_and_a_way_out(
        self, verdict: Action, state: State, way_out: str, committee: Acting
    ) -> None:
        dossier = before_the_committee()
        decide(dossier.pk, committee, 1, verdict, reason=REASON)
        dossier.refresh_from_db()
        assert (dossier.state, dossier.decided_on, dossier.decision_reason) == (state, DAY, REASON)
        assert not Organisation.objects.exists()
        sent = mail()
        assert sent.person == dossier.applicant
        assert REASON in sent.text
        assert way_out in sent.text
        assert f"/demandes/{dossier.pk}" in sent.text

    @pytest.mark.parametrize("verdict", [Action.REFUSE, Action.ADJOURN])
    def test_no_refusal_without_a_reason(self, verdict: Action, committee: Acting) -> None:
        dossier = of_entity()
        with pytest.raises(DomainError) as refused:
            decide(dossier.pk, committee, 1, verdict, reason=" \n ")
        assert refused.value.field == "reason"
        dossier.refresh_from_db()
        assert dossier.state == State.AWAITING_DECISION


class TestWho:
    def test_b02_the_committee_alone_decides(self) -> None:
        dossier = of_entity()
        others = [acting_national(Role.NATIONAL_ADMINISTRATOR), acting_officer(), acting_manager(dossier.organisation)]
        for acting in others:
            with pytest.raises(NotAllowed):
                decide(dossier.pk, acting, 1, Action.REFUSE, reason=REASON)

    def test_a_change_of_data_is_not_decided_here_not_even_by_its_fund(self) -> None:
        organisation = OrganisationFactory()
        _, change = entity_with_a_request(acting_manager(organisation))
        dossier = data_dossier(change, State.UNDER_REVIEW)
        with pytest.raises(NotAllowed):
            decide(dossier.pk, acting_officer(), dossier.version, Action.REFUSE, reason=REASON)

    @pytest.mark.parametrize("state", sorted(set(State) - {State.DRAFT, State.AWAITING_DECISION}))
    def test_nothing_is_decided_that_is_not_before_the_committee(self, state: State, committee: Acting) -> None:
        dossier = entity_dossier(state=state)
        with pytest.raises(NotAllowed):
            accept(dossier, committee)

    def test_a_dossier_that_changed_since_it_was_read(self, committee: Acting) -> None:
        dossier = of_entity()
        with pytest.raises(Conflict):
            decide(dossier.pk, committee, 2, Action.REFUSE, reason=REASON)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_members_decide_otherwise(self, committee: Acting) -> None:
        dossier = of_entity()
        other = acting_national(Role.COMMITTEE)
        answers = together(
            partial(accept, dossier, committee),
            partial(decide, dossier.pk, other, 1, Action.REFUSE, reason=REASON),
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["Dossier", "NotAllowed"]
        dossier.refresh_from_db()
        assert Accreditation.objects.count() == (1 if dossier.state == State.ACCEPTED else 0)

    def test_two_first_requests_of_one_siret(self, committee: Acting) -> None:
        both = [before_the_committee(), before_the_committee()]
        answers = together(*(partial(accept, dossier, committee) for dossier in both))
        assert sorted(getattr(answer, "code", "") for answer in answers) == ["", "siret_taken"]
        assert Organisation.objects.count() == Membership.objects.count() == Accreditation.objects.count() == 1

    def test_b07_numbers_given_at_once_are_all_different(self, committee: Acting) -> None:
        dossiers = [of_entity() for _ in range(6)]
        together(*(partial(accept, dossier, committee) for dossier in dossiers))
        ranks = sorted(int(re.findall(r"\d+", each.number)[0]) for each in Accreditation.objects.all())
        assert ranks == [1, 2, 3, 4, 5, 6]
