"""The small tables: organisations, accounts, roles, accreditations, the certificates of trainers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from bench.national.entities import Entity, Granted
from bench.national.tables import Sheet
from bench.national.writing import Country, Facts, number_of
from bench.public_check import codes_of
from forprev.core.dates import add_months
from forprev.core.text import normalise

SINCE = "2020-01-01 09:00+00"


def staff(
    country: Country, password: str, levels: dict[str, int], teaching: dict[str, tuple[int, Facts]], first_key: int
) -> list[Sheet]:
    """`levels` are the keys of level 1 by scheme, `teaching` what qualifies a trainer of each; `password` is hashed.

    The certificates of trainers have keys from `first_key` on.
    """
    return [
        *_organisations(country),
        *_accounts(country, password),
        *_roles(country),
        *_accreditations(country, levels),
        _certificates(country, teaching, first_key),
    ]


def _organisations(country: Country) -> list[Sheet]:
    from forprev.organisations.models import Organisation

    sheet = Sheet(
        Organisation,
        "id", "name", "search_name", "kind", "siret", "address", "postal_code", "city", "department_id",
        "signatory_name", "signatory_title", "published", "created_at",
    )  # fmt: skip
    for entity in country.network.entities:
        row = sheet.row(
            entity.pk, entity.name, normalise(entity.name), entity.kind, _siret(entity.pk), "1 RUE DU MARCHE",
            entity.postal_code, entity.city, entity.department, "Dominique MARTIN", "Direction",
            entity.kind == "O" and entity.pk % 4 > 0, SINCE,
        )  # fmt: skip
        sheet.add(row)
        sheet.tell(SINCE, "insert", row)
    return [sheet]


def _siret(rank: int) -> str:
    """Fourteen digits of which the last one is right (Luhn)."""
    digits = f"{900_000_000 + rank}0001"
    weighed = [int(digit) * (1 + place % 2) for place, digit in enumerate(digits)]
    return f"{digits}{-sum(value // 10 + value % 10 for value in weighed) % 10}"


def _members(country: Country) -> Iterator[tuple[Entity, int, str]]:
    for entity in country.network.entities:
        yield from ((entity, person, "manager") for person in entity.managers)
        yield from ((entity, person, "delegate") for person in entity.delegates)


def _accounts(country: Country, password: str) -> list[Sheet]:
    from forprev.accounts.models import Account

    network = country.network
    sheet = Sheet(Account, "id", "password", "person_id", "email", "created_at", "welcomed_at", "has_second_factor")
    strong = {person for person, _ in network.officers} | {p for people in network.national.values() for p in people}
    for person in range(network.people):
        key = UUID(int=person + 1, version=4)
        email = f"{number_of(person).lower()}@demo.test"
        sheet.add(sheet.row(key, password, person + 1, email, SINCE, SINCE, person in strong))
    return [sheet]


def _roles(country: Country) -> list[Sheet]:
    from forprev.organisations.models import FundAttachment, Membership, NetworkRole

    memberships = Sheet(Membership, "id", "person_id", "organisation_id", "role", "created_at", "ended_at")
    for key, (entity, person, role) in enumerate(_members(country), start=1):
        ended = f"{entity.until} 09:00+00" if entity.until else None
        row = memberships.row(key, person + 1, entity.pk, role, SINCE, ended)
        memberships.add(row)
        memberships.tell(SINCE, "insert", row)
    roles = Sheet(NetworkRole, "id", "person_id", "role", "fund_id", "created_at")
    held = [(person, "fund_officer", fund) for person, fund in country.network.officers]
    held += [(person, role, None) for role, people in country.network.national.items() for person in people]
    for key, (person, role, fund) in enumerate(held, start=1):
        row = roles.row(key, person + 1, role, fund, SINCE)
        roles.add(row)
        roles.tell(SINCE, "insert", row)
    attachments = Sheet(FundAttachment, "person_id", "fund_id")
    for trainer in country.network.trainers:
        attachments.add(attachments.row(trainer.person + 1, trainer.fund))
    return [memberships, roles, attachments]


def _accreditations(country: Country, levels: dict[str, int]) -> list[Sheet]:
    from forprev.accreditation.models import Accreditation, Delegation

    sheet = Sheet(Accreditation, "id", "organisation_id", "level_id", "number", "starts_on", "ends_on")
    delegations = Sheet(Delegation, "id", "membership_id", "accreditation_id")
    kinds = {entity.pk: entity.kind for entity in country.network.entities}

    def row(one: Granted) -> str:
        number = f"H{one.pk:05}/{one.starts_on.year}/{one.scheme}-1/{kinds[one.organisation]}/00"
        return sheet.row(one.pk, one.organisation, levels[one.scheme], number, one.starts_on, one.ends_on)

    for entity in country.network.entities:
        for line in entity.granted.values():
            for one in line:
                sheet.add(row(one))
                sheet.tell(f"{one.starts_on} 09:00+00", "insert", row(one))
    key = 0
    for membership, (entity, _, role) in enumerate(_members(country), start=1):
        if role == "delegate":
            for line in entity.granted.values():
                for one in line:
                    key += 1
                    delegations.add(delegations.row(key, membership, one.pk))
    return [sheet, delegations]


def _certificates(country: Country, teaching: dict[str, tuple[int, Facts]], first_key: int) -> Sheet:
    """Each trainer has held those of its schemes since ten years, one after the other, taken over from the INRS."""
    from forprev.certification.models import Certificate

    sheet = Sheet(
        Certificate,
        "id", "number", "verification_code", "typed_code", "person_id", "qualification_id", "template_version",
        "scheme_name", "title", "course", "holder_last_name", "holder_first_name", "holder_birth_date",
        "holder_number", "organisation_name", "signatory_name", "signatory_title", "issued_on", "expires_on",
        "created_at",
    )  # fmt: skip
    draw, key = country.shape.draw("trainers' certificates"), first_key
    for trainer in country.network.trainers:
        papers = country.papers[trainer.person]
        for scheme in trainer.schemes:
            qualification, facts = teaching[scheme]
            issued = country.day - timedelta(days=draw.randrange(3650 - 3 * 365, 3650))
            while issued < country.day:
                number = f"{facts.code}/{issued.year}/R{key:06}"
                sheet.add(
                    sheet.row(
                        key,
                        number,
                        *codes_of(draw, key),
                        trainer.person + 1,
                        qualification,
                        1,
                        facts.scheme,
                        facts.title,
                        "initial",
                        *papers,
                        number_of(trainer.person),
                        "INRS",
                        *country.signatory,
                        issued,
                        add_months(issued, facts.months),
                        SINCE,
                    )
                )
                key += 1
                issued = _renewed(issued, facts.months, draw.randrange(0, 60))
    return sheet


def _renewed(issued: date, months: int, early: int) -> date:
    return add_months(issued, months) - timedelta(days=early)
