"""Who plays: for each client a manager, a trainer whom its entity may name, the officer of a fund, each signed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from bench.load.acts import Facts
from bench.national.__main__ import PASSWORD
from bench.pages.actors import Actor, actors
from forprev.catalogue.models import QualificationState

SOME = 300
"""Sessions, certificates and organisations that a client draws from."""
PER_ORGANISATION = "SELECT organisation_id, count(*) AS n FROM certification_trainingsession GROUP BY 1"


@dataclass(frozen=True)
class Team:
    """A manager and a trainer who may run a session that ends today, and what the tab Session says of it."""

    organisation: int
    manager: int
    trainer: int
    trainer_number: str
    details: dict[str, str]


def cast(count: int) -> list[Facts]:
    """One for each client, in entities of all sizes; fewer entities than clients are shared."""
    teams = list(_teams())
    if not teams:
        raise SystemExit("No entity of this data set may run a session that ends today.")
    officer = next(actor for actor in actors() if actor.role == "fund_officer")
    codes = _rows(
        "SELECT verification_code, typed_code, holder_last_name FROM certification_certificate"
        " WHERE session_id IS NOT NULL ORDER BY id DESC LIMIT %s",
        SOME,
    )
    directory = _rows(
        "SELECT DISTINCT o.id, o.department_id FROM organisations_organisation o"
        " JOIN accreditation_accreditation a ON a.organisation_id = o.id AND a.status = 'active'"
        " AND current_date BETWEEN a.starts_on AND a.ends_on WHERE o.kind = 'O' AND o.published LIMIT %s",
        SOME,
    )
    spread = max(1, len(teams) // count)
    return [_facts(rank, teams[rank * spread % len(teams)], officer, codes, directory) for rank in range(count)]


def _facts(
    rank: int, team: Team, officer: Actor, codes: list[tuple[Any, ...]], directory: list[tuple[Any, ...]]
) -> Facts:
    known = _rows(
        "SELECT id FROM certification_trainingsession WHERE organisation_id = %s AND state = 'issued'"
        " ORDER BY id DESC LIMIT %s",
        team.organisation,
        SOME,
    )
    emails = _rows("SELECT email FROM accounts_account WHERE person_id = ANY(%s)", [team.manager, team.trainer])
    return Facts(
        rank=rank,
        cookies={
            "manager": _signed_in(Actor("manager", "manager", team.manager, team.organisation)),
            "trainer": _signed_in(Actor("trainer", "trainer", team.trainer)),
            "officer": _signed_in(officer),
        },
        details=team.details,
        trainer_number=team.trainer_number,
        identifiers=[email for (email,) in emails],
        password=PASSWORD,
        known=[key for (key,) in known],
        codes=[(qr, typed, surname) for qr, typed, surname in codes],
        directory=[key for key, _ in directory],
        departments=sorted({department for _, department in directory}),
    )


def _signed_in(actor: Actor) -> dict[str, str]:
    name = settings.SESSION_COOKIE_NAME
    return {name: actor.browser().cookies[name].value}


def _teams() -> Iterator[Team]:
    """One for each entity that can, the busiest first."""
    from forprev.accreditation.models import Accreditation
    from forprev.accreditation.selectors import serving_on
    from forprev.catalogue.models import Qualification
    from forprev.certification.rules.trainers import verify_trainer
    from forprev.core.dates import french, today
    from forprev.organisations.models import Organisation
    from forprev.people.models import Person

    day = today()
    managers = _rows(
        f"SELECT s.organisation_id, min(m.person_id) FROM ({PER_ORGANISATION}) s"  # noqa: S608 (our own)
        " JOIN organisations_membership m USING (organisation_id) WHERE m.role = 'manager' AND m.ended_at IS NULL"
        " GROUP BY s.organisation_id, s.n ORDER BY s.n DESC, 1 LIMIT 1000"
    )

    def led(granted: Accreditation, trainers: list[Person]) -> tuple[Qualification, Person] | None:
        for one in Qualification.objects.filter(level=granted.level, state=QualificationState.OPEN):
            if one.rules_on(day).trainers_required == 1:
                for trainer in trainers:
                    if verify_trainer(trainer, one, day).holds:
                        return one, trainer
        return None

    for organisation_id, manager in managers:
        place = Organisation.objects.get(pk=organisation_id)
        trainers = list(
            Person.objects.filter(
                pk__in=_column(
                    "SELECT DISTINCT t.person_id FROM certification_sessiontrainer t"
                    " JOIN certification_trainingsession s ON s.id = t.session_id WHERE s.organisation_id = %s"
                    " AND s.end_date > current_date - 730 LIMIT 50",
                    organisation_id,
                )
            ).exclude(pk=manager)
        )
        serving = serving_on(day).filter(
            organisation_id=organisation_id, level__number=1, level__scheme__site_required=False
        )
        for granted in serving.select_related("level__scheme"):
            if found := led(granted, trainers):
                qualification, trainer = found
                yield Team(
                    organisation_id,
                    manager,
                    trainer.pk,
                    trainer.number,
                    {
                        "scheme": granted.level.scheme.code,
                        "level": "1",
                        "qualification": qualification.code,
                        "course": "initial",
                        "place_kind": "france",
                        "postal_code": place.postal_code,
                        "city": place.city,
                        "end_date": french(day),
                    },
                )
                break


def _column(query: str, *values: Any) -> list[int]:
    return [row[0] for row in _rows(query, *values)]


def _rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
