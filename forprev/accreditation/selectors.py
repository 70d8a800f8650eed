"""Reading accreditations: who sees which, which may serve on a day, which end soon, what happened to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, Func, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.life.workflow import LifeAction
from forprev.accreditation.models import Accreditation, AccreditationSettings, AccreditationStatus, Delegation
from forprev.core.dates import add_months, today
from forprev.organisations.models import Membership, TrainingSite, held_now
from forprev.organisations.selectors import members_of
from forprev.people.models import Person


def visible_to(acting: Acting) -> QuerySet[Accreditation]:
    """Managers: their entity's; delegates: those attached to them (A13); funds: their region's; national roles: all."""
    everything = Accreditation.objects.select_related("level__scheme", "organisation")
    match acting.role:
        case Role.MANAGER:
            return everything.filter(organisation_id=acting.organisation_id)
        case Role.DELEGATE:
            return everything.filter(
                organisation_id=acting.organisation_id, delegations__membership_id=acting.membership_id
            )
        case Role.FUND_OFFICER:
            return everything.filter(organisation__department__fund_id=acting.fund_id)
        case Role.NATIONAL_ADMINISTRATOR | Role.COMMITTEE:
            return everything
        case _:
            return everything.none()


def serving_on(day: date) -> QuerySet[Accreditation]:
    """Accreditations on which a session that ends on `day` may rely (A23, B09, B42)."""
    return Accreditation.objects.filter(status=AccreditationStatus.ACTIVE, starts_on__lte=day, ends_on__gte=day)


def usable(acting: Acting, day: date) -> QuerySet[Accreditation]:
    """Those that the actor may use for a session ending on `day` (A30), the latest granted first."""
    return (visible_to(acting) & serving_on(day)).order_by("level__scheme__name", "level__number", "-starts_on", "-pk")


def active(acting: Acting, day: date) -> QuerySet[Accreditation]:
    """`Habilitations actives`: those that the actor sees and that serve on `day`."""
    return visible_to(acting) & serving_on(day)


def suspended(acting: Acting) -> QuerySet[Accreditation]:
    """Those that wait for the end of their suspension, or for a withdrawal (B09)."""
    return visible_to(acting).filter(status=AccreditationStatus.SUSPENDED)


def attachable(acting: Acting) -> QuerySet[Accreditation]:
    """Those that a manager may attach to a delegate (A13): active today, by scheme and level."""
    if acting.role != Role.MANAGER:
        return Accreditation.objects.none()
    return active(acting, today()).order_by("level__scheme__name", "level__number", "starts_on", "pk")


@dataclass(frozen=True)
class HeldRole:
    """A role of a user, with what is delegated to it, by scheme and level."""

    membership: Membership
    accreditations: list[Accreditation]


def roles_held(acting: Acting, person: Person) -> list[HeldRole]:
    """The roles that a user of the manager's entity holds there now, in two queries."""
    attached = Delegation.objects.select_related("accreditation__level__scheme").order_by(
        "accreditation__level__scheme__name", "accreditation__level__number", "accreditation__starts_on", "pk"
    )
    held = members_of(acting).filter(person=person).prefetch_related(Prefetch("delegations", queryset=attached))
    return [
        HeldRole(membership, [each.accreditation for each in membership.delegations.all()])
        for membership in held.order_by("-role")
    ]


def delegated_to(membership: Membership) -> QuerySet[Accreditation]:
    """What is attached to a delegate, active or not."""
    return Accreditation.objects.filter(delegations__membership=membership).select_related("level__scheme")


def with_delegates(accreditations: QuerySet[Accreditation]) -> QuerySet[Accreditation]:
    """With `delegations_now`: the attachments to delegates whose role has not ended, by name; one query more."""
    current = (
        Delegation.objects.filter(held_now("membership__"))
        .select_related("membership__person")
        .order_by("membership__person__search_last_name", "membership__person__search_first_name", "pk")
    )
    return accreditations.prefetch_related(Prefetch("delegations", queryset=current, to_attr="delegations_now"))


