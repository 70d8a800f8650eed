"""Reading entities, their users and sites."""

from __future__ import annotations

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Value, When

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.organisations.models import Membership, Organisation, TrainingSite, held_now
from forprev.people.models import Person


def department_of(postal_code: str) -> str:
    """`21000` -> `21`, `20167` -> `2A`, `20200` -> `2B`, `97400` -> `974`."""
    if postal_code.startswith("20"):
        return "2A" if postal_code < "20200" else "2B"
    if postal_code.startswith("97"):
        return postal_code[:3]
    return postal_code[:2]


def visible_to(acting: Acting) -> QuerySet[Organisation]:
    """Managers and delegates: their own entity; funds: their region's; the rest of the network but the hotline: all."""
    everything = Organisation.objects.all()
    match acting.role:
        case Role.MANAGER | Role.DELEGATE:
            return everything.filter(pk=acting.organisation_id)
        case Role.FUND_OFFICER:
            return everything.filter(department__fund_id=acting.fund_id)
        case Role.NATIONAL_ADMINISTRATOR | Role.COMMITTEE:
            return everything
        case _:
            return everything.none()


def sites_by_scheme(organisation: Organisation) -> list[tuple[str, list[TrainingSite]]]:
    """The entity's plateformes pédagogiques in use, under the name of their scheme, in one query."""
    sites: dict[str, list[TrainingSite]] = {}
    active = organisation.sites.filter(is_active=True).select_related("scheme")
    for site in active.order_by("scheme__name", "name", "pk"):
        sites.setdefault(site.scheme.name, []).append(site)
    return list(sites.items())


def roles_in_entity(acting: Acting) -> QuerySet[Membership]:
    """Managers: the roles of their entity, those that ended too; none for anybody else."""
    if acting.role != Role.MANAGER:
        return Membership.objects.none()
    return Membership.objects.filter(organisation_id=acting.organisation_id)


def members_of(acting: Acting) -> QuerySet[Membership]:
    """Of `roles_in_entity`, those held now."""
    return roles_in_entity(acting).filter(held_now())


def users_of(acting: Acting) -> QuerySet[Person]:
    """Managers: the people with a role in their entity now (A16), one row each; nobody for anybody else.

    `role_codes` is `G`, `DI` or `G, DI`; the account is selected with the person.
    """
    now_held = members_of(acting)
    held_by_each = now_held.filter(person=OuterRef("pk"))
    is_manager = Exists(held_by_each.filter(role=Role.MANAGER))
    is_delegate = Exists(held_by_each.filter(role=Role.DELEGATE))
    codes = Case(
        When(is_manager & is_delegate, then=Value("G, DI")),
        When(is_manager, then=Value("G")),
        default=Value("DI"),
        output_field=CharField(),
    )
    people = Person.objects.filter(pk__in=now_held.values("person_id"))
    return people.select_related("account").annotate(role_codes=codes)


def manager_count(organisation_id: int) -> int:
    """How many people manage the entity now (A15)."""
    return Membership.objects.filter(held_now(), organisation_id=organisation_id, role=Role.MANAGER).count()
