"""B44: whatever two records of one person have, merging loses and doubles nothing, and undoing gives it all back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.db.models import Model
from hypothesis import given, settings
from hypothesis import strategies as st

from forprev.accounts.acting import System
from forprev.accounts.models import PasswordLink, Role, Session, Totp
from forprev.accounts.selectors import find_account
from forprev.accreditation.models import Delegation
from forprev.certification.models import CertificateEnd, SessionTrainer
from forprev.certification.services.entry import TraineeEntry, add_trainee
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.network.models import CalendarFeed, Recipient, TargetedMessage
from forprev.organisations.models import FundAttachment
from forprev.people.merging import forget_old_merges, merge, preview_merge, undo_merge
from forprev.people.models import IssuedNumber, Lookup, Merge, Person
from forprev.people.selectors import by_number
from forprev.support.services import refuse_correction
from tests.concurrency import together
from tests.factories.accounts import PASSWORD, AccountFactory, browser_of
from tests.factories.accreditation import accredit
from tests.factories.certification import draft_session, entity_of, taken_over, trainee_entry
from tests.factories.dossiers import first_request
from tests.factories.organisations import (
    MembershipFactory,
    OrganisationFactory,
    acting_manager,
    acting_officer,
    fund,
)
from tests.factories.people import PersonFactory
from tests.factories.support import acting_agent, asked

pytestmark = pytest.mark.django_db

ACTOR, REASON = System(), "Deux fois la même personne"
NOT_COMPARED = {"people.Merge", "notices.OutgoingMail"}
"""What merging itself writes."""

Row = dict[str, Any]
Snapshot = dict[str, dict[Any, Row]]


def everything() -> Snapshot:
    """Every row of every table of ours, history aside, but for what merging itself writes."""
    return {
        model._meta.label: {row[model._meta.pk.attname]: row for row in model._base_manager.values()}
        for model in ours()
        if model._meta.label not in NOT_COMPARED
    }


def ours() -> Iterator[type[Model]]:
    for model in apps.get_models():
        if model.__module__.startswith("forprev.") and not hasattr(model, "pgh_id"):
            yield model


def refers_to(person_id: int) -> list[str]:
    """The fields of our tables that lead to this person."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.concrete_fields
        if field.related_model is Person and model._base_manager.filter(**{field.name: person_id}).exists()
    ]


@contextmanager
def world_of_its_own() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Has:
    """What one of the people has, among what the others may have too."""

    account: bool
    second_factor: bool
    manages: tuple[bool, bool]
    delegate_of: tuple[frozenset[int], frozenset[int]]
    officer: bool
    fund: str
    certificates: int
    enrolled: bool
    ran: bool
    created: bool
    correction: bool
    applied: bool
    addressed: bool
    cancelled: bool


HAS = st.builds(
    Has,
    account=st.booleans(),
    second_factor=st.booleans(),
    manages=st.tuples(st.booleans(), st.booleans()),
    delegate_of=st.tuples(*[st.frozensets(st.integers(0, 2))] * 2),
    officer=st.booleans(),
    fund=st.sampled_from(["", "bretagne", "normandie"]),
    certificates=st.integers(0, 2),
    enrolled=st.booleans(),
    ran=st.booleans(),
    created=st.booleans(),
    correction=st.booleans(),
    applied=st.booleans(),
    addressed=st.booleans(),
    cancelled=st.booleans(),
)


def populate(people: list[Has]) -> list[Person]:
    places = [OrganisationFactory(), OrganisationFactory()]
    accreditations = [[accredit(place, code, 1) for code in ("SST", "PRAPIBC", "PRAP2S")] for place in places]
    agent, other = acting_agent(), draft_session(trainees=1)
    records = [_one(has, places, accreditations, agent, other) for has in people]
    message = TargetedMessage.objects.create(author=records[0], creation_key=uuid4())
    for has, person in zip(people, records, strict=True):
        if has.addressed:
            Recipient.objects.create(message=message, person=person)
    return records


