"""Who plays in the demonstration: its accounts, the managers of the entities, the trainers and their certificates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from django.contrib.auth.hashers import make_password

from forprev.accounts.models import Account, Role, Totp
from forprev.accounts.services.opening import create_account
from forprev.catalogue.models import Qualification
from forprev.certification.models import Certificate, Course
from forprev.core.dates import add_months, now
from forprev.core.secrets import encrypt
from forprev.demo import entities
from forprev.demo.accounts import ACCOUNTS, PASSWORD, SECOND_FACTOR, DemoAccount
from forprev.demo.names import Crowd
from forprev.organisations.models import Organisation, RegionalFund
from forprev.organisations.services import choose_fund
from forprev.people.models import Person
from forprev.people.services import create_person

STEPHANIE = "formateur@demo.test"
ALICE = "gestionnaire@demo.test"
DELEGATE = "delegataire@demo.test"
OFFICER = "caisse@demo.test"
NATIONAL = "national@demo.test"
HOTLINE = "hotline@demo.test"

RENEWED_AFTER = 35
"""Months from one taken-over trainer's certificate to the next: shortly before its end."""

COVERED_MONTHS = 42
"""How far back the trainers of today already held a certificate: past the oldest session."""


@dataclass(frozen=True)
class TrainerFacts:
    """A trainer by the qualifications held and the age of their certificates in months; past 36 they have ended."""

    codes: tuple[str, ...]
    months: int


TRAINERS = (
    TrainerFacts(("SST-3", "SST-2"), 11),
    TrainerFacts(("SST-3", "SST-2"), 20),
    TrainerFacts(("SST-3", "SST-2"), 5),
    TrainerFacts(("SST-3",), 27),
    TrainerFacts(("SST-2",), 37),
    TrainerFacts(("SST-2",), 35),
    TrainerFacts(("SST-2",), 8),
    TrainerFacts(("SST-2",), 14),
    TrainerFacts(("SST-2", "APS-ASD-2"), 23),
    TrainerFacts(("SST-2", "PRAPIBC-2"), 3),
    TrainerFacts(("SST-2", "PRAP2S-2"), 30),
    TrainerFacts(("PRAPIBC-2",), 18),
    TrainerFacts(("PRAPIBC-2", "PRAP2S-2"), 9),
    TrainerFacts(("PRAP2S-2",), 26),
    TrainerFacts(("APS-ASD-2",), 12),
    TrainerFacts(("APS-ASD-2",), 7),
    TrainerFacts(("AP-TRL-2",), 16),
    TrainerFacts(("AP-TRL-2", "PRAPIBC-2"), 21),
    TrainerFacts(("Catec-2",), 6),
    TrainerFacts(("Catec-2",), 19),
    TrainerFacts(("Catec-2", "Amiante-2"), 13),
    TrainerFacts(("Amiante-2",), 24),
)


@dataclass(frozen=True)
class Cast:
    """People by what they are needed for; `trainers` in the order of TRAINERS, `managers` by the key of the entity.

    `candidates` ask for the first accreditation of their organisation.
    """

    accounts: dict[str, Person]
    managers: dict[str, list[Person]]
    trainers: list[Person]
    candidates: list[Person]
    password: str

    @property
    def stephanie(self) -> Person:
        return self.accounts[STEPHANIE]


def create_cast(organisations: dict[str, Organisation], crowd: Crowd, today: date) -> Cast:
    """Everybody who acts, with their roles; each trainer's certificates of before are taken over."""
    password = make_password(PASSWORD)  # slow on purpose: once for everybody
    crowd.reserve([a.birth_date for a in ACCOUNTS], [a.number for a in ACCOUNTS])
    accounts = {facts.email: _named(facts, password) for facts in ACCOUNTS}
    managers = {
        key: [invent(crowd, password), *([] if key in _MANAGED_BY_ALICE else [invent(crowd, password)])]
        for key in organisations
    }
    for key, people in managers.items():
        for person in people:
            entities.appoint_manager(person, organisations[key])
    for key in _MANAGED_BY_ALICE:
        entities.appoint_manager(accounts[ALICE], organisations[key])
        managers[key].insert(0, accounts[ALICE])
    entities.appoint_delegate(accounts[DELEGATE], organisations["vanves"])
    entities.appoint_manager(accounts["nouvelle@demo.test"], organisations["marose"])
    entities.say_how_funds_are_reached()
    for email, role in _NETWORK.items():
        entities.appoint_to_network(accounts[email], role)
        _set_up_second_factor(accounts[email].account)
    trainers = [invent(crowd, password) for _ in TRAINERS]
    candidates = [accounts["candidat@demo.test"], *(invent(crowd, password) for _ in range(OTHER_CANDIDATES))]
    cast = Cast(accounts, managers, trainers, candidates, password)
    _take_over_certificates(cast, crowd, today)
    _record_twice(cast.stephanie, crowd, today)
    return cast


