"""What people get wrong or try: each gets its clear answer, beside its field, and changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from forprev.accreditation.models import AccreditationStatus
from forprev.certification.forms import IdentityForm, TraineeForm
from forprev.certification.models import TrainingSession
from forprev.certification.rules.findings import Refused
from forprev.certification.services.entry import (
    FormUsedElsewhere,
    TraineeEntry,
    add_trainee,
    change_trainee,
    create_session,
    save_details,
    set_trainers,
)
from forprev.certification.services.exchange import send_to_trainer
from forprev.core.dates import add_months
from forprev.people.models import Person
from tests.certification.common import TODAY, nothing_changes, refused
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.certification import (
    details,
    draft_session,
    empty_draft,
    entity_of,
    send,
    trainee_entry,
    trainer,
    trainer_to_be,
)
from tests.factories.organisations import OrganisationFactory, acting_manager
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def told(session: TrainingSession, **changes: object) -> list[tuple[str, str | None, str]]:
    """What is said of these details, which are not kept."""
    typed = details(**changes)
    findings = refused(save_details, session.pk, entity_of(session), session.version, typed, complete=True)
    return [(f.rule, f.field, f.message) for f in findings]


def as_typed(known: Person, /, **changes: object) -> TraineeEntry:
    identity = {"last_name": known.last_name, "first_name": known.first_name, "birth_date": known.birth_date}
    return trainee_entry(**{**identity, **changes})


class TestTrainer:
    def test_whose_qualification_ends_the_day_before_the_session_s_end(self) -> None:
        session, person = draft_session(trainers=[]), trainer("SST-2", expires_on=YESTERDAY)
        (finding,) = refused(set_trainers, session.pk, entity_of(session), session.version, [person])
        assert (finding.rule, finding.field) == ("A34", "trainers")

    def test_whose_qualification_ends_that_very_day(self) -> None:
        session, person = draft_session(trainers=[]), trainer("SST-2", expires_on=TODAY)
        assert set_trainers(session.pk, entity_of(session), session.version, [person])

    def test_whose_qualification_ends_before_an_end_date_to_come(self) -> None:
        """Today it still is a trainer: the last of the four answers says why it cannot run this session."""
        session = draft_session(end_date=TOMORROW, trainers=[])
        person = trainer("SST-2", expires_on=TODAY)
        (finding,) = refused(set_trainers, session.pk, entity_of(session), session.version, [person])
        assert finding.message == "La qualification requise n’est pas valide au 17/03/2026."

    def test_who_is_among_the_trainees(self) -> None:
        person = trainer()
        for entry in (as_typed(person, person=person), as_typed(person, last_name=person.last_name.lower())):
            session = draft_session(entries=[entry], trainers=[])
            (finding,) = refused(set_trainers, session.pk, entity_of(session), session.version, [person])
            told_of = f"{session.trainees.get()} est formateur de cette session et ne peut pas y être stagiaire."
            assert finding.message == told_of


class TestAccreditation:
    def test_that_expired(self) -> None:
        session = empty_draft()
        accredit(session.organisation, ends_on=YESTERDAY)
        assert told(session) == [("B42", "level", "L’habilitation SST / 1 n’est pas valide au 16/03/2026.")]
        assert save_details(session.pk, entity_of(session), 1, details(end_date=YESTERDAY), complete=True)

    def test_that_has_not_begun(self) -> None:
        session = empty_draft()
        accredit(session.organisation, starts_on=TOMORROW)
        assert told(session) == [("B42", "level", "L’habilitation SST / 1 n’est pas valide au 16/03/2026.")]

    @pytest.mark.parametrize("status", [AccreditationStatus.SUSPENDED, AccreditationStatus.WITHDRAWN])
    def test_b09_that_is_suspended_or_withdrawn(self, status: str) -> None:
        session = empty_draft()
        accredit(session.organisation, status=status)
        assert [(rule, field) for rule, field, _ in told(session)] == [("B42", "level")]

    @pytest.mark.parametrize("status", [AccreditationStatus.SUSPENDED, AccreditationStatus.WITHDRAWN])
    def test_b09_that_is_suspended_before_the_sending(self, status: str) -> None:
        session = draft_session()
        held = session.accreditation
        assert held is not None
        held.status = status
        held.save()
        (finding,) = refused(send_to_trainer, session.pk, entity_of(session), session.version)
        assert (finding.rule, finding.field) == ("B42", "level")

    def test_that_is_not_the_delegate_s(self) -> None:
        organisation = OrganisationFactory()
        accredit(organisation, "SST", 1)
        acting = acting_delegate(accredit(organisation, "SST", 2))
        session = empty_draft(acting)
        (finding,) = refused(save_details, session.pk, acting, 1, details(), complete=True)
        assert (finding.field, finding.message) == ("level", "Vous n’avez pas d’habilitation SST / 1 en cours.")

    def test_that_is_another_entity_s(self) -> None:
        session = empty_draft()
        accredit(OrganisationFactory())
        assert told(session) == [("A30", "level", "Vous n’avez pas d’habilitation SST / 1 en cours.")]


class TestDate:
    def test_in_the_future(self) -> None:
        session = draft_session(end_date=TOMORROW)
        (finding,) = refused(send_to_trainer, session.pk, entity_of(session), session.version)
        assert finding.message == "La session se termine le 17/03/2026 : elle peut être envoyée à partir de ce jour."

    def test_older_than_the_limit(self) -> None:
        session = draft_session()
        accredit(session.organisation, starts_on=date(2024, 1, 1))
        oldest = add_months(TODAY, -3)
        (told_of,) = told(session, end_date=oldest - timedelta(days=1))
        assert told_of[:2] == ("B40", "end_date")
        assert "le délai a pris fin le 15/03/2026" in told_of[2]
        assert save_details(session.pk, entity_of(session), session.version, details(end_date=oldest), complete=True)

    @pytest.mark.parametrize("typed", ["31/02/1980", "29/02/2023", "32/01/1980", "1980", "hier", "01/02/1980x"])
    def test_that_does_not_exist(self, typed: str) -> None:
        form = TraineeForm({"key": uuid4(), "last_name": "Roux", "first_name": "Anne", "birth_date": typed})
        assert form.errors == {
            "birth_date": [
                "Cette date n’existe pas ou n’est pas écrite sous la forme JJ/MM/AAAA, par exemple 01/02/1980."
            ]
        }
        assert "birth_date" in IdentityForm({"last_name": "Roux", "first_name": "Anne", "birth_date": typed}).errors

    @pytest.mark.parametrize("born", [TODAY, TOMORROW, date(1899, 12, 31), date(9999, 12, 31), date(1, 1, 1)])
    def test_of_birth_of_nobody_alive(self, born: date) -> None:
        session = draft_session(trainees=0)
        (finding,) = refused(add_trainee, session.pk, entity_of(session), trainee_entry(birth_date=born), uuid4())
        assert finding.field == "birth_date"


class TestTrainee:
    def test_twice(self) -> None:
        session = draft_session(trainees=0)
        acting = entity_of(session)
        first = trainee_entry(last_name="Lévêque", first_name="Jean")
        add_trainee(session.pk, acting, first, uuid4())
        again = trainee_entry(last_name="LEVEQUE", first_name="jean", birth_date=first.birth_date)
        (finding,) = refused(add_trainee, session.pk, acting, again, uuid4())
        assert (finding.field, finding.message) == ("last_name", "Ce stagiaire figure déjà dans la session.")
        somebody_else = TraineeEntry(**{**vars(again), "somebody_else": True})
        assert refused(add_trainee, session.pk, acting, somebody_else, uuid4())

    def test_twice_under_two_names(self) -> None:
        known = PersonFactory()
        session = draft_session(trainees=0)
        add_trainee(session.pk, entity_of(session), as_typed(known, person=known), uuid4())
        again = trainee_entry(last_name="Autre", person=known)
        assert refused(add_trainee, session.pk, entity_of(session), again, uuid4())

    def test_corrected_into_another_one(self) -> None:
        session = draft_session(trainees=2)
        first, second = session.trainees.all()
        same = TraineeEntry(second.last_name, second.first_name, second.birth_date)
        assert refused(change_trainee, session.pk, first.pk, entity_of(session), same)

    def test_who_is_the_trainer(self) -> None:
        person = trainer()
        session = draft_session(trainers=[person], trainees=0)
        for entry in (
            as_typed(person),
            as_typed(person, person=person),
            as_typed(person, last_name=person.last_name.lower()),
            as_typed(person, somebody_else=True),
        ):
            findings = refused(add_trainee, session.pk, entity_of(session), entry, uuid4())
            assert "ne peut pas y être stagiaire" in findings[0].message

    @pytest.mark.parametrize("code", ["SST-1", "SST-2"])
    @pytest.mark.parametrize("inverted", [False, True])
    def test_who_is_the_trainer_by_name_whatever_is_said(self, code: str, inverted: bool) -> None:
        person = trainer("SST-3", last_name="MARTIN", first_name="Élodie", birth_date=date(1979, 5, 23))
        session = draft_session(code=code, trainers=[person], trainees=0)
        names = ("Elodie", "Martin") if inverted else ("Martin", "Elodie")
        entry = trainer_to_be if code == "SST-2" else trainee_entry
        typed = entry(last_name=names[0], first_name=names[1], birth_date=person.birth_date, somebody_else=True)
        assert refused(add_trainee, session.pk, entity_of(session), typed, uuid4())

    @pytest.mark.parametrize(("last_name", "born"), [("MARTINS", date(1979, 5, 23)), ("MARTIN", date(1979, 5, 24))])
    def test_who_looks_like_the_trainer_is_told_of_and_recorded(self, last_name: str, born: date) -> None:
        person = trainer(last_name="MARTIN", first_name="Élodie", birth_date=date(1979, 5, 23))
        typed = trainee_entry(last_name=last_name, first_name="Elodie", birth_date=born, somebody_else=True)
        session = send(draft_session(trainers=[person], trainees=0, entries=[typed]))
        assert [w for w in session.warnings if w["rule"] == "A34" and "ressemble" in w["message"]]

    def test_of_another_session(self) -> None:
        session, other = draft_session(trainees=1), draft_session(trainees=1)
        with pytest.raises(type(other.trainees.get()).DoesNotExist):
            change_trainee(session.pk, other.trainees.get().pk, entity_of(session), trainee_entry())


NAMES = {
    "empty": "",
    "blank": " \t\u00a0",
    "invisible": "\u200b\u200d",
    "of 300 characters": "a" * 300,
    "of 101 characters": "a" * 101,
    "of 100 ligatures": "\ufdfa" * 100,
    "a script": "<script>alert(1)</script>",
    "an attribute": '" onmouseover="alert(1)',
    "a formula": "=HYPERLINK(1)",
    "SQL": "Robert'); DROP TABLE people_person;--",
    "digits": "R2D2",
    "punctuation": "-'-",
    "a template": "{{ 7*7 }}",
    "null": "Jean\x00<b>",
    "emoji": "Jean 😀",
}


class TestName:
    @pytest.mark.parametrize("field", ["last_name", "first_name"])
    @pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
    def test_that_is_none(self, field: str, name: str) -> None:
        session = draft_session(trainees=1)
        trainee = session.trainees.get()
        typed = trainee_entry(**{field: name})
        (finding,) = refused(add_trainee, session.pk, entity_of(session), typed, uuid4())
        assert (finding.rule, finding.field) == ("A35", field)
        assert name.strip() == "" or name not in finding.message
        assert refused(change_trainee, session.pk, trainee.pk, entity_of(session), typed)

    @pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
    def test_that_the_form_refuses_as_the_service_does(self, name: str) -> None:
        form = TraineeForm({"key": uuid4(), "last_name": name, "first_name": "Anne", "birth_date": "01/02/1980"})
        if name != NAMES["of 100 ligatures"]:
            assert list(form.errors) == ["last_name"]

    @pytest.mark.parametrize("name", ["a" * 100, "D’ARTAGNAN", "Nguyễn", "Mac Gregor-O'Neill", "Ōe"])
    def test_that_is_one(self, name: str) -> None:
        session = draft_session(trainees=0)
        trainee = add_trainee(session.pk, entity_of(session), trainee_entry(last_name=name), uuid4())
        assert trainee.last_name == name


def test_a_form_of_somebody_else_s() -> None:
    """Its key names what it made: neither shown nor made again elsewhere."""
    acting, stranger, key = acting_manager(), acting_manager(), uuid4()
    create_session(acting, key)
    with nothing_changes(), pytest.raises(FormUsedElsewhere):
        create_session(stranger, key)


def test_a_form_that_comes_back_from_the_browser_s_history_loses_nobody() -> None:
    """The same key for somebody else, here or in another session, is another trainee; for the same person, the same."""
    session, other, key = draft_session(trainees=0), draft_session(trainees=0), uuid4()
    paul, sarah = trainee_entry(last_name="PREMIER"), trainee_entry(last_name="SECOND")
    first = add_trainee(session.pk, entity_of(session), paul, key)
    assert add_trainee(session.pk, entity_of(session), paul, key) == first
    assert add_trainee(session.pk, entity_of(session), sarah, key) != first
    assert add_trainee(other.pk, entity_of(other), paul, key) != first
    assert [t.last_name for t in session.trainees.all()] == ["PREMIER", "SECOND"]


def test_an_unknown_session() -> None:
    with pytest.raises(TrainingSession.DoesNotExist):
        save_details(2**62, acting_manager(), 1, details(), complete=True)


def test_a_refusal_names_each_fault() -> None:
    session = draft_session(trainees=0)
    typed = trainee_entry(last_name="", first_name="<b>", birth_date=TOMORROW)
    with pytest.raises(Refused) as refusal:
        add_trainee(session.pk, entity_of(session), typed, uuid4())
    assert [f.field for f in refusal.value.findings] == ["last_name", "first_name", "birth_date"]
