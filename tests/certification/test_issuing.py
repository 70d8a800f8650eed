"""Certificates: rules A33, A38, A42 to A44, B26, B28, B42 and B46; made once, all or none."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from forprev.accounts.acting import roles_of
from forprev.accounts.models import Account, Role
from forprev.accreditation.models import AccreditationStatus
from forprev.catalogue.models import TemplateVersion
from forprev.certification.models import Certificate, Course, TrainingSession
from forprev.certification.services import issuing
from forprev.certification.services.entry import TraineeEntry, add_trainee
from forprev.certification.services.issuing import generate_certificates
from forprev.core import dates
from forprev.core.errors import Conflict, DomainError
from forprev.core.models import Counter
from forprev.core.workflow import NotAllowed
from forprev.people.models import Person
from forprev.people.services import create_person
from tests.certification.common import TODAY, go_to, nothing_changes, refused
from tests.factories.accounts import AccountFactory
from tests.factories.catalogue import new_rules, qualification, rules
from tests.factories.certification import (
    answer,
    answered_session,
    draft_session,
    entity_of,
    issued_session,
    send,
    sent_session,
    taken_over,
    trainee_entry,
    trainer,
    trainer_of,
    trainer_to_be,
)
from tests.factories.organisations import acting_manager
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db


class TestDates:
    @pytest.mark.parametrize("ended", [0, 1, 45])
    def test_a33_validity_starts_on_the_end_date(self, ended: int) -> None:
        """Whenever the certificates are generated."""
        end_date = TODAY - timedelta(days=ended)
        session = issued_session(trainees=1, end_date=end_date)
        assert session.certificates.get().issued_on == end_date

    @pytest.mark.parametrize(
        ("code", "end_date", "expires_on"),
        [
            ("SST-1", date(2026, 6, 2), date(2028, 6, 2)),
            ("SST-2", date(2022, 12, 1), date(2025, 12, 1)),
            ("SST-2", date(2022, 2, 17), date(2025, 2, 17)),
            ("SST-1", date(2024, 2, 29), date(2026, 2, 28)),
            ("SST-2", date(2024, 2, 29), date(2027, 2, 28)),
            ("Catec-1-S", date(2024, 2, 29), date(2027, 2, 28)),
            ("SST-1", date(2025, 12, 31), date(2027, 12, 31)),
        ],
    )
    def test_a43_validity_ends_the_same_day_and_month(
        self, clock: time_machine.Traveller, code: str, end_date: date, expires_on: date
    ) -> None:
        go_to(clock, end_date)
        certificate = issued_session(code=code, trainees=1).certificates.get()
        assert certificate.expires_on == expires_on
        assert certificate.is_valid_on(end_date)
        assert certificate.is_valid_on(expires_on)
        assert not certificate.is_valid_on(expires_on + timedelta(days=1))
        assert not certificate.is_valid_on(end_date - timedelta(days=1))

    @pytest.mark.parametrize(
        ("effective_on", "expires_on"), [(TODAY, date(2027, 3, 16)), (TODAY + timedelta(days=1), date(2028, 3, 16))]
    )
    def test_b20_the_validity_is_that_of_the_rules_on_the_last_day(
        self, clock: time_machine.Traveller, effective_on: date, expires_on: date
    ) -> None:
        """Generated once the new rules are in force: what counts is when the session ended."""
        session = answered_session(trainees=1)
        new_rules("SST-1", effective_on, validity_months=12)
        go_to(clock, TODAY + timedelta(days=30))
        session = generate_certificates(session.pk, entity_of(session))
        assert session.certificates.get().expires_on == expires_on


class TestOnce:
    def test_a38_those_who_succeeded_and_nobody_else(self) -> None:
        session = answered_session(trainees=5, failures=2)
        session = generate_certificates(session.pk, entity_of(session), session.version)
        certified = {c.trainee_id for c in session.certificates.all()}
        assert certified == set(session.trainees.filter(result="success").values_list("pk", flat=True))
        assert len(certified) == 3

    def test_a38_nobody_succeeded(self) -> None:
        session = issued_session(trainees=2, failures=2)
        assert (session.state, session.certificates.count(), Counter.objects.count()) == ("issued", 0, 0)

    @pytest.mark.parametrize("stage", [draft_session, sent_session])
    def test_a38_not_before_the_trainer_s_results(self, stage: object) -> None:
        session = stage(trainees=1)  # type: ignore[operator]
        session.trainees.update(result="success")
        with nothing_changes(), pytest.raises(NotAllowed):
            generate_certificates(session.pk, entity_of(session))

    def test_a38_asked_twice_it_answers_twice_and_makes_one_set(self) -> None:
        session = answered_session()
        acting, colleague, version = entity_of(session), acting_manager(session.organisation), session.version
        first = generate_certificates(session.pk, acting, version)
        with nothing_changes():
            second = generate_certificates(session.pk, acting, version)
            third = generate_certificates(session.pk, colleague, version)
        assert first == second == third
        assert second.state == "issued"

    def test_a38_a_stale_page_generates_nothing(self) -> None:
        session = answered_session()
        with nothing_changes(), pytest.raises(Conflict):
            generate_certificates(session.pk, entity_of(session), session.version - 1)

    def test_a38_the_trainer_asking_for_what_is_done_is_refused(self) -> None:
        session = issued_session()
        with nothing_changes(), pytest.raises(NotAllowed):
            generate_certificates(session.pk, trainer_of(session))

    def test_numbers_follow_each_other_in_each_series(self, clock: time_machine.Traveller) -> None:
        for code, size in (("SST-1", 3), ("SST-2", 2), ("SST-1", 2)):
            issued_session(code=code, trainees=size, failures=1)
        go_to(clock, date(2027, 1, 4))
        issued_session(trainees=1)
        numbers = Certificate.objects.exclude(session=None).order_by("number").values_list("number", flat=True)
        assert list(numbers) == [
            "SST-1/2026/000001",
            "SST-1/2026/000002",
            "SST-1/2026/000003",
            "SST-1/2027/000001",
            "SST-2/2026/000001",
        ]

    def test_all_or_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The generation dies once the certificates are written: the session can be generated again, without a gap."""
        session = answered_session(code="SST-2", trainees=3)

        def die(*_: object) -> None:
            raise OSError("no space left on device")

        with monkeypatch.context() as fault, nothing_changes():
            fault.setattr(issuing, "last_download_day", die)
            with pytest.raises(OSError, match="no space"):
                generate_certificates(session.pk, entity_of(session), session.version)
        session = generate_certificates(session.pk, entity_of(session), session.version)
        numbers = [c.number for c in session.certificates.order_by("number")]
        assert numbers == [f"SST-2/2026/{n:06}" for n in (1, 2, 3)]

    def test_an_address_taken_meanwhile_stops_everything_and_says_whose(self) -> None:
        session = draft_session(code="SST-2", entries=[trainer_to_be(), trainer_to_be(email="prise@exemple.test")])
        session = answer(send(session))
        AccountFactory(email="Prise@exemple.test")
        trainee = session.trainees.get(email="prise@exemple.test")
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            generate_certificates(session.pk, entity_of(session))
        assert refusal.value.code == "A35"
        assert str(trainee) in refusal.value.message

    def test_generation_costs_little_for_each_trainee(self) -> None:
        def cost(size: int, *, known: bool) -> int:
            entries = [trainee_entry(person=PersonFactory()) if known else trainee_entry() for _ in range(size)]
            session = answer(send(draft_session(entries=entries)))
            acting = entity_of(session)
            with CaptureQueriesContext(connection) as queries:
                generate_certificates(session.pk, acting)
            return len(queries)

        assert cost(5, known=True) == cost(10, known=True)
        assert cost(10, known=False) - cost(5, known=False) <= 5 * 8


