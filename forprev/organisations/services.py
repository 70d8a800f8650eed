"""The regional funds, taken from domain.md section 5; the fund of a trainer; roles granted and ended."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.db import transaction

from forprev.accounts.acting import Acting, System
from forprev.accounts.models import Account, Role
from forprev.accounts.services import opening, passwords
from forprev.core import history
from forprev.core.dates import now, today
from forprev.core.errors import DomainError
from forprev.organisations import mails
from forprev.organisations.models import (
    Department,
    FundAttachment,
    Membership,
    NetworkRole,
    Organisation,
    RegionalFund,
)
from forprev.organisations.selectors import manager_count, members_of, roles_in_entity
from forprev.organisations.signals import network_role_ended
from forprev.people.models import Identity, Person
from forprev.people.selectors import same_identity
from forprev.people.services import create_person, lock_identity

logger = structlog.get_logger(__name__)

FUNDS: dict[str, tuple[str, str]] = {
    "alsace-moselle": ("Carsat Alsace-Moselle", "57 67 68"),
    "aquitaine": ("Carsat Aquitaine", "24 33 40 47 64"),
    "auvergne": ("Carsat Auvergne", "03 15 43 63"),
    "bourgogne-franche-comte": ("Carsat Bourgogne-Franche-Comté", "21 25 39 58 70 71 89 90"),
    "bretagne": ("Carsat Bretagne", "22 29 35 56"),
    "centre-val-de-loire": ("Carsat Centre-Val de Loire", "18 28 36 37 41 45"),
    "centre-ouest": ("Carsat Centre-Ouest", "16 17 19 23 79 86 87"),
    "ile-de-france": ("Cramif", "75 77 78 91 92 93 94 95"),
    "languedoc-roussillon": ("Carsat Languedoc-Roussillon", "11 30 34 48 66"),
    "midi-pyrenees": ("Carsat Midi-Pyrénées", "09 12 31 32 46 65 81 82"),
    "nord-est": ("Carsat Nord-Est", "08 10 51 52 54 55 88"),
    "hauts-de-france": ("Carsat Hauts-de-France", "02 59 60 62 80"),
    "normandie": ("Carsat Normandie", "14 27 50 61 76"),
    "pays-de-la-loire": ("Carsat Pays de la Loire", "44 49 53 72 85"),
    "rhone-alpes": ("Carsat Rhône-Alpes", "01 07 26 38 42 69 73 74"),
    "sud-est": ("Carsat Sud-Est", "04 05 06 13 2A 2B 83 84"),
    "guadeloupe": ("CGSS Guadeloupe", "971 977 978"),
    "martinique": ("CGSS Martinique", "972"),
    "guyane": ("CGSS Guyane", "973"),
    "la-reunion": ("CGSS La Réunion", "974"),
    "mayotte": ("CSS Mayotte", "976"),
}


@transaction.atomic
def install_funds() -> None:
    """Create the 21 funds and their departments where they are missing; what exists is left as it is."""
    RegionalFund.objects.bulk_create(
        (RegionalFund(code=code, name=name) for code, (name, _) in FUNDS.items()), ignore_conflicts=True
    )
    funds = RegionalFund.objects.in_bulk(field_name="code")
    Department.objects.bulk_create(
        (
            Department(code=department, fund=funds[code])
            for code, (_, departments) in FUNDS.items()
            for department in departments.split()
        ),
        ignore_conflicts=True,
    )


def install_after_migrate(**kwargs: object) -> None:
    install_funds()


def choose_fund(person: Person, fund: RegionalFund) -> None:
    """The trainer's caisse de rattachement from now on (A06)."""
    FundAttachment.objects.update_or_create(person=person, defaults={"fund": fund})


def end_lapsed_roles() -> None:
    """Note as ended the roles whose last day has passed; they gave nothing any more since then."""
    with history.action(System(), "end_lapsed_roles"):
        Membership.objects.filter(ended_at=None, ends_on__lt=today()).update(ended_at=now())
        for held in NetworkRole.objects.select_for_update().filter(ended_at=None, ends_on__lt=today()):
            close_network_role(held)


