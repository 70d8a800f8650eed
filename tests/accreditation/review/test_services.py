"""What reviewers do with a dossier: who may, from which state, with which effect, told to whom (B02, B03)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forprev.accounts.models import Role
from forprev.accreditation.dossiers.history import history_of
from forprev.accreditation.dossiers.selectors import applicant
from forprev.accreditation.models import AccreditationSettings, Dossier, Opinion, PieceState
from forprev.accreditation.review.selectors import remarks_of
from forprev.accreditation.review.services import (
    Mark,
    ask_completion,
    assign,
    examine,
    give_opinion,
    refuse_data,
    send_back,
    take,
)
from forprev.core.dates import today
from forprev.core.errors import Conflict, DomainError
from forprev.core.workflow import NotAllowed
from forprev.organisations.models import Regime
from tests.accreditation.review.common import (
    State,
    a_piece,
    applicant_with_a_request,
    conforming,
    mails,
    marked,
    officer,
)
from tests.factories.accounts import AccountFactory
from tests.factories.dossiers import first_request
from tests.factories.organisations import acting_national, acting_officer, fund
from tests.http.world import untouched

pytestmark = pytest.mark.django_db


class TestTaking:
    def test_b03_the_fund_takes_a_request_of_the_general_regime(self) -> None:
        dossier, acting = first_request(state=State.SUBMITTED), acting_officer()
        taken = take(dossier.pk, acting, dossier.version)
        assert (taken.state, taken.assigned_to, taken.version) == (State.UNDER_REVIEW, acting.person, 2)

    def test_b03_the_inrs_takes_one_of_another_regime(self) -> None:
        dossier = first_request(state=State.SUBMITTED, regime=Regime.OTHER)
        of_a_fund, committee = acting_officer(), acting_national(Role.COMMITTEE)
        with untouched(), pytest.raises(Dossier.DoesNotExist):
            take(dossier.pk, of_a_fund, 1)
        with untouched(), pytest.raises(NotAllowed):
            take(dossier.pk, committee, 1)
        acting = acting_national(Role.NATIONAL_ADMINISTRATOR)
        assert take(dossier.pk, acting, 1).assigned_to == acting.person

    @pytest.mark.parametrize("role", [Role.NATIONAL_ADMINISTRATOR, Role.COMMITTEE])
    def test_b03_the_national_network_does_not_take_what_a_fund_reviews(self, role: Role) -> None:
        dossier, acting = first_request(state=State.SUBMITTED), acting_national(role)
        with untouched(), pytest.raises(NotAllowed):
            take(dossier.pk, acting, 1)

    def test_another_fund_does_not_see_it(self) -> None:
        dossier, acting = first_request(state=State.SUBMITTED), acting_officer(fund("bretagne"))
        with untouched(), pytest.raises(Dossier.DoesNotExist):
            take(dossier.pk, acting, 1)

    def test_the_same_form_twice_is_once(self) -> None:
        dossier, acting, colleague = first_request(state=State.SUBMITTED), acting_officer(), acting_officer()
        take(dossier.pk, acting, 1)
        with untouched():
            assert take(dossier.pk, acting, 1).assigned_to == acting.person
        with untouched(), pytest.raises(NotAllowed):
            take(dossier.pk, colleague, 1)


class TestAssigning:
    def test_to_a_colleague_and_to_nobody(self) -> None:
        dossier, acting, colleague = first_request(state=State.SUBMITTED), acting_officer(), acting_officer()
        assert assign(dossier.pk, acting, 1, colleague.person.pk).assigned_to == colleague.person
        assert assign(dossier.pk, acting, 2, None).assigned_to is None

    def test_to_nobody_of_another_fund(self) -> None:
        dossier, acting = first_request(state=State.SUBMITTED), acting_officer()
        for stranger in (acting_officer(fund("bretagne")), acting_national(Role.NATIONAL_ADMINISTRATOR)):
            with untouched(), pytest.raises(DomainError) as refused:
                assign(dossier.pk, acting, 1, stranger.person.pk)
            assert refused.value.field == "person"

    def test_an_administrator_entrusts_another(self) -> None:
        dossier = first_request(state=State.UNDER_REVIEW, regime=Regime.OTHER)
        acting, colleague = (acting_national(Role.NATIONAL_ADMINISTRATOR) for _ in range(2))
        assert assign(dossier.pk, acting, 1, colleague.person.pk).assigned_to == colleague.person


class TestExamining:
    def test_each_piece_has_its_state_and_remark(self) -> None:
        dossier, acting = applicant_with_a_request(levels=(("SST", 2),)), officer()
        piece = a_piece(dossier)
        examine(dossier.pk, acting, 1, {piece.pk: Mark(PieceState.TO_CORRECT, "Illisible.")})
        piece.refresh_from_db()
        assert (piece.state, piece.remark) == (PieceState.TO_CORRECT, "Illisible.")
        others = dossier.pieces.exclude(pk=piece.pk).values_list("state", flat=True)
        assert set(others) == {PieceState.RECEIVED}

    def test_one_to_correct_says_what(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        piece = a_piece(dossier)
        with untouched(), pytest.raises(DomainError) as refused:
            examine(dossier.pk, acting, 1, {piece.pk: Mark(PieceState.TO_CORRECT, " \n ")})
        assert refused.value.field == f"remark-{piece.pk}"

    def test_pieces_of_another_dossier_are_not_touched(self) -> None:
        dossier, other = applicant_with_a_request(), applicant_with_a_request(name="Autre")
        examine(dossier.pk, officer(), 1, marked(other))
        assert set(other.pieces.values_list("state", flat=True)) == {PieceState.RECEIVED}

    def test_not_before_it_is_taken_nor_once_it_left(self) -> None:
        acting = acting_officer()
        for state in (State.SUBMITTED, State.TO_COMPLETE, State.OPINION_GIVEN, State.ACCEPTED):
            dossier = first_request(state=state)
            with untouched(), pytest.raises(NotAllowed):
                examine(dossier.pk, acting, 1, marked(dossier))


class TestAskingForMore:
    def test_it_starts_from_the_remarks(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        piece = a_piece(dossier)
        done = examine(dossier.pk, acting, 1, {piece.pk: Mark(PieceState.TO_CORRECT, "Manque la page 2.")})
        assert remarks_of(done) == f"{piece.rule.label} : Manque la page 2."

    def test_a_missing_piece_is_among_them(self) -> None:
        dossier = applicant_with_a_request()
        piece = a_piece(dossier)
        piece.delete()
        assert remarks_of(dossier) == f"{piece.rule.label} : pièce manquante"

    def test_the_applicant_is_told_what_and_until_when(self) -> None:
        AccreditationSettings.objects.update_or_create(pk=1, defaults={"completion_days": 12})
        dossier = applicant_with_a_request()
        asked = ask_completion(dossier.pk, officer(), 1, "Manque la page 2.")
        assert (asked.state, asked.completion) == (State.TO_COMPLETE, "Manque la page 2.")
        assert asked.due_on == today() + timedelta(days=12)
        subject = f"[FORPREV] Demande {dossier.number} : un complément est demandé"
        assert mails() == [(dossier.applicant.account.email, subject)]
        (event, *_) = history_of(asked, applicant(dossier.applicant))
        assert (event.after, event.comment) == ("À compléter", "Manque la page 2.")

    def test_it_says_something(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        with untouched(), pytest.raises(DomainError) as refused:
            ask_completion(dossier.pk, acting, 1, "\n ")
        assert refused.value.field == "text"

    def test_the_same_form_twice_writes_one_mail(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        ask_completion(dossier.pk, acting, 1, "Manque la page 2.")
        with untouched():
            ask_completion(dossier.pk, acting, 1, "Manque la page 2.")
        with untouched(), pytest.raises(NotAllowed):
            ask_completion(dossier.pk, acting, 1, "Autre chose.")


class TestOpinion:
    def test_b02_a_favourable_one_wants_conforming_pieces(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        with untouched(), pytest.raises(DomainError, match="Reçue") as refused:
            give_opinion(dossier.pk, acting, 1, Opinion.FAVOURABLE)
        assert refused.value.field == "opinion"
        conforming(dossier, acting)
        given = give_opinion(dossier.pk, acting, 2, Opinion.FAVOURABLE)
        assert (given.state, given.opinion) == (State.OPINION_GIVEN, Opinion.FAVOURABLE)

    def test_a_missing_piece_stands_in_its_way(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        conforming(dossier, acting)
        a_piece(dossier).delete()
        with untouched(), pytest.raises(DomainError, match="Manquante"):
            give_opinion(dossier.pk, acting, 2, Opinion.FAVOURABLE)

    @pytest.mark.parametrize("opinion", [Opinion.RESERVED, Opinion.UNFAVOURABLE])
    def test_another_one_has_a_reason(self, opinion: Opinion) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        with untouched(), pytest.raises(DomainError) as refused:
            give_opinion(dossier.pk, acting, 1, opinion)
        assert refused.value.field == "reason"
        assert give_opinion(dossier.pk, acting, 1, opinion, "Programme trop court.").opinion == opinion

    def test_the_applicant_is_told_that_the_review_is_over_and_not_the_opinion(self) -> None:
        dossier = applicant_with_a_request()
        given = give_opinion(dossier.pk, officer(), 1, Opinion.UNFAVOURABLE, "Programme trop court.")
        assert mails() == [
            (dossier.applicant.account.email, f"[FORPREV] Demande {dossier.number} : l’instruction est terminée")
        ]
        (event, *_) = history_of(given, applicant(dossier.applicant))
        assert (event.after, event.comment) == ("Avis rendu", "")
        (event, *_) = history_of(given, acting_national(Role.COMMITTEE))
        assert event.comment == "Défavorable\nProgramme trop court."

    def test_only_its_reviewer_gives_it(self) -> None:
        dossier = applicant_with_a_request()
        for acting in (acting_national(Role.COMMITTEE), acting_national(Role.NATIONAL_ADMINISTRATOR)):
            with untouched(), pytest.raises(NotAllowed):
                give_opinion(dossier.pk, acting, 1, Opinion.UNFAVOURABLE, "Non.")

    def test_the_same_form_twice_is_once(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        for _ in range(2):
            given = give_opinion(dossier.pk, acting, 1, Opinion.RESERVED, "À revoir.")
        assert (given.version, len(mails())) == (2, 1)


class TestSendingBack:
    @pytest.mark.parametrize("role", [Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR])
    @pytest.mark.parametrize("state", [State.OPINION_GIVEN, State.AWAITING_DECISION])
    def test_it_leaves_the_agenda_and_its_reviewer_is_told(self, state: str, role: Role) -> None:
        dossier, reviewer = first_request(state=state), officer()
        Dossier.objects.filter(pk=dossier.pk).update(assigned_to=reviewer.person, agenda_rank=3)
        back = send_back(dossier.pk, acting_national(role), 1, "Le formateur n’est pas nommé.")
        assert (back.state, back.meeting, back.agenda_rank, back.opinion) == (State.UNDER_REVIEW, None, 0, "")
        assert mails() == [
            (reviewer.person.account.email, f"[FORPREV] Demande {dossier.number} renvoyée en instruction")
        ]

    def test_the_applicant_does_not_read_why(self) -> None:
        dossier = first_request(AccountFactory().person, State.OPINION_GIVEN)
        back = send_back(dossier.pk, acting_national(Role.COMMITTEE), 1, "Avis trop court.")
        (event, *_) = history_of(back, applicant(dossier.applicant))
        assert (event.after, event.comment) == ("En instruction", "")

    def test_it_has_a_reason_and_is_not_a_fund_s(self) -> None:
        dossier = first_request(state=State.OPINION_GIVEN)
        committee, of_the_fund = acting_national(Role.COMMITTEE), acting_officer()
        with untouched(), pytest.raises(DomainError):
            send_back(dossier.pk, committee, 1, " ")
        with untouched(), pytest.raises(NotAllowed):
            send_back(dossier.pk, of_the_fund, 1, "Non.")


def test_an_older_version_is_a_conflict() -> None:
    dossier, acting = applicant_with_a_request(), officer()
    conforming(dossier, acting)
    with untouched(), pytest.raises(Conflict):
        give_opinion(dossier.pk, acting, 1, Opinion.UNFAVOURABLE, "Non.")
    with untouched(), pytest.raises(Conflict):
        conforming(dossier, acting)


def test_the_committee_does_not_decide_here() -> None:
    dossier, acting = first_request(state=State.AWAITING_DECISION), acting_national(Role.COMMITTEE)
    with untouched(), pytest.raises(NotAllowed):
        refuse_data(dossier.pk, acting, 1, "Non.")