OTHER_CANDIDATES = 4
_MANAGED_BY_ALICE = ("vanves", "marose")
_NETWORK = {
    "caisse@demo.test": Role.FUND_OFFICER,
    "cnh@demo.test": Role.COMMITTEE,
    NATIONAL: Role.NATIONAL_ADMINISTRATOR,
    HOTLINE: Role.SUPPORT_AGENT,
    "hotline2@demo.test": Role.SUPPORT_AGENT,
}


def _named(facts: DemoAccount, password: str) -> Person:
    person = create_person(
        last_name=facts.last_name, first_name=facts.first_name, birth_date=facts.birth_date, number=facts.number
    )
    _open(person, facts.email, password if facts.has_password else "")
    return person


def invent(crowd: Crowd, password: str) -> Person:
    """Somebody new, with an account."""
    who = crowd.identity()
    person = create_person(
        last_name=who.last_name, first_name=who.first_name, birth_date=who.birth_date, number=crowd.number()
    )
    _open(person, who.email, password)
    return person


def _open(person: Person, email: str, password: str) -> None:
    """Past the welcome, unless no password was chosen yet."""
    account = create_account(person, email)
    if password:
        Account.objects.filter(pk=account.pk).update(password=password, welcomed_at=now())


def _set_up_second_factor(account: Account) -> None:
    Totp.objects.create(account=account, secret=encrypt(SECOND_FACTOR))
    Account.objects.filter(pk=account.pk).update(has_second_factor=True)


def _take_over_certificates(cast: Cast, crowd: Crowd, today: date) -> None:
    """Certificates of before Forprev, numbered apart: they belong to no session."""
    qualifications = Qualification.objects.select_related("level__scheme").in_bulk(field_name="code")
    fund = RegionalFund.objects.get(code="ile-de-france")
    numbers: dict[str, Iterator[int]] = {code: count(1) for code in qualifications}
    rows = []
    casting = zip(cast.trainers, TRAINERS, strict=True)
    held = [(person, code, facts.months) for person, facts in casting for code in facts.codes]
    # Her SST certificate ended 22 months ago; a session of the demonstration renewed it just before.
    held += [(cast.stephanie, "SST-2", 58), (cast.stephanie, "Amiante-2", 10)]
    held += [(cast.accounts[email], "SST-2", months) for email, months in _OTHER_TRAINERS.items()]
    for person in (*cast.trainers, cast.stephanie):
        choose_fund(person, fund)
    for rank, (person, code, months) in enumerate(held):
        newest = add_months(today, -months) - timedelta(days=rank % 20)
        ages = range(0, max(COVERED_MONTHS - months, 0) + RENEWED_AFTER, RENEWED_AFTER)
        for age in reversed(ages):
            number = f"REPRISE/{code}/{next(numbers[code]):06}"
            rows.append(_taken_over(person, qualifications[code], add_months(newest, -age), number, crowd))
    Certificate.objects.bulk_create(rows)


_OTHER_TRAINERS = {"nouvelle@demo.test": 4, "expire@demo.test": 36 + 5, "ancien@demo.test": 36 + 20}
"""The months since their SST-2, which is valid for 36."""


def _record_twice(person: Person, crowd: Crowd, today: date) -> None:
    """Somebody spelt the first name otherwise: two records to bring together."""
    again = create_person(
        last_name=person.last_name, first_name=person.first_name.replace("ph", "f"), birth_date=person.birth_date
    )
    qualification = Qualification.objects.get(code="PRAPIBC-1")
    _taken_over(again, qualification, add_months(today, -14), "REPRISE/PRAPIBC-1/900001", crowd).save()


def _taken_over(
    person: Person, qualification: Qualification, issued_on: date, number: str, crowd: Crowd
) -> Certificate:
    return Certificate(
        number=number,
        verification_code=crowd.qr_code(),
        typed_code=crowd.typed_code(),
        person=person,
        qualification=qualification,
        template_version=qualification.template.in_force(),
        scheme_name=qualification.level.scheme.name,
        title=qualification.title,
        course=Course.INITIAL,
        holder_last_name=person.last_name,
        holder_first_name=person.first_name,
        holder_birth_date=person.birth_date,
        holder_number=person.number,
        organisation_name="INRS",
        signatory_name=qualification.signatory.name,
        signatory_title=qualification.signatory.title,
        issued_on=issued_on,
        expires_on=add_months(issued_on, qualification.rules_on(issued_on).validity_months),
        created_at=now(),
    )
