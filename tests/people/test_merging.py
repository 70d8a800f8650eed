"""B44: two records of one person are brought together, and nothing is lost."""

from __future__ import annotations

from uuid import uuid4

import pytest

from forprev.accounts.acting import System
from forprev.accounts.models import Account, Role
from forprev.certification.models import Certificate, Trainee
from forprev.certification.services.entry import TraineeEntry, add_trainee
from forprev.core.errors import DomainError
from forprev.organisations.models import Membership, NetworkRole
from forprev.people.merging import merge
from forprev.people.models import Person
from forprev.people.selectors import by_number
from tests.factories.accounts import AccountFactory
from tests.factories.certification import (
    draft_session,
    entity_of,
    issued_session,
    taken_over,
    trainee_entry,
    trainer,
    trainer_of,
)
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_officer
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

ACTOR, REASON = System(), "Deux fois la même personne"


def chosen(person: Person) -> TraineeEntry:
    return TraineeEntry(person.last_name, person.first_name, person.birth_date, person=person)


def test_b44_numbers_lead_to_the_person_kept() -> None:
    duplicate, kept = PersonFactory(), PersonFactory()
    gone = duplicate.number
    assert merge(duplicate.pk, kept.pk, ACTOR, REASON).kept == kept
    assert by_number(gone) == by_number(kept.number) == kept
    assert not Person.objects.filter(number=gone).exists()


def test_b44_certificates_enrolments_and_sessions_follow() -> None:
    session = issued_session(trainees=2)
    success = session.trainees.select_related("person").first()
    assert success is not None
    assert success.person is not None
    run_by = trainer_of(session).person
    kept_trainee, kept_trainer = PersonFactory(), PersonFactory()
    merge(success.person.pk, kept_trainee.pk, ACTOR, REASON)
    merge(run_by.pk, kept_trainer.pk, ACTOR, REASON)
    session.refresh_from_db()
    assert Trainee.objects.get(pk=success.pk).person == kept_trainee
    assert session.results_by == kept_trainer
    assert [t.person for t in session.trainers.all()] == [kept_trainer]
    assert kept_trainer.certificates.count() == 1


def test_b44_the_paper_keeps_saying_what_it_said() -> None:
    person, kept = trainer(), PersonFactory()
    certificate = Certificate.objects.get(person=person)
    merge(person.pk, kept.pk, ACTOR, REASON)
    moved = Certificate.objects.get(pk=certificate.pk)
    assert moved.person == kept
    assert (moved.holder_number, moved.holder_last_name) == (person.number, person.last_name)


def test_b44_the_trainee_of_a_pending_session_follows() -> None:
    duplicate, kept = PersonFactory(), PersonFactory()
    session = draft_session(entries=[chosen(duplicate), trainee_entry()])
    merge(duplicate.pk, kept.pk, ACTOR, REASON)
    assert session.trainees.filter(person=kept).count() == 1


def test_b44_two_trainees_of_one_session_are_not_one_person() -> None:
    duplicate, kept = PersonFactory(), PersonFactory()
    session = draft_session(entries=[chosen(duplicate), chosen(kept)])
    with pytest.raises(DomainError, match="stagiaires d’une même session"):
        merge(duplicate.pk, kept.pk, ACTOR, REASON)
    assert by_number(duplicate.number) == duplicate
    assert session.trainees.filter(person=duplicate).count() == 1


def test_b44_a_trainer_and_its_trainee_are_not_one_person() -> None:
    """Otherwise somebody would have given a result to itself."""
    known = PersonFactory()
    session = draft_session(entries=[chosen(known), trainee_entry()])
    run_by = trainer_of(session).person
    for duplicate, kept in ((known, run_by), (run_by, known)):
        with pytest.raises(DomainError, match="formateur et stagiaire d’une même session"):
            merge(duplicate.pk, kept.pk, ACTOR, REASON)
    assert Person.objects.filter(pk__in=(known.pk, run_by.pk)).count() == 2


def test_b44_roles_follow_and_are_held_once() -> None:
    here, there = OrganisationFactory(), OrganisationFactory()
    duplicate, kept = PersonFactory(), PersonFactory()
    for person, organisation in ((duplicate, here), (duplicate, there), (kept, here)):
        MembershipFactory(person=person, organisation=organisation)
    MembershipFactory(person=duplicate, organisation=here, role=Role.DELEGATE)
    acting_officer(person=duplicate)
    acting_officer(person=kept)
    merge(duplicate.pk, kept.pk, ACTOR, REASON)
    held = Membership.objects.filter(person=kept).values_list("organisation", "role")
    assert sorted(held) == sorted([(here.pk, Role.MANAGER), (there.pk, Role.MANAGER), (here.pk, Role.DELEGATE)])
    assert NetworkRole.objects.filter(person=kept).count() == 1


def test_b44_one_account_stays() -> None:
    first, second, without = AccountFactory(), AccountFactory(), PersonFactory()
    merge(first.person_id, second.person_id, ACTOR, REASON)
    assert Account.objects.get() == second
    merge(second.person_id, without.pk, ACTOR, REASON)
    assert Account.objects.get().person == without


def test_b44_the_history_names_who_brought_them_together_and_why() -> None:
    duplicate, kept = PersonFactory(), PersonFactory()
    taken_over(duplicate, "SST-1")
    session = draft_session(entries=[chosen(duplicate)])
    officer = acting_officer()
    merge(duplicate.pk, kept.pk, officer, REASON)
    trainee = session.trainees.get()
    last = trainee.events.order_by("-pgh_id").first()
    assert last.pgh_context.metadata["action"] == "merge_persons"
    assert last.pgh_context.metadata["actor_id"] == officer.person_id
    assert last.pgh_context.metadata["comment"] == REASON


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_b44_a_reason_is_asked_for(reason: str) -> None:
    duplicate, kept = PersonFactory(), PersonFactory()
    with pytest.raises(DomainError) as refusal:
        merge(duplicate.pk, kept.pk, ACTOR, reason)
    assert refusal.value.field == "reason"
    assert by_number(duplicate.number) == duplicate


def test_b44_nobody_is_merged_with_itself() -> None:
    person = PersonFactory()
    with pytest.raises(DomainError):
        merge(person.pk, person.pk, ACTOR, REASON)
    assert by_number(person.number) == person


def test_b44_a_session_created_by_the_duplicate_is_still_worked_on() -> None:
    session = draft_session()
    creator, kept = entity_of(session).person, PersonFactory()
    merge(creator.pk, kept.pk, ACTOR, REASON)
    session.refresh_from_db()
    assert session.created_by == session.last_actor == kept
    add_trainee(session.pk, entity_of(session), trainee_entry(), uuid4())
