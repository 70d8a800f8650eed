"""What moves when two records of one person are brought together (B44)."""

from __future__ import annotations

from typing import TypeVar

from forprev.organisations.models import DataChange, FundAttachment, Membership, NetworkRole
from forprev.people.journal import Journal
from forprev.people.merging import on_merge
from forprev.people.models import Person

Held = TypeVar("Held", Membership, NetworkRole)


@on_merge
def move_roles(duplicate: Person, kept: Person, journal: Journal) -> None:
    """Roles follow; one that both hold at the same place is held once, as long as the longer of the two."""
    _move(Membership, ("organisation_id", "role"), duplicate, kept, journal, "Rôles dans une entité")
    _move(NetworkRole, ("fund_id", "role"), duplicate, kept, journal, "Rôles du réseau")


@on_merge
def move_fund(duplicate: Person, kept: Person, journal: Journal) -> None:
    """The fund that the person kept chose stays; without one, that of the duplicate."""
    chosen = FundAttachment.objects.filter(person=duplicate).select_related("fund").first()
    if chosen is None:
        return
    if FundAttachment.objects.filter(person=kept).exists():
        journal.drop(chosen, "Caisse de rattachement abandonnée", named=lambda each: str(each.fund))
    else:
        journal.drop(chosen)
        journal.add(FundAttachment(person=kept, fund=chosen.fund), "Caisse de rattachement")


@on_merge
def move_data_changes(duplicate: Person, kept: Person, journal: Journal) -> None:
    """What the duplicate asked for, or answered, in the name of an entity or of a fund."""
    for field, label in (("sent_by", "envoyées"), ("closed_by", "traitées")):
        moved = DataChange.objects.filter(**{field: duplicate})
        journal.move(moved, field, f"Demandes d’actualisation {label}", named=str)


def _move(
    model: type[Held], place: tuple[str, str], duplicate: Person, kept: Person, journal: Journal, label: str
) -> None:
    def place_of(held: Held) -> tuple[object, ...]:
        return tuple(getattr(held, field) for field in place)

    def named(held: Held) -> str:
        where = held.organisation if isinstance(held, Membership) else held.fund
        return f"{held.get_role_display()} {where or ''}".strip()

    likes = {place_of(held): held for held in model._default_manager.filter(person=kept, ended_at=None)}
    doubled = []
    for held in model._default_manager.filter(person=duplicate, ended_at=None).order_by("pk"):
        like = likes.get(place_of(held))
        if like is None:
            continue
        doubled.append(held.pk)
        journal.drop(held, f"{label} : déjà tenus par la fiche gardée", named=named, like=like, ends=("ended_at",))
        if like.ends_on and (held.ends_on is None or held.ends_on > like.ends_on):
            journal.change(like, ends_on=held.ends_on)
    rest = model._default_manager.filter(person=duplicate).exclude(pk__in=doubled).order_by("pk")
    journal.move(rest.select_related(place[0].removesuffix("_id")), "person", label, named=named)
