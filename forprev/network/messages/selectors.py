"""Whom an audience is, which messages an actor follows, which a person received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.accreditation.models import Delegation
from forprev.accreditation.selectors import serving_on
from forprev.catalogue.models import Level, Qualification, QualificationRules, TraineeKind
from forprev.certification.models import Certificate
from forprev.network.messages.models import ADDRESSABLE, Recipient, TargetedMessage
from forprev.organisations.models import FundAttachment, Membership, OrganisationKind, RegionalFund, held_now
from forprev.people.models import Person

SAMPLE = 10


@dataclass(frozen=True)
class Audience:
    """By ids and values, each in order; an empty tuple leaves all in, but for `roles`, without which nobody is."""

    roles: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    funds: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()


def audience_of(message: TargetedMessage) -> Audience:
    """The message's, of one's own region where it is a fund's; in two queries."""
    funds = sorted(message.funds.order_by().values_list("pk", flat=True))
    return Audience(
        roles=tuple(message.roles),
        levels=tuple(sorted(message.levels.order_by().values_list("pk", flat=True))),
        funds=(message.fund_id,) if message.fund_id else tuple(funds),
        kinds=tuple(message.kinds),
    )


def addressed_by(message: TargetedMessage, audience: Audience) -> Audience:
    """What this message makes of an audience that was asked for: a fund's stays in its region."""
    return replace(audience, funds=(message.fund_id,)) if message.fund_id else audience


def people(audience: Audience, day: date) -> QuerySet[Person]:
    """Whoever is addressed on `day` and can sign in, once each."""
    return Person.objects.filter(pk__in=_accounts(audience, day).values("person_id"))


def count_people(audience: Audience, day: date) -> int:
    """How many these are; of their accounts, of which there are few, not of all people."""
    return _accounts(audience, day).count()


def _accounts(audience: Audience, day: date, certificates: QuerySet[Certificate] | None = None) -> QuerySet[Account]:
    """Those of the people addressed; `certificates` are those of the audience where they are at hand."""
    reached = Q(person__in=_memberships(audience, day).values("person_id"))
    if Role.TRAINER in audience.roles:
        held = _certificates(audience, day) if certificates is None else certificates
        reached |= Q(person__in=held.values("person_id"))
    return Account.objects.filter(reached, is_active=True)


def _memberships(audience: Audience, day: date) -> QuerySet[Membership]:
    """Managers of entities, delegates by what is attached to them: of one of the levels where there are some."""
    addressed = Q()
    serving = serving_on(day).filter(level__in=audience.levels)
    of_levels: dict[str, Any] = {
        Role.MANAGER: Exists(serving.filter(organisation=OuterRef("organisation"))),
        Role.DELEGATE: Exists(Delegation.objects.filter(membership=OuterRef("pk"), accreditation__in=serving)),
    }
    roles = [role for role in of_levels if role in audience.roles]
    for role in roles:
        addressed |= Q(role=role) & (Q(of_levels[role]) if audience.levels else Q())
    found = Membership.objects.filter(held_now(), addressed) if roles else Membership.objects.none()
    if audience.funds:
        found = found.filter(organisation__department__fund__in=audience.funds)
    return found.filter(organisation__kind__in=audience.kinds) if audience.kinds else found


def _certificates(audience: Audience, day: date) -> QuerySet[Certificate]:
    """Valid ones that make trainers, of the levels where there are some; of trainers attached to one of the funds.

    One query is made at once.
    """
    making_trainers = Qualification.objects.filter(level__trainee_kind=TraineeKind.TRAINER)
    if audience.levels:
        taught = Qualification.objects.filter(level__in=audience.levels).values("pk")
        rules = QualificationRules.objects.in_force(day).filter(qualification__in=taught)
        making_trainers = making_trainers.filter(
            pk__in=Qualification.objects.filter(entitles_to_teach__in=rules).values("pk")
        )
    # Their keys are read first: the database then knows how few of the certificates they are.
    found = Certificate.objects.valid_on(day).filter(
        qualification__in=list(making_trainers.order_by().values_list("pk", flat=True))
    )
    if audience.funds:
        attached = FundAttachment.objects.filter(fund__in=audience.funds)
        found = found.filter(person__in=attached.values("person_id"))
    return found


