"""Passages: killed in the middle, held rows, rows that fail; the command; a restored backup."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Account
from forprev.certification.models import Certificate
from forprev.core.dates import NO_DAY, now
from forprev.people.models import Consultation, Erasure, IssuedNumber, Merge, Person, RetentionRule, RetentionRun
from forprev.people.retention import replaying, running
from forprev.people.retention.persons import anonymise
from forprev.people.retention.registry import Kind, kind_of
from forprev.people.retention.running import apply_kind, erasing, simulate
from forprev.people.selectors import same_identity
from tests.concurrency import together
from tests.factories.accounts import AccountFactory
from tests.factories.certification import taken_over
from tests.factories.people import PersonFactory

ROOT = Path(__file__).resolve().parents[2]
LONG_AGO = timedelta(days=365 * 12)


def aged(count: int, first: int = 0) -> None:
    """As many persons of long ago, whom nothing needs."""
    people = [
        Person(
            number=f"AB{chr(65 + n // 10_000)}{n % 10_000:05}",
            last_name=f"VIEUX{n}",
            first_name="Jean",
            search_last_name=f"VIEUX{n}",
            search_first_name="JEAN",
            birth_date=date(1950, 1, 1),
        )
        for n in range(first, first + count)
    ]
    Person.objects.bulk_create(people)
    IssuedNumber.objects.bulk_create(IssuedNumber(number=each.number, person=each) for each in people)
    Person.objects.update(created_at=now() - LONG_AGO)


def persons() -> Kind:
    found = kind_of("persons")
    assert found is not None
    return found


@pytest.mark.django_db
class TestRanges:
    def test_ranges_count_what_they_did(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(running, "RANGE", 4)
        aged(10)
        assert simulate(persons()) == 10
        run = apply_kind(persons())
        assert (run.examined, run.disposed, run.failed) == (10, 10, 0)
        assert run.ended_at is not None
        assert simulate(persons()) == 0
        assert Erasure.objects.count() == 10

    def test_a_range_takes_as_many_queries_whatever_it_holds(self) -> None:
        taken = []
        for count, first in ((10, 0), (400, 10)):
            aged(count, first)
            with CaptureQueriesContext(connection) as captured:
                apply_kind(persons())
            taken.append(len(captured))
        assert taken[0] == taken[1]

    def test_a_row_that_fails_does_not_stop_the_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        aged(5)
        guilty = Person.objects.order_by("pk")[2]

        def refuse(ids: list[int]) -> None:
            if guilty.pk in ids:
                raise DatabaseError("no")

        monkeypatch.setattr("forprev.people.retention.persons._steps", [refuse])
        run = apply_kind(persons())
        assert (run.examined, run.disposed, run.failed) == (5, 4, 1)
        assert Person.objects.exclude(last_name="").get() == guilty

    def test_a_longer_delay_keeps_them(self) -> None:
        aged(1)
        Person.objects.update(created_at=now() - timedelta(days=365 * 6))
        assert simulate(persons()) == 1
        RetentionRule.objects.filter(kind="persons").update(months=120)
        assert simulate(persons()) == 0
        assert simulate(persons(), 60) == 1

    def test_the_database_refuses_whoever_is_not_retention(self) -> None:
        certificate = taken_over(PersonFactory(), "SST-1", expires_on=(now() - LONG_AGO).date())
        erased = {
            "holder_last_name": "",
            "holder_first_name": "",
            "holder_number": "",
            "holder_birth_date": NO_DAY,
        }
        looked = Consultation.objects.create(by=certificate.person, role="Hotline", page="account")
        with pytest.raises(DatabaseError), transaction.atomic():
            looked.delete()
        mine = Certificate.objects.filter(pk=certificate.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            mine.update(**erased)
        for wrong in ({"holder_last_name": "AUTRE"}, {**erased, "number": "X"}, {**erased, "title": "Autre"}):
            with pytest.raises(DatabaseError), erasing("test"):
                mine.update(**wrong)
        valid = taken_over(certificate.person, "SST-1")
        with pytest.raises(DatabaseError), erasing("test"):
            Certificate.objects.filter(pk=valid.pk).update(**erased)
        with erasing("test"):
            mine.update(**erased)


@pytest.mark.django_db(transaction=True)
class TestBesideOthers:
    def test_a_person_who_is_held_waits_for_the_next_night(self) -> None:
        aged(3)
        held = Person.objects.order_by("pk")[1]

        def hold() -> None:
            with transaction.atomic():
                Person.objects.select_for_update().get(pk=held.pk)
                started.append(True)
                while not done:
                    time.sleep(0.01)

        def apply() -> None:
            while not started:
                time.sleep(0.01)
            apply_kind(persons())
            done.append(True)

        started: list[bool] = []
        done: list[bool] = []
        together(hold, apply)
        assert [person.pk for person in Person.objects.filter(anonymised_at=None)] == [held.pk]
        apply_kind(persons())
        assert not Person.objects.filter(anonymised_at=None).exists()

    def test_killed_in_the_middle_it_goes_on(self) -> None:
        aged(6_000)
        environment = {
            **os.environ,
            "DATABASE_URL": urlsplit(settings.DATABASE_URL)
            ._replace(path=f"/{connection.settings_dict['NAME']}")
            .geturl(),
            "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
            "FORPREV_DEBUG": "1",
            "FORPREV_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "manage.py", "apply_retention"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            while process.poll() is None and not Erasure.objects.exists():
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
        halfway = Person.objects.exclude(anonymised_at=None).count()
        assert halfway == Erasure.objects.count() > 0
        assert halfway < 6_000
        assert RetentionRun.objects.filter(kind="persons", ended_at=None).count() == 1
        apply_kind(persons())
        assert not Person.objects.filter(anonymised_at=None).exists()
        assert Erasure.objects.count() == 6_000
        assert Erasure.objects.order_by().values("number").distinct().count() == 6_000


@pytest.mark.django_db
class TestCommand:
    def said(self, *options: str) -> str:
        written = io.StringIO()
        call_command("apply_retention", *options, stdout=written)
        return written.getvalue()

    def test_it_counts_then_does(self) -> None:
        aged(3)
        assert "persons : 3" in self.said("--simulate")
        assert Person.objects.filter(anonymised_at=None).count() == 3
        assert "persons : 3 effacés sur 3, 0 en échec" in self.said()

    def test_a_restored_backup_brings_nobody_back(self, tmp_path: Path) -> None:
        person = PersonFactory(last_name="REVENANT")
        certificate = taken_over(person, "SST-1", expires_on=(now() - LONG_AGO).date())
        account = AccountFactory(person=PersonFactory())
        given_since = AccountFactory()
        before = transaction.savepoint()
        with erasing("test"):
            anonymise([person.pk])
        Erasure.objects.create(kind="account", number=account.person.number)
        Erasure.objects.create(kind="account", number=given_since.person.number, at=now() - timedelta(days=2))
        journal = tmp_path / "journal"
        assert "3 effacements écrits" in self.said("--journal", str(journal))
        for word in ("REVENANT", "Camille", "1980", account.email):
            assert word not in journal.read_text()
        assert json.loads(journal.read_text().splitlines()[0])["certificates"] == [certificate.number]

        transaction.savepoint_rollback(before)
        assert Person.objects.get(pk=person.pk).last_name == "REVENANT"
        assert "Personne anonymisée : 1" in self.said("--replay", str(journal))
        assert Person.objects.get(pk=person.pk).last_name == ""
        assert Certificate.objects.get(pk=certificate.pk).is_anonymised
        assert [kept.pk for kept in Account.objects.all()] == [given_since.pk]
        assert "Personne anonymisée : 0" in self.said("--replay", str(journal))

    @pytest.mark.parametrize("content", ["nonsense", "{}", '{"kind": "person", "number": "ABC12345"}', '{"kind": "x"}'])
    def test_another_file_is_refused_whole(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "file"
        path.write_text(content)
        with pytest.raises(CommandError, match="Ligne 1"):
            call_command("apply_retention", "--replay", str(path))
        with pytest.raises(CommandError):
            call_command("apply_retention", "--replay", str(tmp_path / "missing"))
        assert replaying.replay(io.StringIO("")) == {"person": 0, "account": 0, "trainee": 0}


@pytest.mark.django_db
class TestWhoIsSomebodyElse:
    """Of a merge that was undone."""

    def parted(self) -> tuple[Person, Person, Merge]:
        aged(2)
        kept, other = Person.objects.order_by("pk")
        done = Merge.objects.create(
            kept=kept,
            kept_number=kept.number,
            duplicate_id=other.pk,
            number=other.number,
            **other.identity._asdict(),
            reason="Même nom",
            at=now() - LONG_AGO,
            undone_at=now() - LONG_AGO,
        )
        return kept, other, done

    def test_whoever_was_parted_keeps_its_history(self) -> None:
        kept, other, _ = self.parted()
        taken_over(other, "SST-1")
        apply_kind(persons())
        kept.refresh_from_db()
        assert kept.anonymised_at
        assert set(other.events.values_list("last_name", flat=True)) == {other.last_name}  # type: ignore[attr-defined]

    def test_nothing_of_it_stays_with_the_other(self) -> None:
        kept, _, done = self.parted()
        taken_over(kept, "SST-1")
        apply_kind(persons())
        done.refresh_from_db()
        assert (done.last_name, done.first_name, done.reason) == ("", "", "")


@pytest.mark.django_db
def test_one_that_is_needed_again_is_told_anew() -> None:
    account = AccountFactory()
    Person.objects.filter(pk=account.person_id).update(created_at=now() - LONG_AGO)
    Account.objects.filter(pk=account.pk).update(end_announced_at=now() - LONG_AGO, created_at=now() - LONG_AGO)
    taken_over(account.person, "SST-1")
    kind = kind_of("accounts")
    assert kind is not None
    apply_kind(kind)
    account.refresh_from_db()
    assert account.end_announced_at is None


@pytest.mark.django_db
def test_a_kind_that_fails_leaves_the_others_their_night(monkeypatch: pytest.MonkeyPatch) -> None:
    aged(1)

    def fail(**_: object) -> int:
        raise PermissionError("storage")

    monkeypatch.setattr("forprev.core.uploads.sweep", fail)
    running.apply_all()
    assert not Person.objects.filter(anonymised_at=None).exists()


@pytest.mark.django_db
def test_nobody_is_found_under_the_blank_that_a_name_left() -> None:
    aged(1)
    apply_kind(persons())
    assert not same_identity("", "", NO_DAY).exists()


@pytest.mark.django_db
def test_a_journal_erases_nobody_who_is_needed_again() -> None:
    aged(2)
    back, gone = Person.objects.order_by("pk")
    taken_over(back, "SST-1")
    lines = [
        json.dumps({"kind": "person", "number": each.number, "at": "2020-01-01T00:00:00+00:00"})
        for each in (back, gone)
    ]
    done = replaying.replay(io.StringIO("\n".join(lines)))
    assert done[Erasure.Kind.PERSON] == 1
    back.refresh_from_db()
    assert back.last_name