def _one(has: Has, places: list[Any], accreditations: list[list[Any]], agent: Any, other: Any) -> Person:
    person = PersonFactory()
    if has.account:
        account = AccountFactory(person=person)
        PasswordLink.objects.create(account=account, token_hash=person.number.lower())
        browser_of(account)
        CalendarFeed.objects.create(account=account, token_hash=person.number.lower())
        if has.second_factor:
            Totp.objects.create(account=account, secret="x")
    for place, offered, manages, attached in zip(places, accreditations, has.manages, has.delegate_of, strict=True):
        if manages:
            MembershipFactory(person=person, organisation=place)
        if attached:
            held = MembershipFactory(person=person, organisation=place, role=Role.DELEGATE)
            Delegation.objects.bulk_create(Delegation(membership=held, accreditation=offered[n]) for n in attached)
    if has.officer:
        acting_officer(person=person)
    if has.fund:
        FundAttachment.objects.create(person=person, fund=fund(has.fund))
    for code in ["SST-1", "SST-2"][: has.certificates]:
        taken_over(person, code)
    if has.enrolled:
        entry = TraineeEntry(person.last_name, person.first_name, person.birth_date, person=person)
        draft_session(entries=[entry])
    if has.ran:
        SessionTrainer.objects.create(session=other, person=person, position=other.trainers.count() + 1)
    if has.created:
        draft_session(acting_manager(person=person), trainees=0, entries=[])
    if has.correction:
        refuse_correction(asked(person, message="x").pk, agent, "Non.")
    if has.cancelled:
        ended = taken_over(PersonFactory(), "SST-1")
        CertificateEnd.objects.create(certificate=ended, kind="cancelled", reason=REASON, at=now(), by=person)
    first_request(person, pieces=False)
    Lookup.objects.create(by=person, subject="x")
    return person


@settings(max_examples=25, deadline=None)
@given(people=st.lists(HAS, min_size=2, max_size=4), chance=st.randoms(use_true_random=False))
def test_b44_nothing_is_lost_nothing_doubled_and_undoing_gives_all_back(people: list[Has], chance: Any) -> None:
    with world_of_its_own():
        records = [person.pk for person in populate(people)]
        Session.objects.all().delete()  # a merge signs out for good
        numbers = set(IssuedNumber.objects.values_list("number", flat=True))
        done: list[tuple[Merge, Snapshot]] = []
        while len(records) > 1:
            duplicate_id, kept_id = chance.sample(records, 2)
            before = everything()
            lines = [(line.label, line.count) for line in preview_merge(duplicate_id, kept_id).lines]
            assert everything() == before
            merged = merge(duplicate_id, kept_id, ACTOR, REASON)
            assert [tuple(line) for line in merged.lines] == lines
            records.remove(duplicate_id)
            assert refers_to(duplicate_id) == []
            assert set(IssuedNumber.objects.values_list("number", flat=True)) == numbers
            check_all_is_there_once(before, everything(), duplicate_id, kept_id)
            done.append((merged, before))
        while done:
            attempt = chance.choice(done)
            if attempt is done[-1]:
                merged, before = done.pop()
                undo_merge(merged.pk, ACTOR)
                assert everything() == before
            else:
                undone_out_of_order(attempt[0], done)


def undone_out_of_order(merged: Merge, done: list[tuple[Merge, Snapshot]]) -> None:
    """Refused where a later one stands on it, and then nothing happens; else it loses nothing either."""
    before = everything()
    with transaction.atomic():
        merged.refresh_from_db()
        try:
            undo_merge(merged.pk, ACTOR)
        except DomainError:
            assert everything() == before
        else:
            back = everything()
            assert {*before["people.Person"]} < {*back["people.Person"]}
            assert {*before["certification.Certificate"]} == {*back["certification.Certificate"]}
            assert {*before["certification.Trainee"]} == {*back["certification.Trainee"]}
        transaction.set_rollback(True)
    assert everything() == before


def check_all_is_there_once(before: Snapshot, after: Snapshot, duplicate_id: int, kept_id: int) -> None:
    """Every row is there, and leads to the person kept if it led to the duplicate, but for what that one had."""
    gone = {(label, pk) for label, rows in before.items() for pk in rows if pk not in after[label]}
    new = {(label, pk) for label, rows in after.items() for pk in rows if pk not in before[label]}
    assert new <= {("organisations.FundAttachment", kept_id)}
    may_go = {
        "people.Person",
        "accounts.Account",
        "accounts.PasswordLink",
        "accounts.Totp",
        "accounts.RecoveryCode",
        "accounts.Session",
        "organisations.Membership",
        "organisations.NetworkRole",
        "organisations.FundAttachment",
        "accreditation.Delegation",
        "certification.SessionTrainer",
        "network.CalendarFeed",
        "network.Recipient",
    }
    assert {label for label, _ in gone} <= may_go
    for label, fields in {
        "organisations.Membership": ("organisation_id", "role"),
        "organisations.NetworkRole": ("fund_id", "role"),
        "certification.SessionTrainer": ("session_id",),
        "network.Recipient": ("message_id",),
    }.items():
        held_before = {
            tuple(row[f] for f in fields)
            for row in before[label].values()
            if row["person_id"] in (duplicate_id, kept_id)
        }
        held = [tuple(row[f] for f in fields) for row in after[label].values() if row["person_id"] == kept_id]
        assert sorted(map(str, held)) == sorted(map(str, held_before))
    assert delegated(after, {kept_id}) == delegated(before, {duplicate_id, kept_id})
    assert len([a for a in after["accounts.Account"].values() if a["person_id"] == kept_id]) == any(
        a["person_id"] in (duplicate_id, kept_id) for a in before["accounts.Account"].values()
    )


