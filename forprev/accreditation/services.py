"""Users of an entity whose roles are made of accreditations."""

from __future__ import annotations

from collections.abc import Iterable

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.models import Delegation
from forprev.accreditation.selectors import attachable
from forprev.core import history
from forprev.core.errors import DomainError
from forprev.organisations.models import Membership
from forprev.organisations.selectors import members_of
from forprev.organisations.services import Whom, grant_role, lock_entity

LEGAL_LINK = "Lien juridique entre le délégataire et l’entité déclaré (A14)"


def add_manager(acting: Acting, whom: Whom) -> Membership:
    """A10. Asked again, it finds the role held and does nothing."""
    membership, _ = grant_role(acting, whom, Role.MANAGER)
    return membership


def add_delegate(
    acting: Acting, whom: Whom, accreditations: Iterable[int], *, description: str = "", legal_link: bool = False
) -> Membership:
    """A13, A14: a delegate of the active accreditations of these ids; the declaration stays in the history.

    Asked again for the same, it does nothing; DomainError if the person is a delegate of something else already.
    """
    if not legal_link:
        raise DomainError(
            "Déclarez le lien juridique entre le délégataire et votre entité.", code="A14", field="legal_link"
        )
    wanted = set(accreditations)
    with history.action(acting, "grant_role", comment=LEGAL_LINK):
        membership, is_new = grant_role(acting, whom, Role.DELEGATE, description, comment=LEGAL_LINK)
        if is_new:
            _attach(acting, membership, wanted)
        elif set(membership.delegations.values_list("accreditation_id", flat=True)) != wanted:
            raise DomainError(
                "Cette personne est déjà délégataire de votre entité : modifiez son rôle sur sa page.",
                code="delegate_already",
            )
    return membership


def change_delegate(acting: Acting, membership_id: int, accreditations: Iterable[int], description: str) -> Membership:
    """Attach exactly these active accreditations; those that are not active stay as they are (A13).

    Raises Membership.DoesNotExist for a role that is not a delegate's of the entity now.
    """
    with history.action(acting, "change_delegate"):
        lock_entity(acting)
        membership = members_of(acting).select_related("person").get(pk=membership_id, role=Role.DELEGATE)
        membership.description = description
        membership.save(update_fields=["description"])
        _attach(acting, membership, set(accreditations))
    return membership


def _attach(acting: Acting, membership: Membership, wanted: set[int]) -> None:
    active = set(attachable(acting).values_list("pk", flat=True))
    if not wanted <= active:
        raise DomainError("Une habilitation choisie n’est plus active : choisissez de nouveau.", code="A13")
    attached = membership.delegations
    attached.filter(accreditation_id__in=active - wanted).delete()
    held = set(attached.values_list("accreditation_id", flat=True))
    if not held | wanted:
        raise DomainError("Rattachez au moins une habilitation.", code="A13", field="accreditations")
    Delegation.objects.bulk_create(
        Delegation(membership=membership, accreditation_id=pk) for pk in sorted(wanted - held)
    )
