"""Two applicants at the same moment: one review at a time for the same object, one first request a person."""

from __future__ import annotations

from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pytest

from forprev.accreditation.dossiers import services
from forprev.accreditation.dossiers.rules import Finding, NotReady, findings_of
from forprev.accreditation.dossiers.selectors import applicant
from forprev.accreditation.dossiers.services import Wish
from forprev.accreditation.models import Dossier, DossierState
from forprev.core.dates import today
from forprev.core.errors import Conflict
from forprev.core.workflow import NotAllowed
from tests.concurrency import together
from tests.factories.accounts import AccountFactory
from tests.factories.catalogue import level
from tests.factories.dossiers import first_request
from tests.factories.organisations import acting_manager

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has looked at what is missing waits for the other, unless a lock keeps the other from looking."""
    both = Barrier(2)

    def looked(dossier: Dossier) -> list[Finding]:
        found = findings_of(dossier)
        with suppress(BrokenBarrierError):
            both.wait(timeout=1)
        return found

    monkeypatch.setattr(services, "findings_of", looked)


@pytest.mark.usefixtures("both_looked")
def test_b04_the_same_level_twice_at_once() -> None:
    acting = acting_manager()
    drafts = [services.start_dossier(acting, uuid4(), Wish([level("SST", 1).pk])) for _ in range(2)]
    outcomes = together(*[lambda each=each: services.submit(each.pk, acting, each.version) for each in drafts])
    assert {type(outcome) for outcome in outcomes} == {Dossier, NotReady}
    assert Dossier.objects.filter(state=DossierState.SUBMITTED).get().number == f"D{today().year}-00001"


@pytest.mark.usefixtures("both_looked")
def test_the_siret_of_two_first_requests_at_once() -> None:
    drafts = [first_request(AccountFactory().person) for _ in range(2)]
    outcomes = together(*[lambda each=each: services.submit(each.pk, applicant(each.applicant), 1) for each in drafts])
    assert {type(outcome) for outcome in outcomes} == {Dossier, NotReady}


def test_one_sending_of_two_at_once() -> None:
    draft = first_request(AccountFactory().person)
    outcomes = together(*[lambda: services.submit(draft.pk, applicant(draft.applicant), 1)] * 2)
    assert [type(outcome) for outcome in outcomes].count(Dossier) == 1
    assert any(isinstance(outcome, Conflict | NotAllowed) for outcome in outcomes)


def test_one_first_request_of_two_at_once() -> None:
    person = AccountFactory().person
    outcomes = together(*[lambda: services.start_first_request(person, "Atelier")] * 2)
    assert outcomes[0] == outcomes[1]
    assert Dossier.objects.count() == 1


def test_one_draft_of_two_clicks_at_once() -> None:
    acting, key = acting_manager(), uuid4()
    outcomes = together(*[lambda: services.start_dossier(acting, key, Wish([level("SST", 1).pk]))] * 2)
    assert outcomes[0] == outcomes[1]
    assert Dossier.objects.count() == 1
