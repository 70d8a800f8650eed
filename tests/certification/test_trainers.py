"""Who may run a session: rules A34, B22, B28 and B30."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forprev.certification.rules.trainers import verify_trainer
from forprev.certification.selectors.people import trainer_meant
from forprev.certification.services.entry import (
    save_details,
    set_trainers,
)
from forprev.certification.services.exchange import send_results, send_to_trainer
from forprev.core.errors import DomainError
from forprev.people.models import Person
from tests.certification.common import TODAY, found, nothing_changes, refused
from tests.factories.catalogue import qualification
from tests.factories.certification import (
    acting_trainer,
    details,
    draft_session,
    empty_draft,
    entity_of,
    results,
    send,
    taken_over,
    trainer,
)
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)


def verification(person: Person | None, code: str = "SST-1", end_date: date = TODAY) -> list[bool | None]:
    return [answer.holds for answer in verify_trainer(person, qualification(code), end_date).answers]


class TestTrainer:
    def test_a34_nobody(self) -> None:
        assert verification(None) == [False, None, None, None]

    def test_a34_somebody_without_the_role(self) -> None:
        person = PersonFactory()
        assert verification(person) == [True, False, False, None]
        taken_over(person, "SST-1")
        assert verification(person) == [True, False, False, None]

    def test_a34_a_trainer_of_something_else(self) -> None:
        assert verification(trainer("PRAPIBC-2")) == [True, True, False, None]

    def test_a34_a_trainer_of_this(self) -> None:
        assert verification(trainer("SST-2")) == [True, True, True, True]

    def test_a34_a_qualification_that_has_ended(self) -> None:
        assert verification(trainer("SST-2", expires_on=YESTERDAY)) == [True, False, True, False]

    @pytest.mark.parametrize(
        ("end_date", "valid"),
        [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)],
    )
    def test_b28_both_bounds_of_the_qualification_count(self, end_date: date, valid: bool) -> None:
        person = trainer("SST-2", issued_on=date(2026, 1, 1), expires_on=date(2026, 6, 30))
        assert verification(person, end_date=end_date) == [True, True, True, valid]

    def test_b28_any_of_several_certificates_will_do(self) -> None:
        person = trainer("SST-2", expires_on=YESTERDAY)
        taken_over(person, "SST-2", issued_on=TODAY)
        assert verification(person, end_date=YESTERDAY) == verification(person) == [True, True, True, True]

    @pytest.mark.parametrize(
        ("held", "code", "qualified"),
        [
            ("SST-2", "SST-1", True),
            ("SST-3", "SST-1", True),
            ("SST-3", "SST-2", True),
            ("SST-2", "SST-2", False),
            ("SST-3", "SST-3", True),
            ("SST-2", "SST-3", False),
        ],
    )
    def test_b22_sst_1_is_run_by_levels_2_and_3_and_sst_2_by_level_3(
        self, held: str, code: str, qualified: bool
    ) -> None:
        assert verification(trainer(held), code)[2] is qualified

    def test_a34_the_answers_disclose_no_date_of_the_trainer_s(self) -> None:
        person = trainer("SST-2", expires_on=date(2026, 2, 27))
        answers = verify_trainer(person, qualification("SST-1"), TODAY).answers
        assert "27/02/2026" not in " ".join(a.reason for a in answers)

    def test_a34_who_does_not_pass_is_not_named(self) -> None:
        session = draft_session()
        acting = entity_of(session)
        for person in (PersonFactory(), trainer("PRAPIBC-2"), trainer("SST-2", expires_on=YESTERDAY)):
            findings = refused(set_trainers, session.pk, acting, session.version, [person])
            assert [(f.rule, f.field) for f in findings] == [("A34", "trainers")]

    def test_a34_named_by_number_or_by_identity(self) -> None:
        person = trainer(last_name="Lévêque", first_name="Anne")
        assert trainer_meant(number=person.number.lower()) == person
        assert trainer_meant("", "LEVEQUE", "anne", person.birth_date) == person
        assert trainer_meant("", "LEVEQUE", "anne", person.birth_date + timedelta(days=1)) is None
        assert trainer_meant("", "LEVEQUE", "anne") is None

    def test_a34_among_homonyms_the_trainer_is_meant(self) -> None:
        homonym = PersonFactory(last_name="Lévêque", first_name="Anne")
        person = trainer(last_name="Leveque", first_name="Anne", birth_date=homonym.birth_date)
        assert trainer_meant("", "Lévêque", "Anne", homonym.birth_date) == person

    def test_a34_checked_again_when_sent(self) -> None:
        """The date moved past the qualification's end after the trainer was named."""
        session = draft_session(end_date=TODAY - timedelta(days=9), trainers=[trainer("SST-2", expires_on=TODAY)])
        acting = entity_of(session)
        own = session.trainers.get().person.certificates.get()
        session = save_details(session.pk, acting, session.version, details("SST-1"), complete=True)
        assert own.expires_on == TODAY
        assert found(session, "A34") == []
        session = save_details(
            session.pk, acting, session.version, details(end_date=TODAY + timedelta(days=1)), complete=True
        )
        assert [f.field for f in found(session, "A34")] == ["trainers"]

    def test_a34_a_session_without_a_trainer_is_not_sent(self) -> None:
        session = draft_session(trainers=[])
        assert "A34" in {f.rule for f in refused(send_to_trainer, session.pk, entity_of(session), session.version)}

    def test_a34_the_trainer_comes_after_certificate_and_date(self) -> None:
        session, person = empty_draft(), trainer()
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            set_trainers(session.pk, entity_of(session), 1, [person])
        assert refusal.value.field == "trainers"

    def test_b30_a_mixed_session_has_two_trainers(self) -> None:
        one, other = trainer("Catec-2"), trainer("Catec-2")
        session = draft_session(code="Catec-1-M", trainers=[one])
        acting = entity_of(session)
        assert "B30" in {f.rule for f in refused(send_to_trainer, session.pk, acting, session.version)}
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            set_trainers(session.pk, acting, session.version, [one, one])
        assert refusal.value.code == "B30"
        session = set_trainers(session.pk, acting, session.version, [one, other])
        session = send(session)
        assert session.state == "trainer"

    def test_b30_both_trainers_pass_the_verification(self) -> None:
        session = draft_session(code="Catec-1-M")
        pair = [trainer("Catec-2"), trainer("SST-2")]
        assert refused(set_trainers, session.pk, entity_of(session), session.version, pair)

    def test_b30_either_trainer_gives_the_results(self) -> None:
        session = send(draft_session(code="Catec-1-M"))
        second = session.trainers.get(position=2).person
        session = send_results(session.pk, acting_trainer(second), session.version, results(session))
        assert session.results_by == second
