"""Two records of one person (B44): who of the network may bring them together, what it sees of them, who is told."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import Account, Role
from forprev.accounts.proposals import masked_email
from forprev.certification.models import Certificate, Trainee
from forprev.core.errors import DomainError
from forprev.notices.models import Notice
from forprev.notices.services import tell
from forprev.organisations.models import FundAttachment, Membership, NetworkRole, held_now
from forprev.people import merging
from forprev.people.matching import Match, find
from forprev.people.models import Merge, Person


def reachable(acting: Acting) -> QuerySet[Person]:
    """The hotline: everybody; a fund: those who work or were trained with an entity of its region, or chose it."""
    people = Person.objects.all()
    if acting.role == Role.SUPPORT_AGENT:
        return people
    if acting.role != Role.FUND_OFFICER:
        return people.none()
    of_region = {"person": OuterRef("pk"), "organisation__department__fund_id": acting.fund_id}
    enrolled = {"person": OuterRef("pk"), "session__organisation__department__fund_id": acting.fund_id}
    return people.filter(
        Exists(Membership.objects.filter(**of_region))
        | Exists(Certificate.objects.filter(**of_region))
        | Exists(Trainee.objects.filter(**enrolled))
        | Exists(FundAttachment.objects.filter(person=OuterRef("pk"), fund_id=acting.fund_id))
    )


def visible_merges(acting: Acting) -> QuerySet[Merge]:
    """The hotline: all of them; a fund: those whose record kept it reaches."""
    merges = Merge.objects.select_related("kept", "by", "undone_by")
    if acting.role == Role.SUPPORT_AGENT:
        return merges
    return merges.filter(kept__in=reachable(acting))


def lookalikes(acting: Acting, person: Person) -> list[Match]:
    """Of those whom the actor reaches, who resembles this person; best first."""
    found = [match for match in find(person.identity) if match.person.pk != person.pk]
    reached = set(reachable(acting).filter(pk__in=[m.person.pk for m in found]).values_list("pk", flat=True))
    return [match for match in found if match.person.pk in reached]


@dataclass(frozen=True)
class Record:
    """What tells one record from the other, to whoever decides which is kept."""

    person: Person
    email: str
    roles: list[str]
    certificates: int
    enrolments: int


def record_of(person: Person) -> Record:
    return Record(
        person=person,
        email=Account.objects.filter(person=person).values_list("email", flat=True).first() or "",
        roles=[f"{held.role_label} {held.place}".strip() for held in roles_of(person)],
        certificates=Certificate.objects.filter(person=person).count(),
        enrolments=Trainee.objects.filter(person=person).count(),
    )


def merge(acting: Acting, duplicate_id: int, kept_id: int, reason: str) -> Merge:
    """Bring the records together and tell the owners of both accounts; DomainError where this actor may not."""
    with transaction.atomic():
        merging.lock_both(duplicate_id, kept_id)
        check_may_merge(acting, duplicate_id, kept_id)
        accounts = _accounts(duplicate_id, kept_id)
        done = merging.merge(duplicate_id, kept_id, acting, reason)
        _tell("merged", done, accounts)
    return done


def undo(acting: Acting, merge_id: int) -> Merge:
    """Take the merge back and tell the owners of the accounts; twice is once. DomainError where it cannot be."""
    with transaction.atomic():
        was_undone = Merge.objects.select_for_update().get(pk=merge_id).undone_at
        undone = merging.undo_merge(merge_id, acting)
        if was_undone is None:
            _tell("separated", undone, _accounts(undone.duplicate_id, undone.kept_id))
    return undone


def check_may_merge(acting: Acting, duplicate_id: int, kept_id: int) -> None:
    """Nobody merges itself, nor gives the network's rights to another account by merging; DomainError."""
    if acting.person_id in (duplicate_id, kept_id):
        raise DomainError("L’une des deux fiches est la vôtre : un autre agent les fusionne.", code="own_record")
    network = set(
        NetworkRole.objects.filter(held_now(), person__in=(duplicate_id, kept_id)).values_list("person_id", flat=True)
    )
    if duplicate_id in network:
        raise DomainError(
            "La fiche qui disparaît tient un rôle du réseau : gardez-la, ou faites d’abord mettre fin à ce rôle.",
            code="network_role",
        )
    if kept_id in network and not Account.objects.filter(person=kept_id).exists():
        raise DomainError(
            "La fiche gardée tient un rôle du réseau sans compte : elle ne peut pas recevoir celui de l’autre.",
            code="network_role",
        )


def _accounts(*person_ids: int) -> list[Account]:
    return list(Account.objects.filter(person__in=person_ids).select_related("person"))


def _tell(template: str, merge: Merge, accounts: list[Account]) -> None:
    """Each owner, at the address that it had or has again."""
    kept = next((account.email for account in accounts if account.person_id == merge.kept_id), "")
    for account in accounts:
        closed = template == "merged" and bool(kept) and account.email != kept
        tell(
            account,
            f"support/mails/{template}",
            {"merge": merge, "closed": closed, "stays": masked_email(kept)},
            kind=Notice.Kind.ACCOUNT,
            url=reverse("accounts:sign_in"),
            person=account.person if Person.objects.filter(pk=account.person_id).exists() else merge.kept,
        )
