"""What is planned, as rows. Each range of sessions or people is written by itself, so that two processes share them."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random

from bench.matching.population import Papers
from bench.national.entities import Network
from bench.national.sessions import NOBODY, Plan, Planned
from bench.national.shape import CHECKED, Shape
from bench.national.tables import Sheet
from bench.public_check import codes_of
from forprev.core.dates import add_months
from forprev.core.text import letters_of, normalise

NUMBERS = 26**3 * 100_000
STRIDE = 1_000_000_007
"""Coprime with NUMBERS: steps through all n° Forprev, so that those of neighbours have nothing in common."""
DOWNLOAD_DAYS = 15
NOTICE_DAYS, MAIL_DAYS, CHECK_DAYS = 730, 180, 395
"""For how long the application keeps what it told, the words of the mail, and who checked what."""
NOTICE = "La session {} attend votre réponse. Elle s’est terminée le {}, et ses stagiaires attendent leurs certificats."
MAIL = "<html lang=fr><body><p>Bonjour,</p>{}<p>Forprev</p></body></html>".format("<p>" + NOTICE + "</p>" * 8)
MANAGER, TRAINER = "Gestionnaire", "Formateur"
STRANGERS = 50_000
"""Names of those who failed and are nobody of the register."""


months_later = cache(add_months)
"""Of some days that come back ten million times."""


@dataclass(frozen=True)
class Facts:
    """What certificates say of their qualification."""

    code: str
    scheme: str
    title: str
    months: int


class Names:
    """Normalised names, each worked out once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = normalise(name)
        return found


@dataclass
class Country:
    """All that is written. `papers` are those of the population and, after it, of strangers, by rank."""

    shape: Shape
    day: date
    network: Network
    plan: Plan
    papers: list[Papers]
    qualifications: dict[int, Facts]
    signatory: tuple[str, str]
    names: Names = field(default_factory=Names)


def number_of(rank: int) -> str:
    """The n° Forprev of a person: AAA00000 to ZZZ99999, each once."""
    value = rank * STRIDE % NUMBERS
    letters, digits = divmod(value, 100_000)
    return f"{chr(65 + letters // 676)}{chr(65 + letters // 26 % 26)}{chr(65 + letters % 26)}{digits:05}"


def people(country: Country, first: int, last: int) -> list[Sheet]:
    """Persons of the ranks from `first` to `last`, this one left out, with their numbers and their first event."""
    from forprev.people.models import IssuedNumber, Person

    persons = Sheet(
        Person,
        "id", "number", "last_name", "first_name", "birth_date", "search_last_name", "search_first_name", "letters",
        "created_at",
    )  # fmt: skip
    numbers = Sheet(IssuedNumber, "number", "person_id")
    names = country.names
    for rank in range(first, last):
        papers = country.papers[rank]
        last_name, first_name = names(papers.last_name), names(papers.first_name)
        number, at = number_of(rank), "2020-01-01 09:00+00"
        row = persons.row(rank + 1, number, *papers, last_name, first_name, letters_of(last_name, first_name), at)
        persons.add(row)
        persons.tell(at, "insert", row)
        numbers.add(numbers.row(number, rank + 1))
    return [persons, numbers]


def sessions(country: Country, first: int, last: int) -> list[Sheet]:
    """Sessions of the ranks from `first` to `last`, this one left out, with all that hangs on them."""
    book = _Book(country, country.shape.draw(f"rows/{first}"))
    for planned in country.plan.sessions[first:last]:
        book.write(planned)
    return book.sheets


