"""What moves when two records of one person are brought together (B44)."""

from __future__ import annotations

from forprev.organisations.models import DataChange, FundAttachment, Membership, NetworkRole
from forprev.people.models import Person
from forprev.people.services import on_merge


@on_merge
def move_roles(duplicate: Person, kept: Person) -> None:
    """Roles follow; one that both hold at the same place ends for the duplicate, so that it is held once."""
    held = set(Membership.objects.filter(person=kept, ended_at=None).values_list("organisation_id", "role"))
    for membership in Membership.objects.filter(person=duplicate):
        if membership.ended_at is None and (membership.organisation_id, membership.role) in held:
            membership.delete()
        else:
            membership.person = kept
            membership.save()
    if FundAttachment.objects.filter(person=kept).exists():
        FundAttachment.objects.filter(person=duplicate).delete()
    else:
        FundAttachment.objects.filter(person=duplicate).update(person=kept)
    network = set(NetworkRole.objects.filter(person=kept, ended_at=None).values_list("fund_id", "role"))
    for network_role in NetworkRole.objects.filter(person=duplicate):
        if network_role.ended_at is None and (network_role.fund_id, network_role.role) in network:
            network_role.delete()
        else:
            network_role.person = kept
            network_role.save()


@on_merge
def move_data_changes(duplicate: Person, kept: Person) -> None:
    """What the duplicate asked for, and answered, in the name of an entity or of a fund."""
    for name in ("sent_by", "closed_by"):
        DataChange.objects.filter(**{name: duplicate}).update(**{name: kept})
