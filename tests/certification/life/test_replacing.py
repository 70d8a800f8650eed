"""A wrong identity on a certificate: never changed, replaced by a new one, with links both ways."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from forprev.accounts.acting import roles_of
from forprev.accounts.models import Role
from forprev.certification.life.selectors import history_of, wrongly_named
from forprev.certification.life.services import CORRECTED, cancel, cancel_session
from forprev.certification.models import Certificate, CertificateEnd, CertificationSettings, TrainingSession
from forprev.certification.selectors.certificates import downloadable_by
from forprev.certification.services.issuing import generate_certificates
from forprev.core.errors import DomainError
from forprev.core.models import Counter
from forprev.notices.models import Notice
from forprev.people.merging import merge
from forprev.people.models import Identity, Person
from forprev.people.services import correct_identity
from forprev.support.services import apply_correction
from tests.certification.common import TODAY, go_to
from tests.concurrency import together
from tests.factories.accounts import AccountFactory
from tests.factories.certification import (
    acting_trainer,
    answered_session,
    entity_of,
    issued_session,
    taken_over,
    trainee_entry,
    trainer,
    trainer_to_be,
)
from tests.factories.organisations import acting_national, acting_officer
from tests.factories.people import PersonFactory
from tests.factories.support import acting_agent, asked

pytestmark = pytest.mark.django_db

REASON = "Stagiaire absent le second jour, attesté par l’employeur"
BORN = date(1980, 2, 1)
WRONG, RIGHT = Identity("LEVEQUE", "Anne", BORN), Identity("LÉVÊQUE", "Annie", BORN)


def trained(*, code: str = "SST-1", others: int = 2, **options: Any) -> tuple[TrainingSession, Certificate]:
    """A session, and the certificate in it that bears the wrong identity."""
    make = trainer_to_be if code == "SST-2" else trainee_entry
    session = issued_session(code=code, entries=[make(**WRONG._asdict()), *(make() for _ in range(others))], **options)
    return session, session.certificates.get(holder_last_name="LEVEQUE")


def correct(person: Person, after: Identity = RIGHT) -> None:
    """As the hotline does."""
    correct_identity(person.pk, acting_agent(), before=Person.objects.get(pk=person.pk).identity, after=after)


def test_a04_the_hotline_corrects_and_the_certificate_is_replaced() -> None:
    session, was = trained()
    before = Certificate.objects.filter(pk=was.pk).values().get()
    AccountFactory(person=was.person)
    agent = acting_agent()
    apply_correction(asked(was.person, **RIGHT._asdict()).pk, agent)
    end = CertificateEnd.objects.get(certificate=was)
    now = end.replacement
    assert now is not None
    assert (end.kind, end.reason, end.by) == ("replaced", CORRECTED, agent.person)
    assert list(now.replaces.all()) == [end]
    assert Certificate.objects.filter(pk=was.pk).values().get() == before
    after = Certificate.objects.filter(pk=now.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed - {"created_at"} == {
        "id",
        "number",
        "verification_code",
        "typed_code",
        "qr_hash",
        "typed_hash",
        "edition",
        "holder_last_name",
        "holder_first_name",
    }
    assert now.holder_identity == RIGHT
    assert [e.action for e in history_of(Certificate.objects.get(pk=was.pk))] == ["Remplacement", "Délivrance"]
    assert session.certificates.standing().count() == 3


def test_a_correction_of_the_birth_date_counts_too() -> None:
    _, was = trained()
    correct(was.person, WRONG._replace(birth_date=date(1980, 1, 2)))
    now = Certificate.objects.get(edition=2)
    assert now.holder_birth_date == date(1980, 1, 2)


def test_only_what_is_valid_stands_and_carries_the_old_identity() -> None:
    person = PersonFactory(**WRONG._asdict())
    valid, expired = taken_over(person, "SST-1"), taken_over(person, "PRAP2S-1", expires_on=TODAY - timedelta(days=1))
    cancelled, last_day = taken_over(person, "SST-2"), taken_over(person, "PRAPIBC-1", expires_on=TODAY)
    cancel(cancelled.pk, acting_national(Role.NATIONAL_ADMINISTRATOR), REASON)
    other = taken_over(PersonFactory(**WRONG._asdict()), "SST-1")
    correct(person)
    assert {end.certificate for end in CertificateEnd.objects.filter(kind="replaced")} == {valid, last_day}
    assert set(Certificate.objects.standing().filter(edition=1)) == {expired, other}


def test_one_that_says_the_right_name_or_somebody_else_s_stays() -> None:
    """Typed with its accents already, or under a maiden name: this correction is not of it."""
    person = PersonFactory(**WRONG._asdict())
    for last_name in ("LÉVÊQUE", "DURAND"):
        person.last_name = last_name
        taken_over(person, "SST-1")
    person.refresh_from_db()
    correct(person, WRONG._replace(last_name="LÉVÊQUE"))
    assert not CertificateEnd.objects.exists()
    assert wrongly_named(person, WRONG, RIGHT, TODAY) != []


def test_a_second_correction_replaces_the_replacement() -> None:
    _, was = trained()
    correct(was.person)
    correct(was.person, RIGHT._replace(last_name="LÉVÊQUE-ROUX"))
    first, second, third = Certificate.objects.filter(trainee=was.trainee).order_by("edition")
    assert (first.end.replacement, second.end.replacement) == (second, third)
    assert [c.edition for c in (first, second, third)] == [1, 2, 3]
    assert third.holder_last_name == "LÉVÊQUE-ROUX"


class TestDownload:
    def test_a40_it_opens_again_for_fifteen_days_for_the_new_one_alone(self, clock: time_machine.Traveller) -> None:
        session, was = trained()
        entity = entity_of(session)
        later = TODAY + timedelta(days=60)
        go_to(clock, later)
        assert not downloadable_by(entity, later).exists()
        correct(was.person)
        now = Certificate.objects.get(edition=2)
        last = later + timedelta(days=15)
        assert list(downloadable_by(entity, later)) == [now]
        assert list(downloadable_by(entity, last)) == [now]
        assert not downloadable_by(entity, last + timedelta(days=1)).exists()
        CertificationSettings.objects.update_or_create(pk=1, defaults={"download_days": 100})
        assert list(downloadable_by(entity, later)) == [now]

    def test_a40_while_the_first_days_run_the_old_one_only_goes(self) -> None:
        session, was = trained()
        correct(was.person)
        fetched = set(downloadable_by(entity_of(session), TODAY))
        assert len(fetched) == 3
        assert was not in fetched

    def test_a41_a_trainer_fetches_the_new_one_and_stays_a_trainer(self) -> None:
        _, was = trained(code="SST-2", others=0)
        correct(was.person)
        assert [acting.role for acting in roles_of(was.person)] == [Role.TRAINER]
        (now,) = downloadable_by(acting_trainer(was.person), TODAY)
        assert (now.edition, now.holder_last_name) == (2, "LÉVÊQUE")


def test_the_holder_and_the_managers_are_told_what_to_do() -> None:
    session, was = trained(code="SST-2", others=0)
    manager = AccountFactory(person=session.created_by).person
    Notice.objects.all().delete()
    correct(was.person)
    now = Certificate.objects.get(edition=2)
    told = {notice.person: notice for notice in Notice.objects.select_related("person")}
    assert set(told) == {was.person, manager}
    assert told[manager].url == f"/sessions/{session.pk}/telechargements"
    assert "jusqu’au 31/03/2026 inclus" in told[manager].text
    assert told[was.person].url == "/certificats"
    for notice in told.values():
        assert f"n° {now.number}, qui remplace le n° {was.number}" in notice.text


def test_b44_after_a_merge_it_bears_the_number_of_the_person_kept() -> None:
    _, was = trained()
    duplicate, kept = was.person, PersonFactory(**WRONG._asdict())
    merge(duplicate.pk, kept.pk, acting_agent(), "Deux fois la même personne")
    correct(kept)
    now = Certificate.objects.get(edition=2)
    assert (now.person, now.holder_number) == (kept, kept.number)
    was.refresh_from_db()
    assert was.holder_number == duplicate.number


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["generate", "correct", "fail"]), st.integers(0, 5)), max_size=8))
def test_a42_numbers_stay_gapless_whatever_is_generated_corrected_or_undone(steps: list[tuple[str, int]]) -> None:
    """Sessions generated, identities corrected, corrections that fail at the last moment, in any order."""
    with transaction.atomic():
        run_by, agent = trainer(), acting_agent()
        issued_session(trainers=[run_by], trainees=2)
        for rank, (step, whom) in enumerate(steps):
            if step == "generate":
                issued_session(trainers=[run_by], trainees=whom % 3 + 1)
                continue
            held = list(Certificate.objects.standing().exclude(session=None).order_by("pk").select_related("person"))
            person = held[whom % len(held)].person
            after = person.identity._replace(first_name=f"Dominique-{'ABCDEFGH'[rank]}")
            try:
                with transaction.atomic():
                    correct_identity(person.pk, agent, before=person.identity, after=after)
                    if step == "fail":
                        raise DomainError("Trop tard.")
            except DomainError:
                continue
        made = Certificate.objects.exclude(session=None).order_by("number").values_list("number", flat=True)
        assert list(made) == [f"SST-1/{TODAY.year}/{n:06}" for n in range(1, len(made) + 1)]
        assert Counter.objects.get(key=f"SST-1/{TODAY.year}").last == len(made)
        for certificate in Certificate.objects.exclude(session=None).select_related("person"):
            assert (certificate.holder_identity == certificate.person.identity) is not hasattr(certificate, "end")
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    @pytest.mark.parametrize("turn", range(3))
    def test_cancelled_while_it_is_replaced(self, turn: int) -> None:
        """Either it is cancelled and has no replacement, or it is replaced and its cancelling is refused."""
        _, was = trained(others=0)
        officer, agent = acting_officer(), acting_agent()
        cancelled, corrected = together(
            partial(cancel, was.pk, officer, REASON),
            partial(correct_identity, was.person_id, agent, before=WRONG, after=RIGHT),
        )
        assert isinstance(corrected, Person), corrected
        end = CertificateEnd.objects.get(certificate=was)
        assert (end.kind == "cancelled") is isinstance(cancelled, CertificateEnd), cancelled
        assert Certificate.objects.filter(trainee=was.trainee).count() == (1 if end.kind == "cancelled" else 2)

    def test_a_whole_session_cancelled_while_one_is_replaced(self) -> None:
        session, was = trained()
        officer, agent = acting_officer(), acting_agent()
        done, corrected = together(
            partial(cancel_session, session.pk, officer, REASON),
            partial(correct_identity, was.person_id, agent, before=WRONG, after=RIGHT),
        )
        assert done == 3, done
        assert isinstance(corrected, Person), corrected
        assert not session.certificates.standing().exists()

    def test_corrected_twice_and_generated_meanwhile(self) -> None:
        _, was = trained(others=0)
        session, agent = answered_session(trainees=4), acting_agent()
        first, second, generated = together(
            partial(correct_identity, was.person_id, agent, before=WRONG, after=RIGHT),
            partial(correct_identity, was.person_id, agent, before=WRONG, after=RIGHT),
            partial(generate_certificates, session.pk, entity_of(session)),
        )
        assert sorted(type(each).__name__ for each in (first, second)) == ["DomainError", "Person"]
        assert getattr(generated, "state", generated) == "issued"
        numbers = Certificate.objects.exclude(session=None).order_by("number").values_list("number", flat=True)
        assert list(numbers) == [f"SST-1/2026/{n:06}" for n in range(1, 7)]