def delegations_of(accreditation: Accreditation) -> list[Delegation]:
    """What `with_delegates` read."""
    return accreditation.delegations_now  # type: ignore[attr-defined]


def shows_delegates(acting: Acting) -> bool:
    """A delegate has no need to know the other delegates of an accreditation."""
    return acting.role != Role.DELEGATE


def ending_soon(acting: Acting, day: date) -> QuerySet[Accreditation]:
    """Those of `active` of whose end the first alert is due (A25), the nearest end first.

    Each bears `first_alert` and `second_alert`, in months: the delays in force are read by the same query.
    """
    first, second = _delay_in_force("first_alert_months"), _delay_in_force("second_alert_months")
    until = Func(
        Value(day),
        first,
        arg_joiner=" + make_interval(months => ",
        template="(%(expressions)s))::date",
        output_field=DateField(),
    )
    found = active(acting, day).filter(ends_on__lte=until).annotate(first_alert=first, second_alert=second)
    return found.order_by("ends_on", "pk")


def _delay_in_force(name: str) -> Coalesce:
    row = AccreditationSettings.objects.filter(pk=1)
    return Coalesce(Subquery(row.values(name)[:1]), Value(getattr(AccreditationSettings(), name)))


def sites_of(accreditation: Accreditation) -> QuerySet[TrainingSite]:
    """The entity's plateformes pédagogiques in use for the scheme of this accreditation."""
    return TrainingSite.objects.filter(
        organisation_id=accreditation.organisation_id, scheme_id=accreditation.level.scheme_id, is_active=True
    ).order_by("name", "pk")


@dataclass(frozen=True)
class Standing:
    """What an accreditation is worth on a day: `state` is the look of its badge, `label` its words."""

    state: str
    label: str


def standing(accreditation: Accreditation, day: date, settings: AccreditationSettings) -> Standing:
    """Suspension and withdrawal come before dates; the end date itself still counts (B42)."""
    if accreditation.status != AccreditationStatus.ACTIVE:
        return Standing(accreditation.status, accreditation.get_status_display())
    if day > accreditation.ends_on:
        return Standing("expired", "Expirée")
    if day < accreditation.starts_on:
        return Standing("neutral", "À venir")
    if accreditation.ends_on <= add_months(day, settings.first_alert_months):
        return Standing("expiring", "Active, fin\N{NO-BREAK SPACE}proche")
    return Standing("active", "Active")


@dataclass(frozen=True)
class Event:
    """One change of an accreditation; `before` and `after` are empty where the status stayed."""

    at: datetime
    actor: str
    role: str
    action: str
    before: str
    after: str
    comment: str


def history_of(accreditation: Accreditation) -> list[Event]:
    """The changes of an accreditation, the latest first, in one query."""
    events: list[Event] = []
    previous: Any = None
    for row in accreditation.events.select_related("pgh_context").order_by("pgh_id"):  # type: ignore[attr-defined]
        context = row.pgh_context.metadata if row.pgh_context else {}
        moved = previous is not None and previous.status != row.status
        events.append(
            Event(
                at=row.pgh_created_at,
                actor=context.get("actor", ""),
                role=context.get("role", ""),
                action=_what_changed(previous, row, context.get("action", "")),
                before=str(AccreditationStatus(previous.status).label) if moved else "",
                after=str(AccreditationStatus(row.status).label) if moved else "",
                comment=context.get("comment", ""),
            )
        )
        previous = row
    return events[::-1]


def _what_changed(before: Any, after: Any, action: str) -> str:
    if before is None:
        return "Habilitation enregistrée"
    if before.status != after.status:
        what = str(LifeAction(action).label) if action in LifeAction.values else "Changement de statut"
        return f"{what}, à la date du {after.status_since:%d/%m/%Y}" if after.status_since else what
    if (before.starts_on, before.ends_on) != (after.starts_on, after.ends_on):
        return f"Dates modifiées : du {after.starts_on:%d/%m/%Y} au {after.ends_on:%d/%m/%Y}"
    return "Habilitation modifiée"
