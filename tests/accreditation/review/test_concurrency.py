"""Two at once on one dossier: one is done, the other is told; nobody waits for ever."""

from __future__ import annotations

from functools import partial

import pytest

from forprev.accreditation.dossiers.services import withdraw
from forprev.accreditation.models import Dossier, Opinion
from forprev.accreditation.review.services import accept_data, ask_completion, give_opinion, refuse_data, take
from forprev.core.errors import Conflict
from forprev.core.workflow import NotAllowed
from forprev.organisations.models import DataChange, Organisation
from forprev.organisations.updating.workflow import State as RequestState
from tests.accreditation.review.common import State, applicant_with_a_request, data_request, mails, officer
from tests.concurrency import together
from tests.factories.organisations import acting_manager, acting_officer
from tests.factories.updating import asked_of_the_fund, send

pytestmark = pytest.mark.django_db(transaction=True)

TOLD = (Conflict, NotAllowed)


def test_two_officers_take_it_at_once() -> None:
    dossier, officers = applicant_with_a_request(State.SUBMITTED), [acting_officer() for _ in range(4)]
    answers = together(*(partial(take, dossier.pk, each, 1) for each in officers))
    taken = [answer for answer in answers if isinstance(answer, Dossier)]
    assert len(taken) == 1
    assert sum(isinstance(answer, TOLD) for answer in answers) == 3
    dossier.refresh_from_db()
    assert (dossier.assigned_to, dossier.version) == (taken[0].assigned_to, 2)


def test_two_officers_judge_at_once() -> None:
    dossier, first, second = applicant_with_a_request(), officer(), officer()
    answers = together(
        partial(give_opinion, dossier.pk, first, 1, Opinion.UNFAVOURABLE, "Non."),
        partial(ask_completion, dossier.pk, second, 1, "Manque la page 2."),
    )
    assert sorted(isinstance(answer, TOLD) for answer in answers) == [False, True]
    dossier.refresh_from_db()
    assert (dossier.version, len(mails())) == (2, 1)


def test_the_same_opinion_posted_many_times_at_once_is_given_once() -> None:
    dossier, acting = applicant_with_a_request(), officer()
    answers = together(*[partial(give_opinion, dossier.pk, acting, 1, Opinion.RESERVED, "À revoir.")] * 5)
    assert [getattr(answer, "state", answer) for answer in answers] == [State.OPINION_GIVEN] * 5
    dossier.refresh_from_db()
    assert (dossier.version, len(mails())) == (2, 1)


@pytest.mark.parametrize("answer", ["accept", "refuse"])
def test_the_manager_changes_what_the_officer_answers(answer: str) -> None:
    """Whoever comes second is told: the officer of a conflict, or the manager that its entity has changed."""
    manager, _, dossier = data_request(address="2 rue Neuve")
    acting = acting_officer()
    take(dossier.pk, acting, 1)
    decide = partial(accept_data, dossier.pk, acting, 2)
    if answer == "refuse":
        decide = partial(refuse_data, dossier.pk, acting, 2, "Non.")
    decided, sent = together(decide, partial(send, manager, address="3 rue Neuve"))
    dossier.refresh_from_db()
    if isinstance(decided, Dossier):
        assert dossier.state == (State.ACCEPTED if answer == "accept" else State.REFUSED)
        assert isinstance(sent, Conflict)
    else:
        assert isinstance(decided, Conflict), decided
        assert (dossier.state, dossier.version) == (State.UNDER_REVIEW, 3)
        assert Organisation.objects.get().address == "14 rue des Tanneurs"


def test_one_manager_withdraws_the_dossier_while_another_changes_the_request() -> None:
    """Both lock the entity, then the dossier: neither waits for the other."""
    for _ in range(5):
        manager, request, dossier = data_request()
        colleague = acting_manager(request.organisation)
        taken_back, sent = together(
            partial(withdraw, dossier.pk, colleague, dossier.version), partial(send, manager, address="3 rue Neuve")
        )
        dossier.refresh_from_db()
        told = (dossier.state, DataChange.objects.get(pk=request.pk).state)
        if isinstance(taken_back, Conflict):
            assert told == (State.SUBMITTED, RequestState.OPEN)
        else:
            assert isinstance(sent, TOLD), sent
            assert told == (State.CANCELLED, RequestState.DROPPED)


def test_the_officer_decides_while_the_manager_completes() -> None:
    """One change in two actions: the answer given on what was before is a conflict, and is not lost on the entity."""
    manager, _, dossier = data_request()
    acting = acting_officer()
    take(dossier.pk, acting, 1)
    ask_completion(dossier.pk, acting, 2, "Précisez.")
    decided, sent = together(
        partial(accept_data, dossier.pk, acting, 2), partial(asked_of_the_fund, manager, address="3 rue Neuve")
    )
    assert isinstance(decided, TOLD), decided
    assert isinstance(sent, DataChange), sent
    dossier.refresh_from_db()
    assert dossier.state == State.UNDER_REVIEW