class TestConditions:
    def test_b42_an_accreditation_that_ends_on_the_end_date_serves(self, clock: time_machine.Traveller) -> None:
        session = answered_session(trainees=1)
        assert session.accreditation is not None
        session.accreditation.ends_on = TODAY
        session.accreditation.save()
        go_to(clock, TODAY + timedelta(days=30))
        assert generate_certificates(session.pk, entity_of(session)).state == "issued"

    @pytest.mark.parametrize("fault", ["ended", "not begun", *AccreditationStatus.values])
    def test_b42_b09_an_accreditation_that_no_longer_serves_stops_generation(self, fault: str) -> None:
        session = answered_session(trainees=1)
        held = session.accreditation
        assert held is not None
        match fault:
            case "ended":
                held.ends_on = TODAY - timedelta(days=1)
            case "not begun":
                held.starts_on = TODAY + timedelta(days=1)
            case _:
                held.status = fault
        held.save()
        if fault == AccreditationStatus.ACTIVE:
            assert generate_certificates(session.pk, entity_of(session)).state == "issued"
        else:
            assert [f.rule for f in refused(generate_certificates, session.pk, entity_of(session))] == ["B42"]

    def test_b28_the_trainer_s_qualification_is_asked_again(self) -> None:
        session = answered_session(trainees=1)
        rules("SST-1").taught_by.set([qualification("SST-3")])
        assert [f.rule for f in refused(generate_certificates, session.pk, entity_of(session))] == ["B28"]

    def test_b28_valid_on_the_end_date_it_may_have_ended_since(self, clock: time_machine.Traveller) -> None:
        session = answered_session(trainees=1, trainers=[trainer(expires_on=TODAY)])
        go_to(clock, TODAY + timedelta(days=20))
        assert generate_certificates(session.pk, entity_of(session)).state == "issued"