def delegated(snapshot: Snapshot, people: set[int]) -> set[tuple[int, int]]:
    memberships = snapshot["organisations.Membership"]
    return {
        (memberships[row["membership_id"]]["organisation_id"], row["accreditation_id"])
        for row in snapshot["accreditation.Delegation"].values()
        if memberships[row["membership_id"]]["person_id"] in people
    }


def test_b44_every_table_that_leads_to_a_person_follows() -> None:
    """A row in each, made without any rule, leads to the person kept afterwards, or is gone; none stops the merge."""
    led = {f"{m._meta.label}.{f.name}" for m in ours() for f in m._meta.concrete_fields if f.related_model is Person}
    assert led == {
        "accounts.Account.person",
        "accounts.FactorReset.asked_by",
        "accounts.FactorReset.decided_by",
        "accreditation.Dossier.applicant",
        "accreditation.Dossier.assigned_to",
        "accreditation.DossierMessage.author",
        "certification.Certificate.person",
        "certification.CertificateEnd.by",
        "certification.SessionTrainer.person",
        "certification.Trainee.person",
        "certification.TraineeImport.by",
        "certification.TrainingSession.created_by",
        "certification.TrainingSession.last_actor",
        "certification.TrainingSession.results_by",
        "network.Recipient.person",
        "network.TargetedMessage.author",
        "notices.Notice.person",
        "notices.OutgoingMail.person",
        "organisations.DataChange.closed_by",
        "organisations.DataChange.sent_by",
        "organisations.FundAttachment.person",
        "organisations.Membership.person",
        "organisations.NetworkRole.person",
        "people.Consultation.by",
        "people.Consultation.person",
        "people.IssuedNumber.person",
        "people.Lookup.by",
        "people.Merge.by",
        "people.Merge.kept",
        "people.Merge.undone_by",
        "support.Consultation.agent",
        "support.Consultation.person",
        "support.ContactMessage.author",
        "support.ContactRequest.assigned_to",
        "support.ContactRequest.person",
        "support.ContactRequest.writer",
        "support.CorrectionRequest.closed_by",
        "support.CorrectionRequest.person",
    }, "a new table leads to a person: say in a merging.py what becomes of it, and here"


def test_b44_the_old_number_signs_in_and_both_do_after_the_undoing() -> None:
    duplicate, kept = AccountFactory(email="doublon@exemple.test"), AccountFactory()
    gone = duplicate.person.number
    done = merge(duplicate.person_id, kept.person_id, ACTOR, REASON)
    assert find_account(gone) == kept
    assert find_account("doublon@exemple.test") is None
    undo_merge(done.pk, ACTOR)
    again = find_account(gone)
    assert again is not None
    assert (again, again.email) == (duplicate, "doublon@exemple.test")
    assert again.check_password(PASSWORD)
    assert find_account(kept.person.number) == kept


def test_b44_a_merge_signs_the_closed_account_out() -> None:
    duplicate, kept = AccountFactory(), AccountFactory()
    browser = browser_of(duplicate)
    done = merge(duplicate.person_id, kept.person_id, ACTOR, REASON)
    undo_merge(done.pk, ACTOR)
    assert browser.get("/mon-profil").headers["Location"].startswith("/connexion")


def test_b44_what_came_since_stays_with_the_person_kept() -> None:
    duplicate, kept = PersonFactory(), PersonFactory()
    taken_over(duplicate, "SST-1")
    done = merge(duplicate.pk, kept.pk, ACTOR, REASON)
    later = taken_over(kept, "SST-2")
    membership = MembershipFactory(person=kept)
    undo_merge(done.pk, ACTOR)
    assert [c.qualification.code for c in duplicate.certificates.all()] == ["SST-1"]
    assert kept.certificates.get() == later
    assert kept.memberships.get() == membership


