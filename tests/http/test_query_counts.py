"""Pages ask the same number of questions whatever the number of rows, and few of them."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forprev.accounts.acting import Acting
from forprev.certification.models import Trainee, TrainingSession
from forprev.people.models import Person
from tests.certification.common import TODAY
from tests.factories.certification import answered_session, draft_session, issued_session, sent_session, trainer
from tests.factories.organisations import acting_manager
from tests.http.world import browser_of

pytestmark = pytest.mark.django_db

MOST = 15


def many_drafts(acting: Acting, count: int) -> None:
    """So many drafts and sent sessions, in one insert each."""
    model = draft_session(acting, trainees=1)
    fields = {
        "organisation": model.organisation,
        "accreditation": model.accreditation,
        "qualification": model.qualification,
        "course": model.course,
        "place_kind": model.place_kind,
        "postal_code": model.postal_code,
        "city": model.city,
        "end_date": TODAY,
        "created_by": acting.person,
        "last_actor": acting.person,
        "modified_at": timezone.now(),
    }
    for state in ("draft", "trainer"):
        TrainingSession.objects.bulk_create(
            TrainingSession(**fields, state=state, creation_key=uuid.uuid4()) for _ in range(count)
        )


def many_trainees(session: TrainingSession, count: int) -> None:
    Trainee.objects.bulk_create(
        Trainee(
            session=session,
            last_name=f"NOM {n}",
            first_name="Prénom",
            search_last_name=f"NOM {n}",
            search_first_name="PRENOM",
            birth_date="1980-01-01",
            creation_key=uuid.uuid4(),
        )
        for n in range(count)
    )


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("url", ["/sessions/a-traiter?taille=100", "/sessions/en-cours?taille=100", "/tableau-de-bord"])
def test_lists_and_dashboard(url: str) -> None:
    few, many = acting_manager(), acting_manager()
    many_drafts(few, 10)
    many_drafts(many, 1_000)
    counts = [queries(browser_of(acting.person), url) for acting in (few, many)]
    assert counts[0] == counts[1]
    assert counts[0] <= MOST


def test_a_trainer_s_list() -> None:
    counts = []
    for number in (1, 4):
        run_by = trainer()
        for _ in range(number):
            sent_session(trainers=[run_by], trainees=1)
        counts.append(queries(browser_of(run_by), "/sessions/a-traiter"))
    assert counts[0] == counts[1] <= MOST


def person_of(session: TrainingSession, role: str) -> Person:
    return session.created_by if role == "entity" else session.trainers.get().person


@pytest.mark.parametrize(
    ("make", "role", "path"),
    [
        (draft_session, "entity", ""),
        (draft_session, "entity", "/stagiaires"),
        (sent_session, "entity", ""),
        (sent_session, "entity", "/stagiaires"),
        (sent_session, "trainer", "/stagiaires"),
        (answered_session, "entity", "/stagiaires"),
        (answered_session, "entity", "/generer"),
        (issued_session, "entity", ""),
        (issued_session, "entity", "/telechargements"),
    ],
)
def test_pages_of_a_session(make, role: str, path: str) -> None:
    counts = []
    for trainees in (10, 1_000):
        session = make(trainees=1)
        many_trainees(session, trainees)
        counts.append(queries(browser_of(person_of(session, role)), f"/sessions/{session.pk}{path}"))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST


def test_the_check_page() -> None:
    """It asks every rule: more questions than a reading page, and never more for more trainees."""
    counts = []
    for trainees in (10, 90):
        session = draft_session(trainees=1)
        many_trainees(session, trainees)
        counts.append(queries(browser_of(session.created_by), f"/sessions/{session.pk}/envoyer"))
    assert counts[0] == counts[1]