class TestHolders:
    def test_a44_an_acteur_gets_a_number_without_an_account(self) -> None:
        session = issued_session(trainees=1)
        certificate = session.certificates.get()
        assert certificate.holder_number == certificate.person.number
        assert not Account.objects.exists()
        assert roles_of(certificate.person) == []

    def test_a44_who_failed_gets_none(self) -> None:
        people = Person.objects.count
        session = answered_session(trainees=1, failures=1)
        before = people()
        generate_certificates(session.pk, entity_of(session))
        assert people() == before

    def test_a44_the_same_identity_keeps_its_number(self) -> None:
        known = create_person(last_name="Lévêque", first_name="Jean-Pierre", birth_date=date(1975, 4, 20))
        typed = trainee_entry(last_name="LEVEQUE", first_name="Jean Pierre", birth_date=known.birth_date)
        numbers = {issued_session(entries=[typed]).certificates.get().holder_number for _ in range(2)}
        assert numbers == {known.number}

    def test_a44_other_identities_get_other_numbers(self) -> None:
        session = issued_session(trainees=6)
        assert len(set(session.certificates.values_list("holder_number", flat=True))) == 6

    def test_a44_a_formateur_is_never_taken_for_a_homonym_without_a_word(self) -> None:
        homonym = PersonFactory()
        identity = {"last_name": homonym.last_name, "first_name": homonym.first_name, "birth_date": homonym.birth_date}
        typed = trainer_to_be(**identity, somebody_else=True)
        assert issued_session(code="SST-2", entries=[typed]).certificates.get().person != homonym

    def test_a41_a_success_makes_a_trainer(self, clock: time_machine.Traveller) -> None:
        session = issued_session(code="SST-2", trainees=1)
        person = session.certificates.get().person
        assert [a.role for a in roles_of(person)] == [Role.TRAINER]
        go_to(clock, date(2029, 3, 17))
        assert roles_of(person) == []

    def test_b26_a_refresher_of_sst_3_also_renews_sst_2(self) -> None:
        candidate = AccountFactory().person
        taken_over(candidate, "SST-3")
        entries = [trainee_entry(person=candidate)]
        session = issued_session(code="SST-3", course=Course.REFRESHER, entries=entries)
        made = session.certificates.order_by("qualification__code")
        assert [(c.qualification.code, c.person, c.expires_on) for c in made] == [
            ("SST-2", candidate, date(2029, 3, 16)),
            ("SST-3", candidate, date(2029, 3, 16)),
        ]
        assert {c.number for c in made} == {"SST-2/2026/000001", "SST-3/2026/000001"}

    @pytest.mark.parametrize(("code", "course"), [("SST-3", Course.INITIAL), ("SST-2", Course.REFRESHER)])
    def test_b26_nothing_else_renews_another(self, code: str, course: str) -> None:
        assert issued_session(code=code, course=course, trainees=1).certificates.count() == 1