class _Book:
    """The tables of a session, of which the rows are written together."""

    def __init__(self, country: Country, draw: Random) -> None:
        from pghistory.models import Context

        from forprev.certification.models import (
            Certificate,
            CertificateCheck,
            CheckCount,
            SessionTrainer,
            Trainee,
            TrainingSession,
        )
        from forprev.notices.models import Notice, OutgoingMail

        self.country, self.draw, self.names = country, draw, country.names
        self.sessions = Sheet(
            TrainingSession,
            "id", "organisation_id", "accreditation_id", "qualification_id", "course", "place_kind", "postal_code",
            "city", "end_date", "state", "version", "creation_key", "created_by_id", "last_actor_id", "modified_at",
            "results_by_id", "results_at", "generated_at", "download_until", "first_downloaded_at",
        )  # fmt: skip
        self.trainers = Sheet(SessionTrainer, "id", "session_id", "person_id", "position")
        self.trainees = Sheet(
            Trainee,
            "id", "session_id", "person_id", "last_name", "first_name", "birth_date", "search_last_name",
            "search_first_name", "result", "creation_key",
        )  # fmt: skip
        self.certificates = Sheet(
            Certificate,
            "id", "number", "verification_code", "typed_code", "person_id", "qualification_id", "organisation_id",
            "session_id", "trainee_id", "template_version", "scheme_name", "title", "course", "holder_last_name",
            "holder_first_name", "holder_birth_date", "holder_number", "organisation_name", "signatory_name",
            "signatory_title", "issued_on", "expires_on", "created_at",
        )  # fmt: skip
        self.contexts = Sheet(Context, "id", "created_at", "updated_at", "metadata")
        self.notices = Sheet(
            Notice, "id", "person_id", "kind", "subject", "text", "url", "key", "created_at", "read_at"
        )
        self.mails = Sheet(
            OutgoingMail,
            "id", "recipient", "person_id", "subject", "text", "html", "message_id", "state", "attempts", "created_at",
            "trying_since", "next_try_at", "sent_at",
        )  # fmt: skip
        self.checks = Sheet(CertificateCheck, "certificate_id", "at", "way", "origin")
        self.check_counts = Sheet(CheckCount, "certificate_id", "count", "last_at")

    @property
    def sheets(self) -> list[Sheet]:
        papers = [self.contexts, self.sessions, self.trainers, self.trainees, self.certificates]
        return [*papers, self.notices, self.mails, self.checks, self.check_counts]

    def write(self, one: Planned) -> None:
        """A session from its creation to the state that it is in, with the history of each step."""
        entity = self.country.network.entities[one.entity]
        actor, trainer = one.actor + 1, one.trainer + 1
        course = "refresher" if one.refresher else "initial"
        at = _moment(one.day, self.draw)
        key, version = self._key(), 1
        issued, known = one.state == "issued", one.state in ("entity", "issued")
        until = (at.date() + timedelta(days=DOWNLOAD_DAYS)).isoformat()
        facts = (
            one.pk, entity.pk, one.granted, one.qualification, course, "france", entity.postal_code, entity.city,
            one.day.isoformat(),
        )  # fmt: skip

        def row(state: str, moment: datetime, by: int, answered: bool) -> str:
            done = issued and state == "issued"
            return self.sessions.row(
                *facts, state, version, key, actor, by, moment, *((trainer, moment) if answered else (None, None)),
                *((moment, until, moment) if done else (None, None, None)),
            )  # fmt: skip

        created = self._context("create", MANAGER, actor, at)
        self.sessions.tell(at, "insert", row("draft", at, actor, False), created)
        last = row("draft", at, actor, False)
        steps = [("send", MANAGER, actor, "trainer", False), ("send_results", TRAINER, trainer, "entity", True)]
        steps += [("generate", MANAGER, actor, "issued", True)]
        reached = {"draft": 0, "deleted": 0, "trainer": 1, "entity": 2, "issued": 3}[one.state]
        moment, contexts = at, [created]
        for action, role, by, state, answered in steps[:reached]:
            moment += timedelta(hours=self.draw.randint(1, 40))
            version += 1
            contexts.append(self._context(action, role, by, moment))
            last = row(state, moment, by, answered)
            self.sessions.tell(moment, "update", last, contexts[-1])
            self._told(one, state, trainer if state == "trainer" else actor, moment)
        if one.state == "deleted":
            version += 1
            last = row("deleted", at, actor, False)
            self.sessions.tell(at, "update", last, self._context("delete", MANAGER, actor, at))
        self.sessions.add(last)
        position = self.trainers.row(one.pk, one.pk, trainer, 1)
        self.trainers.add(position)
        self.trainers.tell(at, "insert", position, created)
        self._trainees(one, at, moment, contexts, known)

    def _trainees(self, one: Planned, at: datetime, moment: datetime, contexts: Sequence[str], known: bool) -> None:
        who: array[int] = self.country.plan.who
        rank, numbered = one.certificates, one.numbered
        stranger = len(self.country.papers) - STRANGERS + self.draw.randrange(STRANGERS - one.count)
        for place in range(one.first, one.first + one.count):
            person = who[place]
            papers = self.country.papers[person if person != NOBODY else stranger + place - one.first]
            search = self.names(papers.last_name), self.names(papers.first_name)
            key = self._key()
            names = (papers.last_name, papers.first_name, papers.birth_date, *search)
            entered = self.trainees.row(place + 1, one.pk, None, *names, "", key)
            self.trainees.tell(at, "insert", entered, contexts[0])
            final = entered
            if known:
                passed = person != NOBODY or one.state == "entity"
                final = self.trainees.row(place + 1, one.pk, None, *names, "success" if passed else "failure", key)
                self.trainees.tell(moment, "update", final, contexts[2])
            if person != NOBODY and one.state == "issued":
                final = self.trainees.row(place + 1, one.pk, person + 1, *names, "success", key)
                self.trainees.tell(moment, "update", final, contexts[3])
                rank, numbered = rank + 1, numbered + 1
                self._certificate(one, rank, numbered, place + 1, person, papers, moment)
            self.trainees.add(final)

    def _certificate(
        self, one: Planned, rank: int, numbered: int, trainee: int, person: int, papers: Papers, moment: datetime
    ) -> None:
        facts, entity = self.country.qualifications[one.qualification], self.country.network.entities[one.entity]
        self.certificates.add(
            self.certificates.row(
                rank,
                f"{facts.code}/{one.day.year}/{numbered:06}",
                *codes_of(self.draw, rank),
                person + 1,
                one.qualification,
                entity.pk,
                one.pk,
                trainee,
                1,
                facts.scheme,
                facts.title,
                "refresher" if one.refresher else "initial",
                *papers,
                number_of(person),
                entity.name,
                *self.country.signatory,
                one.day,
                months_later(one.day, facts.months),
                moment,
            )
        )

        if self._age(moment) < CHECK_DAYS and self.draw.random() < CHECKED:
            self.checks.add(self.checks.row(rank, moment, "qr", "phone"))
            self.check_counts.add(self.check_counts.row(rank, 1, moment))

    def _told(self, one: Planned, state: str, person: int, moment: datetime) -> None:
        """Whoever has the next word gets a notice and a mail; read, if the session went on."""
        age = self._age(moment)
        if age >= NOTICE_DAYS:
            return
        subject, text = f"Session {one.pk}", NOTICE.format(one.pk, one.day)
        read = moment if one.state != state or state == "issued" else None
        key, url = f"session/{one.pk}/{state}", f"/sessions/{one.pk}"
        self.notices.add(self.notices.row(self._key(), person, "task", subject, text, url, key, moment, read))
        if age < MAIL_DAYS:
            mail, address = self._key(), f"{number_of(person - 1).lower()}@demo.test"
            row = self.mails.row(
                mail, address, person, subject, text, MAIL.format(one.pk, one.day), f"<{mail}@demo.test>", "sent", 1,
                moment, moment, moment, moment,
            )  # fmt: skip
            self.mails.add(row)

    def _age(self, moment: datetime) -> int:
        """In days."""
        return (self.country.day - moment.date()).days

    def _context(self, action: str, role: str, by: int, moment: datetime) -> str:
        key = self._key()
        papers = self.country.papers[by - 1]
        told = {
            "action": action,
            "actor_id": by,
            "actor": f"{papers.last_name} {papers.first_name}",
            "role": role,
            "comment": "",
        }
        self.contexts.add(self.contexts.row(key, moment, moment, json.dumps(told, ensure_ascii=False)))
        return key

    def _key(self) -> str:
        return key_of(self.draw)


def key_of(draw: Random) -> str:
    """A UUID as PostgreSQL reads it too, made ten times faster than by `uuid`."""
    return f"{draw.getrandbits(128):032x}"


def _moment(day: date, draw: Random) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC) + timedelta(minutes=draw.randrange(600))
