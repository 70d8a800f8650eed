"""Whom an agent may see as, and the register of who was seen."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import NETWORK_ROLES, Account, Role
from forprev.core.errors import DomainError
from forprev.people.models import Person
from forprev.support.seeing.models import Consultation


def roles_to_see(agent: Person, account: Account) -> list[Acting]:
    """The roles in which the account may be seen; DomainError where it may not be at all."""
    if account.person_id == agent.pk:
        raise DomainError("C’est votre propre compte : changez de rôle en haut de la page.", code="own_account")
    if not account.is_active:
        raise DomainError("Ce compte est fermé : il ne voit plus rien.", code="account_closed")
    roles = roles_of(account.person)
    if any(acting.role in NETWORK_ROLES for acting in roles):
        raise DomainError(
            "Cette personne tient un rôle du réseau prévention : l’assistance ne voit pas ce qu’elle voit.",
            code="network_role",
        )
    if not roles:
        raise DomainError("Cette personne n’a aucun rôle actif : elle n’a rien à voir.", code="no_role")
    return roles


def visible_to(acting: Acting) -> QuerySet[Consultation]:
    """All of them for the national administration; none for anybody else."""
    everything = Consultation.objects.select_related("agent", "person", "contact")
    return everything if acting.role == Role.NATIONAL_ADMINISTRATOR else everything.none()


def for_list(consultations: QuerySet[Consultation]) -> QuerySet[Consultation]:
    return consultations.annotate(page_count=Count("pages"))


def of_person(person: Person) -> QuerySet[Consultation]:
    """Those in which the person was seen, the first first."""
    return for_list(Consultation.objects.filter(person=person)).order_by("begun_at", "pk")


def by_agent(person: Person) -> QuerySet[Consultation]:
    """Those that the person made for the hotline."""
    return Consultation.objects.filter(agent=person).order_by("begun_at", "pk")
