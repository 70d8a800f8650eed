"""Years later: what must go is gone from every table and file, what must stay stays, certificates are still genuine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.accounts.services.factors import renew_recovery_codes
from forprev.accreditation.models import Dossier, DossierMessage, DossierState, Piece
from forprev.certification.documents.pdf import render
from forprev.certification.models import Certificate, Trainee, TrainingSession
from forprev.certification.proofs.compact import proof_of
from forprev.certification.sealing import seal
from forprev.certification.services import entry
from forprev.certification.services.exchange import reopen_session
from forprev.certification.workflow import State
from forprev.core.dates import today
from forprev.core.errors import DomainError
from forprev.core.uploads import Document
from forprev.network.calendar.services import open_feed
from forprev.notices.models import Notice
from forprev.organisations.models import Membership, Organisation
from forprev.people.merging import forget_old_merges, merge
from forprev.people.models import Erasure, Merge, Person, RetentionRun
from forprev.people.retention.running import apply_all
from forprev.people.services import note_lookup
from forprev.support.contact import services as contact
from forprev.support.models import ContactRequest, CorrectionRequest
from forprev.support.services import apply_correction
from tests.accounts.second_factors import Application
from tests.certification.proofs.common import fetched_keys
from tests.documents import pdf
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import (
    answered_session,
    draft_session,
    entity_of,
    issued_session,
    taken_over,
    trainee_entry,
    trainer,
)
from tests.factories.contact import contacted
from tests.factories.dossiers import first_request
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_manager, acting_officer
from tests.factories.people import PersonFactory
from tests.factories.support import acting_agent, asked
from tests.retention.common import every_row, files, where_told, years_pass

pytestmark = pytest.mark.django_db

THEN, NOW = datetime(2014, 3, 17, 9, tzinfo=UTC), datetime(2026, 3, 16, 4, tzinfo=UTC)
GONE = (
    "ZWINGELTHAL",  # a trainee who succeeded
    "Wilfriede",
    "1961-07-23",
    "QUERZOLA",  # one who failed
    "OSTROMECKI",  # a trainer with an account, whose name was OSTROMEKI before
    "OSTROMEKI",
    "ostromecki@exemple.test",
    "PIECZYRAK",  # a trainee of a draft that was never sent, and one taken off it
    "HRADECKY",
    "VANDERSTICHELEN",  # an applicant whose dossier was refused, and who wrote to the hotline
    "vanderstichelen@exemple.test",
    "KOLOWRAT",  # a duplicate of the trainee who succeeded
)


@dataclass
class Past:
    """What was done then, and what is asked of it now."""

    certificate: Certificate
    sealed: bytes
    proof: str
    surname: str
    dossier: int
    draft: int
    session: int
    stays: Person
    files: set[str]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(THEN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def past(clock: time_machine.Traveller, tmp_path: Path) -> Past:
    before = set(files())
    manager = acting_manager(OrganisationFactory(name="ATELIER ROUX"))
    session, certificate = _a_session(manager)
    run_by = _a_trainer()
    issued_session(trainers=[run_by], trainees=1)
    draft = _a_draft(manager)
    dossier = _a_dossier()
    stays = trainer("SST-2", last_name="DURABLE", first_name="Odile")
    past = Past(
        certificate=certificate,
        sealed=seal(render(certificate, check_url="https://demo.test/verification/CODE")),
        proof=proof_of(certificate),
        surname=certificate.holder_last_name,
        dossier=dossier,
        draft=draft,
        session=session.pk,
        stays=stays,
        files=before,
    )
    clock.move_to(THEN + timedelta(days=200), tick=False)
    _what_was_written_by_the_trainer(run_by)
    assert not {word for word in GONE} - {word for _, word in where_told(*GONE)}
    Membership.objects.filter(organisation=manager.organisation_id).update(ended_at=THEN)
    clock.move_to(NOW - timedelta(days=200), tick=False)
    taken_over(stays, "SST-2")
    AccountFactory(person=stays, email="odile.durable@exemple.test")
    years_pass(12)
    clock.move_to(NOW, tick=False)
    return past


def _a_session(manager: Acting) -> tuple[TrainingSession, Certificate]:
    entries = [
        trainee_entry(last_name="QUERZOLA"),
        trainee_entry(last_name="ZWINGELTHAL", first_name="Wilfriede", birth_date=date(1961, 7, 23)),
    ]
    session = issued_session(manager, entries=entries, failures=1)
    certificate = Certificate.objects.get(session=session)
    duplicate = PersonFactory(last_name="KOLOWRAT", first_name="Wilfriede", birth_date=date(1961, 7, 23))
    merge(duplicate.pk, certificate.person_id, acting_agent(), "KOLOWRAT est son nom de naissance")
    return session, certificate


def _a_trainer() -> Person:
    person = trainer("SST-2", last_name="OSTROMEKI", first_name="Aldegonde")
    account = AccountFactory(person=person, email="aldegonde.ostromecki@exemple.test")
    Application(account)
    renew_recovery_codes(account)
    open_feed(account)
    browser_of(account)
    note_lookup(person, "ABC12345")
    return person


def _what_was_written_by_the_trainer(person: Person) -> None:
    proof = Document("OSTROMECKI identité.pdf", "application/pdf", pdf())
    correction = asked(person, last_name="OSTROMECKI", message="Je m’appelle OSTROMECKI.", document=proof)
    apply_correction(correction.pk, acting_agent())


def _a_draft(manager: Acting) -> int:
    entries = [trainee_entry(last_name="PIECZYRAK"), trainee_entry(last_name="HRADECKY")]
    draft = draft_session(manager, entries=entries)
    off = draft.trainees.get(last_name="HRADECKY")
    entry.remove_trainee(draft.pk, off.pk, entity_of(draft))
    return draft.pk


def _a_dossier() -> int:
    person = PersonFactory(last_name="VANDERSTICHELEN", first_name="Ghislain")
    dossier = first_request(person, DossierState.REFUSED, signatory_name="VANDERSTICHELEN Ghislain")
    key = default_storage.save("demandes/contrat.pdf", ContentFile(b"VANDERSTICHELEN a signe"))
    Piece.objects.filter(pk=dossier.pieces.first().pk).update(document=key, name="VANDERSTICHELEN.pdf")  # type: ignore[union-attr]
    DossierMessage.objects.create(
        dossier=dossier, author=person, author_role=Role.APPLICANT, text="Ici VANDERSTICHELEN", written_at=THEN
    )
    letter = Document("VANDERSTICHELEN.pdf", "application/pdf", pdf())
    request = contacted(
        name="Ghislain VANDERSTICHELEN", email="vanderstichelen@exemple.test", person=person, documents=(letter,)
    )
    agent = acting_agent()
    contact.answer(request.pk, agent, request.version, "Bonjour monsieur VANDERSTICHELEN")
    request.refresh_from_db()
    contact.resolve(request.pk, agent, request.version)
    return dossier.pk


def nights(clock: time_machine.Traveller) -> None:
    """The first announces the end of accounts, the second comes a month later."""
    for days in (0, 31):
        clock.move_to(NOW + timedelta(days=days), tick=False)
        forget_old_merges()
        with TestCase.captureOnCommitCallbacks(execute=True):
            apply_all()


def test_what_must_go_is_gone_and_what_must_stay_stays(past: Past, clock: time_machine.Traveller) -> None:
    nights(clock)
    assert where_told(*GONE) == set()
    assert not any(b"VANDERSTICHELEN" in default_storage.open(key).read() for key in files())
    assert set(files()) <= past.files
    assert not RetentionRun.objects.exclude(failed=0).exists()

    # The person is one still, under the same key and number, with its certificate.
    certificate = Certificate.objects.get(pk=past.certificate.pk)
    person = certificate.person
    assert person.anonymised_at is not None
    assert str(person) == "Personne anonymisée"
    assert (certificate.number, certificate.issued_on) == (past.certificate.number, past.certificate.issued_on)
    assert certificate.organisation_name == "ATELIER ROUX"

    # Figures (B43): a success and a failure; the session, its dates, who decided what.
    session = TrainingSession.objects.get(pk=past.session)
    assert sorted(session.trainees.values_list("result", flat=True)) == ["failure", "success"]
    assert TrainingSession.objects.get(pk=past.draft).state == State.DELETED
    dossier = Dossier.objects.get(pk=past.dossier)
    assert (dossier.state, dossier.decision_reason) == (DossierState.REFUSED, "Motif effacé")
    assert Organisation.objects.filter(name="ATELIER ROUX").exists()
    assert Merge.objects.get().undo == ""

    # Whoever still serves is untouched.
    stays = Person.objects.get(pk=past.stays.pk)
    assert (stays.last_name, stays.account.email) == ("DURABLE", "odile.durable@exemple.test")
    assert stays.certificates.filter(holder_last_name="DURABLE").count() == 2
    assert not CorrectionRequest.objects.exists()
    assert not ContactRequest.objects.exists()


def test_the_certificate_still_checks_as_genuine(past: Past, clock: time_machine.Traveller, tmp_path: Path) -> None:
    certificate = past.certificate
    before = Client().post("/verification", {"code": certificate.typed_code, "surname": past.surname})
    assert "ZWINGELTHAL" in before.content.decode()
    nights(clock)
    file = SimpleUploadedFile("certificat.pdf", past.sealed, "application/pdf")
    qr = f"/verification/{certificate.verification_code}"
    for answer in (
        Client().get(qr),
        Client().post(qr, {"surname": past.surname}),
        Client().post(qr, {"surname": "QUELCONQUE"}),
        Client().post("/verification", {"code": certificate.typed_code, "surname": past.surname}),
        Client().post("/verification", {"code": certificate.typed_code, "surname": "QUELCONQUE"}),
        Client().post("/verification", {"way_file": "1", "file": file}),
    ):
        page = answer.content.decode()
        assert answer.status_code == 200
        for shown in ("Expiré", "Titulaire anonymisé", certificate.number, "ATELIER ROUX", "17/03/2014"):
            assert shown in page
        for hidden in ("ZWINGELTHAL", "1961", "né(e)", "Qui est le titulaire"):
            assert hidden not in page
    assert Client().get("/verification/AAAAAAAAAAAAAAAAAAAAAAAAAA").status_code == 404

    # What left with the paper proves itself as before, the name included.
    program = tmp_path / "verifier_certificat.py"
    program.write_bytes(Client().get("/verification/verifier_certificat.py").content)
    command = [sys.executable, "-I", str(program), str(fetched_keys(tmp_path)), past.proof]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "ZWINGELTHAL" in run.stdout


def test_a_second_run_changes_nothing(past: Past, clock: time_machine.Traveller) -> None:
    nights(clock)
    journals = ("people_retentionrun", "people_retentionrun_id_seq")
    before = sorted(row for row in every_row() if row[0] not in journals)
    runs = apply_all()
    assert sorted(row for row in every_row() if row[0] not in journals) == before
    assert sum(run.examined for run in runs) == 0


def test_an_account_is_announced_once_and_kept_by_whoever_comes_back(past: Past, clock: time_machine.Traveller) -> None:
    apply_all()
    apply_all()
    account = Account.objects.get(email="aldegonde.ostromecki@exemple.test")
    told = Notice.objects.filter(person=account.person, subject__contains="inactif")
    assert told.count() == 1
    assert "16/04/2026" not in told.get().subject
    clock.move_to(NOW + timedelta(days=10), tick=False)
    Account.objects.filter(pk=account.pk).update(last_login=NOW + timedelta(days=10))
    MembershipFactory(person=account.person)
    clock.move_to(NOW + timedelta(days=40), tick=False)
    apply_all()
    assert Account.objects.filter(pk=account.pk).exists()
    assert Person.objects.get(pk=account.person_id).last_name == "OSTROMECKI"


@pytest.mark.parametrize(("years", "stays"), [(1, True), (12, False)])
def test_an_open_session_keeps_its_trainees_as_long_as_it_is_worked_on(
    clock: time_machine.Traveller, years: int, stays: bool
) -> None:
    session = answered_session(trainees=2)
    person = PersonFactory(last_name="ATTENTE")
    Trainee.objects.filter(pk=session.trainees.first().pk).update(person=person)  # type: ignore[union-attr]
    years_pass(12)
    clock.move_to(NOW, tick=False)
    Person.objects.filter(pk=person.pk).update(created_at=NOW - timedelta(days=365 * 13))
    TrainingSession.objects.filter(pk=session.pk).update(modified_at=NOW - timedelta(days=365 * years))
    apply_all()
    assert (Person.objects.get(pk=person.pk).last_name == "ATTENTE") is stays
    if not stays:
        with pytest.raises(DomainError, match="anonymisés"):
            reopen_session(session.pk, acting_officer(), today() + timedelta(days=10), "Oubliée")


def test_the_journal_says_what_went_and_not_who(past: Past, clock: time_machine.Traveller) -> None:
    nights(clock)
    person = Person.objects.get(certificates=past.certificate)
    entry_of = Erasure.objects.get(kind=Erasure.Kind.PERSON, number=person.number)
    assert entry_of.certificates == [past.certificate.number]
    assert Erasure.objects.filter(kind=Erasure.Kind.ACCOUNT).count() == 1
    assert Erasure.objects.filter(kind=Erasure.Kind.TRAINEE).exists()


def test_officers_who_answered_are_not_forgotten_before_their_time(clock: time_machine.Traveller) -> None:
    officer = acting_officer()
    clock.move_to(NOW, tick=False)
    apply_all()
    assert Person.objects.get(pk=officer.person_id).last_name == officer.person.last_name
