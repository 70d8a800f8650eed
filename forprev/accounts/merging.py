"""What happens to the accounts when two records of one person are brought together (B44)."""

from __future__ import annotations

from django.db.models import Q

from forprev.accounts.models import Account, FactorReset, Session
from forprev.core.errors import DomainError
from forprev.people.journal import Journal
from forprev.people.merging import on_merge
from forprev.people.models import Person


@on_merge
def keep_one_account(duplicate: Person, kept: Person, journal: Journal) -> None:
    """The kept person's account stays; without one, the duplicate's moves over. So do the resets that it treated."""
    both = Q(asked_by=duplicate, decided_by=kept) | Q(asked_by=kept, decided_by=duplicate)
    if FactorReset.objects.filter(both).exists():
        raise DomainError("Ces deux personnes ont décidé ensemble : ce ne peut être la même.", code="two_persons")
    for field in ("asked_by", "decided_by"):
        journal.move(
            FactorReset.objects.filter(**{field: duplicate}), field, "Demandes de retrait d’un second facteur traitées"
        )
    stays = Account.objects.filter(person=kept).first()
    goes = Account.objects.filter(person=duplicate).first()
    if goes and stays:
        Session.objects.filter(account=goes).delete()  # signed out, and not in again by undoing
        journal.drop(goes, "Compte fermé", named=lambda account: account.email)
        journal.warn(
            f"Les deux personnes ont un compte. Celui de {stays.email} reste ; {goes.email} ne permettra plus de se "
            f"connecter, et son mot de passe non plus. Le n° {duplicate.number} mènera au compte qui reste, et sera "
            "toujours trouvé."
        )
    elif goes:
        journal.move(Account.objects.filter(person=duplicate), "person", "Compte", named=lambda account: account.email)
