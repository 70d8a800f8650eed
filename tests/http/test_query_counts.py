"""Pages ask the same number of questions whatever the number of rows, and few of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.models import DossierState
from forprev.certification.checking.codes import new_qr_code, new_typed_code
from forprev.certification.models import Certificate, SessionTrainer, Trainee, TrainingSession
from forprev.certification.services.issuing import generate_certificates
from forprev.core.dates import add_months
from forprev.organisations.models import Organisation
from forprev.people.models import Person
from tests.certification.common import TODAY
from tests.factories.accounts import AccountFactory
from tests.factories.catalogue import new_rules, qualification
from tests.factories.certification import (
    answered_session,
    draft_session,
    entity_of,
    issued_session,
    sent_session,
    trainer,
)
from tests.factories.dossiers import entity_dossier, first_request
from tests.factories.organisations import acting_manager, acting_national, acting_officer
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


@pytest.mark.parametrize("acting", [acting_officer, lambda: acting_national(Role.NATIONAL_ADMINISTRATOR)])
@pytest.mark.parametrize("url", ["/sessions/en-cours?taille=100", "/chiffres", "/tableau-de-bord"])
def test_what_the_network_follows(url: str, acting: Callable[[], Acting]) -> None:
    """Of several entities, each with many sessions."""
    client = browser_of(acting().person)
    many_drafts(acting_manager(), 10)
    few = queries(client, url)
    for _ in range(3):
        many_drafts(acting_manager(), 330)
    assert queries(client, url) == few <= MOST


@pytest.mark.parametrize("url", ["/sessions/a-traiter?taille=100", "/tableau-de-bord"])
def test_a_trainer_s_list(url: str) -> None:
    counts = []
    for number in (10, 1_000):
        run_by = trainer()
        acting = acting_manager()
        many_drafts(acting, number)
        SessionTrainer.objects.bulk_create(
            SessionTrainer(session=session, person=run_by, position=1)
            for session in TrainingSession.objects.filter(organisation_id=acting.organisation_id, state="trainer")
        )
        counts.append(queries(browser_of(run_by), url))
    assert counts[0] == counts[1] <= MOST


def many_certificates(model: Certificate, count: int) -> None:
    """So many more like this one."""
    copied = {f.attname: getattr(model, f.attname) for f in model._meta.concrete_fields if not f.primary_key}
    Certificate.objects.bulk_create(
        Certificate(
            **copied | {"number": f"{model.pk}/{n}", "verification_code": new_qr_code(), "typed_code": new_typed_code()}
        )
        for n in range(count)
    )


def test_one_s_own_certificates() -> None:
    counts = []
    for number in (10, 1_000):
        holder = trainer()
        many_certificates(holder.certificates.get(), number)
        counts.append(queries(browser_of(holder), "/certificats"))
    assert counts[0] == counts[1] <= MOST


@pytest.mark.parametrize("path", ["/telechargements", "/telechargements/certificats.zip"])
def test_downloads(path: str) -> None:
    """A session holds a hundred people at the most; each paper of the archive is made anew."""
    counts = []
    for number in (10, 99):
        session = answered_session(trainees=1)
        many_trainees(session, number)
        session.trainees.update(result="success")
        generate_certificates(session.pk, entity_of(session))
        counts.append(queries(browser_of(session.created_by), f"/sessions/{session.pk}{path}"))
    assert counts[0] == counts[1] <= MOST


def test_the_public_check() -> None:
    """A try to note and to weigh, a row to find, and in one go what the limits and the holder count."""
    certificate = trainer().certificates.get()
    url = f"/verification/{certificate.verification_code}"
    few = queries(Client(), url)
    many_certificates(certificate, 1_000)
    assert queries(Client(), url) == few <= 4


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
    for trainees in (10, 1_000):
        session = draft_session(trainees=1)
        many_trainees(session, trainees)
        counts.append(queries(browser_of(session.created_by), f"/sessions/{session.pk}/envoyer"))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("state", [DossierState.DRAFT, DossierState.TO_COMPLETE])
def test_pages_of_a_dossier(state: str) -> None:
    """Of an applicant and of an entity, whatever the number of levels asked for."""
    pages = (
        ("/saisie", "/habilitations", "/transmettre") if state == DossierState.DRAFT else ("", "/saisie", "/completer")
    )
    for several in ((("SST", 1),), (("SST", 1), ("SST", 2), ("PRAPIBC", 1), ("PRAP2S", 1))):
        person, acting = AccountFactory().person, acting_manager()
        dossiers = {
            person: first_request(person, state, levels=several),
            acting.person: entity_dossier(Organisation.objects.get(pk=acting.organisation_id), state, levels=several),
        }
        for who, dossier in dossiers.items():
            for page in pages:
                assert queries(browser_of(who), f"/demandes/{dossier.pk}{page}") <= MOST, (page, several)


@pytest.mark.parametrize("page", ["certificats/{}", "certificats/{}/regles", "regles/{}", "niveaux/{}/certificat"])
def test_pages_of_the_catalogue(page: str) -> None:
    """However many rules a certificate had."""
    client = browser_of(acting_national(Role.NATIONAL_ADMINISTRATOR).person)
    held = qualification("SST-1")
    for day in (add_months(TODAY, 1), add_months(TODAY, 2)):
        of = {"regles/{}": new_rules("SST-1", day).pk, "niveaux/{}/certificat": held.level_id}.get(page, held.pk)
        assert queries(client, f"/administration/catalogue/{page.format(of)}") <= MOST