def close_network_role(held: NetworkRole) -> None:
    """Note its end, in the transaction under way: what its person had in hand waits for somebody else."""
    held.ended_at = now()
    held.save(update_fields=["ended_at"])
    network_role_ended.send(NetworkRole, role=held)


LAST_MANAGER = "Une entité garde toujours au moins un gestionnaire : ajoutez-en un autre avant de mettre fin à ce rôle."


@dataclass(frozen=True)
class Whom:
    """Who is to get a role (A11): somebody of the register, or else somebody new of this identity.

    `email` opens the account of whoever has none; an account keeps its own address.
    """

    person: Person | None = None
    identity: Identity | None = None
    email: str = ""


def grant_role(
    acting: Acting, whom: Whom, role: Role, description: str = "", *, comment: str = ""
) -> tuple[Membership, bool]:
    """Give somebody a role in the manager's entity (A10); with whether it is new, or was held already.

    Whoever has no account gets one, and the mail of the first sign-in; the others are told of their role. DomainError
    (`email_taken`) for the address of somebody else's account, (`email_missing`) where an account needs one.
    """
    with history.action(acting, "grant_role", comment=comment):
        organisation = lock_entity(acting)
        person = whom.person or recorded(whom)
        held = members_of(acting).filter(person=person, role=role).first()
        if held is not None:
            return held, False
        # One that lapsed is noted as ended in the night; until then it would stand in the way of the new one.
        organisation.memberships.filter(person=person, role=role, ended_at=None).update(ended_at=now())
        membership = organisation.memberships.create(person=person, role=role, description=description)
        account = Account.objects.filter(person=person).first()
        if account is None:
            passwords.invite(open_account(person, whom.email))
        else:
            mails.role_granted(membership, account)
        logger.info("role_granted", role=role.value, entity=organisation.pk, to=person.pk, by=acting.person_id)
    return membership, True


def end_role(acting: Acting, membership_id: int) -> Membership:
    """End a role in the manager's entity; what the person did stays (A15). Nothing happens to one that has ended.

    DomainError (`last_manager`) for the only manager that is left.
    """
    with history.action(acting, "end_role"):
        organisation = lock_entity(acting)
        membership = roles_in_entity(acting).select_related("person", "organisation").get(pk=membership_id)
        if not members_of(acting).filter(pk=membership_id).exists():
            return membership
        if membership.role == Role.MANAGER and manager_count(organisation.pk) == 1:
            raise DomainError(LAST_MANAGER, code="last_manager")
        membership.ended_at = now()
        membership.save(update_fields=["ended_at"])
        account = Account.objects.filter(person=membership.person).first()
        if account is not None:
            mails.role_ended(membership, account)
        logger.info("role_ended", membership=membership.pk, entity=organisation.pk, by=acting.person_id)
    return membership


def lock_entity(acting: Acting) -> Organisation:
    """Hold the manager's entity until the transaction ends: its roles change one at a time.

    DomainError for whoever does not manage it, or not any more.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=acting.organisation_id)
    if not members_of(acting).filter(pk=acting.membership_id, role=Role.MANAGER).exists():
        raise DomainError("Vous n’êtes plus gestionnaire de cette entité.", code="action_not_allowed")
    return organisation


def recorded(whom: Whom) -> Person:
    """Somebody new; whom the first of two clicks recorded is known by the papers and the address."""
    if whom.identity is None:
        raise ValueError("neither a person nor an identity")
    last_name, first_name, birth_date = whom.identity
    lock_identity(last_name, first_name, birth_date)
    same = same_identity(last_name, first_name, birth_date).filter(account__email__iexact=whom.email.strip()).first()
    return same or create_person(last_name=last_name, first_name=first_name, birth_date=birth_date)


def open_account(person: Person, email: str) -> Account:
    if not email:
        raise DomainError(
            "Cette personne n’a pas encore de compte : saisissez son e-mail.", code="email_missing", field="email"
        )
    return opening.create_account(person, email)