def test_b44_a_role_ended_since_does_not_come_back_to_life() -> None:
    organisation = OrganisationFactory()
    duplicate, kept = PersonFactory(), PersonFactory()
    for person in (duplicate, kept):
        MembershipFactory(person=person, organisation=organisation)
    done = merge(duplicate.pk, kept.pk, ACTOR, REASON)
    kept.memberships.update(ended_at=now())
    undo_merge(done.pk, ACTOR)
    assert duplicate.memberships.get().ended_at == kept.memberships.get().ended_at is not None


def test_b44_the_longer_of_two_terms_is_kept() -> None:
    organisation = OrganisationFactory()
    duplicate, kept = PersonFactory(), PersonFactory()
    MembershipFactory(person=duplicate, organisation=organisation)
    MembershipFactory(person=kept, organisation=organisation, ends_on=date(2030, 1, 1))
    done = merge(duplicate.pk, kept.pk, ACTOR, REASON)
    assert kept.memberships.get().ends_on is None
    undo_merge(done.pk, ACTOR)
    assert kept.memberships.get().ends_on == date(2030, 1, 1)


def test_b44_an_address_taken_meanwhile_stops_the_undoing_and_nothing_is_half_done() -> None:
    duplicate, kept = AccountFactory(email="doublon@exemple.test"), AccountFactory()
    taken_over(duplicate.person, "SST-1")
    done = merge(duplicate.person_id, kept.person_id, ACTOR, REASON)
    AccountFactory(email="doublon@exemple.test")
    before = everything()
    with pytest.raises(DomainError) as refusal:
        undo_merge(done.pk, ACTOR)
    assert refusal.value.code == "conflict"
    assert everything() == before
    assert Merge.objects.get().undone_at is None


def test_b44_thirty_days() -> None:
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False) as clock:
        first = merge(PersonFactory().pk, PersonFactory().pk, ACTOR, REASON)
        second = merge(PersonFactory().pk, PersonFactory().pk, ACTOR, REASON)
        assert first.last_day == date(2026, 4, 15)
        clock.shift(timedelta(days=30))
        forget_old_merges()
        undo_merge(first.pk, ACTOR)
        clock.shift(timedelta(days=1))
        with pytest.raises(DomainError) as refusal:
            undo_merge(second.pk, ACTOR)
        assert refusal.value.code == "too_late"
        clock.shift(timedelta(days=1))
        forget_old_merges()
        assert Merge.objects.get(pk=second.pk).undo == ""


def test_b44_what_an_undoing_needs_is_no_plain_text() -> None:
    account = AccountFactory(email="doublon@exemple.test", person=PersonFactory(last_name="Kerguelen"))
    done = merge(account.person_id, AccountFactory().person_id, ACTOR, REASON)
    assert done.undo
    assert not any(text in done.undo for text in ("doublon", "argon2", "Kerguelen"))


def test_b44_a_later_merge_is_undone_first() -> None:
    one, two, three = (PersonFactory() for _ in range(3))
    first, second = merge(one.pk, two.pk, ACTOR, REASON), merge(two.pk, three.pk, ACTOR, REASON)
    with pytest.raises(DomainError, match=f"annulez d’abord la fusion n°{second.pk}"):
        undo_merge(first.pk, ACTOR)
    undo_merge(second.pk, ACTOR)
    undo_merge(first.pk, ACTOR)
    assert [by_number(p.number) for p in (one, two, three)] == [one, two, three]


@pytest.mark.django_db(transaction=True)
def test_b44_each_into_the_other_at_the_same_moment() -> None:
    one, other = PersonFactory(), PersonFactory()
    outcomes = together(
        partial(merge, one.pk, other.pk, ACTOR, REASON), partial(merge, other.pk, one.pk, ACTOR, REASON)
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DomainError", "Merge"]
    assert Person.objects.filter(pk__in=(one.pk, other.pk)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_b44_undone_by_two_at_the_same_moment() -> None:
    duplicate, kept = PersonFactory(), PersonFactory()
    done = merge(duplicate.pk, kept.pk, ACTOR, REASON)
    outcomes = together(*[partial(undo_merge, done.pk, ACTOR)] * 2)
    assert outcomes == [done, done]
    assert by_number(duplicate.number) == duplicate


def test_b44_work_goes_on_for_the_person_given_back() -> None:
    session = draft_session()
    creator, kept = entity_of(session).person, PersonFactory()
    done = merge(creator.pk, kept.pk, ACTOR, REASON)
    undo_merge(done.pk, ACTOR)
    session.refresh_from_db()
    assert session.created_by == creator
    add_trainee(session.pk, entity_of(session), trainee_entry(), uuid4())
