"""What a group and each trainee must be: rules B23 to B32. Each blocks or warns as it says."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from forprev.certification.models import Course, TrainingSession
from forprev.certification.services.entry import TraineeEntry, add_trainee
from forprev.certification.services.exchange import return_with_comment, send_to_trainer
from forprev.certification.services.issuing import generate_certificates
from forprev.core.dates import add_months
from forprev.people.models import Person
from tests.certification.common import TODAY, found, refused
from tests.factories.certification import (
    answered_session,
    draft_session,
    entity_of,
    issued_session,
    send,
    taken_over,
    trainee_entry,
    trainer,
    trainer_of,
    trainer_to_be,
)
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)


def known(person: Person | None = None, **held: date | str) -> TraineeEntry:
    """A person on record, with the certificate `code` if one is given."""
    person = person or PersonFactory()
    if held:
        taken_over(person, **held)
    return trainee_entry(person=person, email=f"{person.number}@exemple.test")


def refresher(code: str, *entries: TraineeEntry) -> TrainingSession:
    return draft_session(code=code, course=Course.REFRESHER, entries=entries)


def accepted(session: TrainingSession) -> list[str]:
    """The rules whose warning was accepted at sending."""
    return [warning["rule"] for warning in send(session).warnings]


class TestGroup:
    @pytest.mark.parametrize(
        ("code", "size", "outside"),
        [
            ("SST-1", 3, True),
            ("SST-1", 4, False),
            ("SST-1", 10, False),
            ("SST-1", 11, True),
            ("SST-2", 4, True),
            ("SST-2", 5, False),
            ("SST-2", 10, False),
            ("SST-2", 11, True),
            ("SST-3", 5, True),
            ("SST-3", 6, False),
            ("SST-3", 12, False),
            ("SST-3", 13, True),
        ],
    )
    def test_b23_group_outside_limits_warns_and_is_recorded(self, code: str, size: int, outside: bool) -> None:
        session = draft_session(code=code, trainees=size)
        assert [f.blocking for f in found(session, "B23")] == [False] * outside
        sent = send(session)
        assert sent.state == "trainer"
        assert [w["rule"] for w in sent.warnings if w["rule"] == "B23"] == ["B23"] * outside

    def test_b23_without_limits_there_is_nothing_to_warn_of(self) -> None:
        assert found(draft_session(code="Catec-1-S", trainees=1), "B23") == []

    def test_b23_what_was_said_is_that_of_the_last_sending(self) -> None:
        session = send(draft_session(trainees=3))
        assert "3 stagiaires" in session.warnings[0]["message"]


class TestPrerequisites:
    def test_b24_a_prerequisite_neither_on_record_nor_declared_blocks(self) -> None:
        session = draft_session(code="SST-2", trainees=1)
        findings = refused(send_to_trainer, session.pk, entity_of(session), session.version)
        assert [(f.rule, f.declaration) for f in findings] == [
            ("B24", "prerequisite_declared"),
            ("B24", "bases_declared"),
        ]

    def test_b24_declared_it_passes(self) -> None:
        session = draft_session(code="SST-2", trainees=1)
        trainee = session.trainees.get()
        declared = [(trainee.pk, "prerequisite_declared"), (trainee.pk, "bases_declared")]
        session = send_to_trainer(session.pk, entity_of(session), session.version, declared)
        trainee.refresh_from_db()
        assert (session.state, trainee.prerequisite_declared, trainee.bases_declared) == ("trainer", True, True)

    def test_b24_what_was_declared_is_recorded_and_asked_again(self) -> None:
        session = send(draft_session(code="SST-2", trainees=1))
        assert [w["rule"] for w in session.warnings].count("B24") == 2
        session = return_with_comment(session.pk, trainer_of(session), session.version, "Un nom à corriger")
        asked = [(f.blocking, f.declaration) for f in found(session, "B24")]
        assert asked == [(False, "prerequisite_declared"), (False, "bases_declared")]

    def test_b24_a_declaration_for_another_trainee_does_not_count(self) -> None:
        session = draft_session(code="SST-2", trainees=2)
        first, second = session.trainees.all()
        declared = [(first.pk, "prerequisite_declared"), (first.pk, "bases_declared")]
        findings = refused(send_to_trainer, session.pk, entity_of(session), session.version, declared)
        assert {f.trainee_id for f in findings} == {second.pk}

    def test_b24_unticked_it_no_longer_counts(self) -> None:
        session = draft_session(code="SST-2", trainees=1)
        session.trainees.update(prerequisite_declared=True, bases_declared=True)
        assert refused(send_to_trainer, session.pk, entity_of(session), session.version)

    @pytest.mark.parametrize("code", ["SST-1", "APS-ASD-1"])
    def test_b24_b27_on_record_and_valid_only_the_bases_are_declared(self, code: str) -> None:
        session = draft_session(code="SST-2", entries=[known(code=code)])
        assert [f.declaration for f in found(session, "B24")] == ["bases_declared"]

    @pytest.mark.parametrize(
        ("expires_on", "declared"),
        [(TODAY, ["bases_declared"]), (YESTERDAY, ["prerequisite_declared", "bases_declared"])],
    )
    def test_b24_the_prerequisite_is_valid_on_the_end_date(self, expires_on: date, declared: list[str]) -> None:
        session = draft_session(code="SST-2", entries=[known(code="SST-1", expires_on=expires_on)])
        assert [f.declaration for f in found(session, "B24")] == declared

    def test_b24_another_scheme_is_no_prerequisite(self) -> None:
        session = draft_session(code="SST-2", entries=[known(code="PRAPIBC-1")])
        assert len(found(session, "B24")) == 2

    def test_b24_a_homonym_s_certificate_is_not_the_trainee_s(self) -> None:
        """At level formateur nobody is taken for the person of the same identity without a word."""
        holder = PersonFactory()
        taken_over(holder, "SST-1")
        homonym = trainer_to_be(
            last_name=holder.last_name, first_name=holder.first_name, birth_date=holder.birth_date, somebody_else=True
        )
        assert len(found(draft_session(code="SST-2", entries=[homonym]), "B24")) == 2

    def test_b24_level_acteur_asks_for_none(self) -> None:
        assert found(draft_session(), "B24") == []


class TestRefresher:
    def test_b25_no_earlier_certificate_warns_and_asks_for_a_declaration(self) -> None:
        session = refresher("SST-1", trainee_entry())
        (finding,) = found(session, "B25")
        assert (finding.blocking, finding.declaration) == (False, "earlier_declared")
        sent = send_to_trainer(session.pk, entity_of(session), session.version)
        assert "B25" in [w["rule"] for w in sent.warnings]

    def test_b25_the_declaration_is_kept(self) -> None:
        session = refresher("SST-1", trainee_entry())
        send(session)
        assert session.trainees.get().earlier_declared

    def test_b25_an_expired_certificate_only_warns(self) -> None:
        session = refresher("SST-1", known(code="SST-1", expires_on=YESTERDAY))
        (finding,) = found(session, "B25")
        assert (finding.blocking, finding.declaration) == (False, None)
        assert "n’est plus valide" in finding.message
        assert "B25" in accepted(session)

    def test_b25_a_valid_one_passes_in_silence(self) -> None:
        assert found(refresher("SST-1", known(code="SST-1", expires_on=TODAY)), "B25") == []

    def test_b25_another_family_does_not_count(self) -> None:
        (finding,) = found(refresher("SST-1", known(code="PRAPIBC-1")), "B25")
        assert finding.declaration == "earlier_declared"

    def test_b25_at_level_acteur_the_exact_identity_is_the_person(self) -> None:
        holder = PersonFactory()
        taken_over(holder, "SST-1")
        typed = trainee_entry(
            last_name=holder.last_name.lower(), first_name=holder.first_name, birth_date=holder.birth_date
        )
        assert found(refresher("SST-1", typed), "B25") == []

    def test_b25_an_initial_course_supposes_nothing(self) -> None:
        assert found(draft_session(), "B25") == []

    def test_b27_aps_counts_as_sst_for_a_refresher(self) -> None:
        assert found(refresher("SST-1", known(code="APS-ASD-1")), "B25") == []
        (finding,) = found(refresher("APS-ASD-1", known(code="SST-1")), "B25")
        assert finding.declaration == "earlier_declared"


class TestFailures:
    def entry_of(self, session: TrainingSession) -> TraineeEntry:
        trainee = session.trainees.order_by("pk").first()
        assert trainee is not None
        return TraineeEntry(trainee.last_name, trainee.first_name, trainee.birth_date)

    def test_b29_a_failure_keeps_a_trace_gives_nothing_and_allows_to_enrol_again(self) -> None:
        failed = issued_session(trainees=1, failures=1, end_date=TODAY)
        trainee = failed.trainees.get()
        assert (trainee.result, trainee.person, failed.certificates.count()) == ("failure", None, 0)
        again = draft_session(entries=[self.entry_of(failed)])
        assert found(again, "B29") == []
        assert send(again).state == "trainer"

    @pytest.mark.parametrize(("ended_on", "told"), [(date(2025, 9, 16), False), (date(2025, 9, 15), True)])
    def test_b29_past_six_months_a_new_course_is_advised(self, ended_on: date, told: bool) -> None:
        failed = late_session(ended_on, failures=1)
        again = draft_session(entries=[self.entry_of(failed)])
        assert [f.blocking for f in found(again, "B29")] == [False] * told

    def test_b29_nothing_is_advised_to_who_passed_since(self) -> None:
        failed = late_session(date(2025, 6, 2), failures=1)
        late_session(date(2025, 7, 2), entries=[self.entry_of(failed)])
        again = refresher("SST-1", self.entry_of(failed))
        assert found(again, "B29") == []

    def test_b29_a_result_counts_once_the_session_is_closed(self) -> None:
        """Until then it may still be corrected, and another entity has no business with it."""
        failed = late_session(date(2025, 6, 2), failures=1, closed=False)
        assert found(draft_session(entries=[self.entry_of(failed)]), "B29") == []


def late_session(ended_on: date, *, closed: bool = True, failures: int = 0, **options: object) -> TrainingSession:
    """A session of one trainee of long ago, finished late by leave of the fund."""
    session = answered_session(failures=failures, **{"trainees": 1, **options})
    TrainingSession.objects.filter(pk=session.pk).update(end_date=ended_on, reopened_until=TODAY)
    taken_over(session.trainers.get().person, "SST-2", issued_on=ended_on)
    session.accreditation.starts_on = add_months(ended_on, -12)
    session.accreditation.save()
    if closed:
        generate_certificates(session.pk, entity_of(session))
    session.refresh_from_db()
    return session


class TestAge:
    @pytest.mark.parametrize(("born", "blocked"), [(date(2008, 3, 16), False), (date(2008, 3, 17), True)])
    def test_b31_eighteen_at_the_end_of_the_session(self, born: date, blocked: bool) -> None:
        session = draft_session(code="Amiante-1-OC", entries=[trainee_entry(birth_date=born)])
        if blocked:
            findings = refused(send_to_trainer, session.pk, entity_of(session), session.version)
            assert [f.rule for f in findings] == ["B31"]
        else:
            assert send(session).state == "trainer"

    def test_b31_other_schemes_have_no_minimum(self) -> None:
        assert send(draft_session(entries=[trainee_entry(birth_date=date(2012, 3, 13))])).state == "trainer"

    @pytest.mark.parametrize("code", ["Amiante-1-OC", "Amiante-1-EC", "Amiante-1-ET", "Amiante-1-CF"])
    def test_b31_the_certificate_is_chosen_per_session(self, code: str) -> None:
        session = draft_session(code=code, trainers=[trainer("Amiante-2")], trainees=1)
        assert session.qualification is not None
        assert session.qualification.code == code


class TestExperience:
    def run(self, person: Person, *, ended_on: date, course: str, times: int) -> None:
        """Closed SST-1 sessions that the person ran as main trainer."""
        session = issued_session(trainers=[person], trainees=1)
        original = TrainingSession.objects.get(pk=session.pk)
        TrainingSession.objects.filter(pk=session.pk).update(end_date=ended_on, course=course)
        for _ in range(times - 1):
            copy = TrainingSession.objects.get(pk=original.pk)
            copy.pk, copy._state.adding, copy.creation_key = None, True, uuid4()
            copy.end_date, copy.course = ended_on, course
            copy.save()
            copy.trainers.create(person=person, position=1)

    @pytest.mark.parametrize(
        ("initial", "refreshers", "enough"), [(15, 15, True), (14, 16, False), (15, 14, False), (30, 0, True)]
    )
    def test_b32_thirty_sessions_of_which_fifteen_initial(self, initial: int, refreshers: int, enough: bool) -> None:
        person = trainer("SST-2")
        for course, times in ((Course.INITIAL, initial), (Course.REFRESHER, refreshers)):
            if times:
                self.run(person, ended_on=date(2024, 6, 3), course=course, times=times)
        session = draft_session(code="SST-3", entries=[known(person)])
        findings = found(session, "B32")
        assert [f.blocking for f in findings] == [False] * (not enough)
        if not enough:
            assert f"{initial + refreshers} sessions dont {initial} en stage initial" in findings[0].message

    @pytest.mark.parametrize(
        ("ended_on", "counted"),
        [(date(2022, 12, 31), 0), (date(2023, 1, 1), 1), (date(2025, 12, 31), 1), (date(2026, 1, 1), 0)],
    )
    def test_b32_over_the_three_previous_calendar_years(self, ended_on: date, counted: int) -> None:
        person = trainer("SST-2")
        self.run(person, ended_on=ended_on, course=Course.INITIAL, times=1)
        (finding,) = found(draft_session(code="SST-3", entries=[known(person)]), "B32")
        assert f"a animé {counted} session" in finding.message

    def test_b32_only_told_for_future_trainers_of_trainers(self) -> None:
        assert found(draft_session(code="SST-2", entries=[known()]), "B32") == []
        assert found(refresher("SST-3", known(code="SST-3")), "B32") == []


def test_b24_to_b32_are_told_on_a_complete_session_only() -> None:
    session = draft_session(code="SST-2", trainees=1)
    TrainingSession.objects.filter(pk=session.pk).update(end_date=None)
    assert found(session, "B24") == []


def test_a_trainee_added_after_the_check_is_checked_at_sending() -> None:
    session = draft_session(code="SST-2", trainees=0)
    add_trainee(session.pk, entity_of(session), trainer_to_be(), uuid4())
    session.refresh_from_db()
    assert refused(send_to_trainer, session.pk, entity_of(session), session.version)


def test_a35_a_line_is_not_the_person_whose_id_happens_to_be_its_own() -> None:
    session = draft_session(code="SST-2", entries=[trainer_to_be(), known()])
    recorded = session.trainees.exclude(person=None).get()
    session.trainees.filter(person=None).update(id=recorded.person_id)
    assert [finding.message for finding in found(session, "A35") if "deux fois" in finding.message] == []
