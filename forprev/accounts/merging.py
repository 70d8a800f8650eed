"""What happens to the accounts when two records of one person are brought together (B44)."""

from __future__ import annotations

from forprev.accounts.models import Account
from forprev.people.models import Person
from forprev.people.services import on_merge


@on_merge
def keep_one_account(duplicate: Person, kept: Person) -> None:
    """The kept person's account stays; without one, the duplicate's moves over."""
    if Account.objects.filter(person=kept).exists():
        Account.objects.filter(person=duplicate).delete()
    else:
        Account.objects.filter(person=duplicate).update(person=kept)