@dataclass(frozen=True)
class Sampled:
    """One of those addressed, masked: initials, and in which qualities, as `Gestionnaire, MAROSE FORMATION`."""

    initials: str
    qualities: Sequence[str]


def sample(audience: Audience, day: date) -> tuple[list[Sampled], int]:
    """Ten people at most, drawn at random, and how many are addressed in all; in six queries at most."""
    certificates = _certificates(audience, day) if Role.TRAINER in audience.roles else Certificate.objects.none()
    accounts = _accounts(audience, day, certificates).annotate(in_all=Window(Count("*")))
    chosen = dict(accounts.order_by("?").values_list("person_id", "in_all")[:SAMPLE])
    drawn = list(Person.objects.filter(pk__in=chosen).order_by("?"))
    qualities: dict[int, list[str]] = {person.pk: [] for person in drawn}
    held = _memberships(audience, day).filter(person__in=chosen).select_related("organisation")
    for membership in held.order_by("organisation__name", "-role"):
        qualities[membership.person_id].append(f"{membership.get_role_display()}, {membership.organisation}")
    if Role.TRAINER in audience.roles:
        attached = dict(
            FundAttachment.objects.filter(person__in=chosen).values_list("person_id", "fund__name").order_by()
        )
        for person_id in set(certificates.filter(person__in=chosen).values_list("person_id", flat=True)):
            fund = attached.get(person_id)
            qualities[person_id].append(f"{Role.TRAINER.label}, {fund}" if fund else str(Role.TRAINER.label))
    return [Sampled(_initials(person), qualities[person.pk]) for person in drawn], next(iter(chosen.values()), 0)


def _initials(person: Person) -> str:
    return f"{person.first_name[:1].upper()}. {person.last_name[:1].upper()}."


def described(audience: Audience) -> list[tuple[str, str]]:
    """The audience in words, by heading, in two queries."""
    levels = Level.objects.filter(pk__in=audience.levels).select_related("scheme")
    funds = RegionalFund.objects.filter(pk__in=audience.funds)
    return [
        ("Rôles", ", ".join(str(role.label) for role in ADDRESSABLE if role in audience.roles)),
        ("Dispositifs et niveaux", ", ".join(map(str, levels)) if audience.levels else "Tous"),
        ("Caisses", ", ".join(map(str, funds)) if audience.funds else "Toutes"),
        (
            "Types d’entité",
            ", ".join(str(kind.label) for kind in OrganisationKind if kind in audience.kinds) or "Tous",
        ),
    ]


# Whose messages


def visible_to(acting: Acting) -> QuerySet[TargetedMessage]:
    """Funds: their own; national administrators: all; nobody else."""
    everything = TargetedMessage.objects.select_related("fund", "author")
    match acting.role:
        case Role.FUND_OFFICER:
            return everything.filter(fund_id=acting.fund_id)
        case Role.NATIONAL_ADMINISTRATOR:
            return everything
        case _:
            return everything.none()


def is_own(message: TargetedMessage, acting: Acting) -> bool:
    """Whether the message is of the actor's fund, or national as the actor is: what it may change."""
    return (message.fund_id or 0) == acting.fund_id


@dataclass(frozen=True)
class FollowUp:
    """How far a message got, in numbers of people; who they are is nobody's business."""

    served: int
    read: int


def follow_up(message: TargetedMessage) -> FollowUp:
    counts = message.recipients.aggregate(served=Count("served_at"), read=Count("read_at"))
    return FollowUp(counts["served"], counts["read"])


# Readers


def received_by(person: Person) -> QuerySet[Recipient]:
    """The messages that reached the person, the latest first."""
    reached = Recipient.objects.filter(person=person, served_at__isnull=False)
    return reached.select_related("message__fund").order_by("-served_at", "-pk")
