"""What happens to the requests when two records of one person are brought together (B44)."""

from __future__ import annotations

from django.db.models import Q

from forprev.core.errors import DomainError
from forprev.people.journal import Journal
from forprev.people.merging import on_merge
from forprev.people.models import Person
from forprev.support.models import Consultation, ContactMessage, ContactRequest, CorrectionRequest
from forprev.support.workflow import State


@on_merge
def keep_corrections(duplicate: Person, kept: Person, journal: Journal) -> None:
    """They follow; where both records have one that waits, it is answered before: what it says is not dropped."""
    waiting = CorrectionRequest.objects.filter(person__in=(duplicate, kept), state=State.OPEN)
    if waiting.count() > 1:
        raise DomainError(
            "Ces deux personnes ont chacune une demande de correction qui attend : l’assistance répond d’abord à l’une "
            "des deux.",
            code="two_corrections",
        )
    for field, label in (("person", "Demandes de correction"), ("closed_by", "Demandes de correction traitées")):
        journal.move(CorrectionRequest.objects.filter(**{field: duplicate}), field, label, named=str)


@on_merge
def keep_contacts(duplicate: Person, kept: Person, journal: Journal) -> None:
    """What the person wrote, treats, or answered follows."""
    for field, label in (("person", "Demandes de contact"), ("assigned_to", "Demandes de contact affectées")):
        journal.move(ContactRequest.objects.filter(**{field: duplicate}), field, label, named=str)
    journal.move(ContactRequest.objects.filter(writer=duplicate), "writer")
    journal.move(ContactMessage.objects.filter(author=duplicate), "author", "Messages à l’assistance", named=str)


@on_merge
def keep_consultations(duplicate: Person, kept: Person, journal: Journal) -> None:
    """They follow, whoever saw or was seen."""
    both = Q(agent=duplicate, person=kept) | Q(agent=kept, person=duplicate)
    if Consultation.objects.filter(both).exists():
        raise DomainError("L’une de ces personnes a vu comme l’autre : ce ne peut être la même.", code="two_persons")
    for field, label in (("agent", "Consultations faites"), ("person", "Consultations par l’assistance")):
        journal.move(Consultation.objects.filter(**{field: duplicate}), field, label, named=str)
