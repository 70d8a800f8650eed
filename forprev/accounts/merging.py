"""What happens to the accounts when two records of one person are brought together (B44)."""

from __future__ import annotations

from django.db.models import Q

from forprev.accounts.models import Account, FactorReset
from forprev.core.errors import DomainError
from forprev.people.models import Person
from forprev.people.services import on_merge


@on_merge
def keep_one_account(duplicate: Person, kept: Person) -> None:
    """The kept person's account stays; without one, the duplicate's moves over. So do the resets that it treated."""
    both = Q(asked_by=duplicate, decided_by=kept) | Q(asked_by=kept, decided_by=duplicate)
    if FactorReset.objects.filter(both).exists():
        raise DomainError("Ces deux personnes ont décidé ensemble : ce ne peut être la même.", code="two_persons")
    FactorReset.objects.filter(asked_by=duplicate).update(asked_by=kept)
    FactorReset.objects.filter(decided_by=duplicate).update(decided_by=kept)
    if Account.objects.filter(person=kept).exists():
        Account.objects.filter(person=duplicate).delete()
    else:
        Account.objects.filter(person=duplicate).update(person=kept)