class TestPaper:
    def test_a42_the_row_holds_what_the_paper_says(self) -> None:
        typed = trainee_entry(last_name="Gouroux", first_name="Nicolas", birth_date=date(1980, 1, 2))
        session = issued_session(code="SST-2", entries=[TraineeEntry(**{**vars(typed), "email": "n@exemple.test"})])
        made = session.certificates.get()
        assert (made.scheme_name, made.title) == ("SST", "Certificat former des sauveteurs secouristes du travail")
        assert (made.signatory_name, made.signatory_title) == (
            qualification("SST-2").signatory.name,
            qualification("SST-2").signatory.title,
        )
        assert made.organisation_name == session.organisation.name
        assert (made.holder, made.holder_birth_date) == ("GOUROUX Nicolas", date(1980, 1, 2))
        assert made.holder_number == made.person.number
        assert (made.issued_on, made.expires_on) == (date(2026, 3, 16), date(2029, 3, 16))

    def test_b46_it_does_not_follow_later_changes_of_the_model(self) -> None:
        made = issued_session(trainees=1).certificates.get()
        held = qualification("SST-1")
        held.title, held.signatory.name = "Autre titre", "Autre nom"
        held.save()
        held.signatory.save()
        TemplateVersion.objects.create(template=held.template, number=2, state="published", published_at=dates.now())
        again = Certificate.objects.get(pk=made.pk)
        assert (again.title, again.signatory_name, again.template_version) == (
            made.title,
            made.signatory_name,
            made.template_version,
        )

    @pytest.mark.parametrize(
        "change", [{"holder_last_name": "AUTRE"}, {"expires_on": date(2099, 1, 1)}, {"number": "X"}, {"title": "X"}]
    )
    def test_b46_nobody_changes_what_it_says(self, change: dict[str, object]) -> None:
        made = issued_session(trainees=1).certificates.get()
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Certificate.objects.filter(pk=made.pk).update(**change)

    def test_b46_nobody_deletes_one(self) -> None:
        made = issued_session(trainees=1).certificates.get()
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            made.delete()

    def test_the_database_takes_no_second_certificate_of_one_success(self) -> None:
        made = issued_session(trainees=1).certificates.get()
        made.pk, made._state.adding, made.number, made.verification_code, made.typed_code = None, True, "X", "X", "X"
        with pytest.raises(DatabaseError, match="one_certificate_a_success"), transaction.atomic():
            made.save()


def test_a_merge_and_a_correction_between_entry_and_generation_lose_nobody() -> None:
    """The trainee's person is settled at generation, by the identity of that moment."""
    session = draft_session(trainees=0)
    typed = trainee_entry()
    add_trainee(session.pk, entity_of(session), typed, uuid4())
    session.refresh_from_db()
    session = answer(send(session))
    meanwhile = create_person(last_name=typed.last_name, first_name=typed.first_name, birth_date=typed.birth_date)
    session = generate_certificates(session.pk, entity_of(session))
    assert session.certificates.get().person == meanwhile
    assert TrainingSession.objects.get(pk=session.pk).trainees.get().person == meanwhile
