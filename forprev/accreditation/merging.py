"""What moves when two records of one person are brought together (B44)."""

from __future__ import annotations

from forprev.accreditation.models import Delegation, Dossier, DossierMessage
from forprev.organisations.models import Membership
from forprev.people.journal import Journal
from forprev.people.merging import on_merge
from forprev.people.models import Person


@on_merge
def move_dossiers(duplicate: Person, kept: Person, journal: Journal) -> None:
    dossiers = Dossier.objects.filter(applicant=duplicate).order_by("pk")
    journal.move(dossiers, "applicant", "Demandes d’habilitation", named=str)
    journal.move(
        Dossier.objects.filter(assigned_to=duplicate).order_by("pk"), "assigned_to", "Demandes à instruire", named=str
    )
    journal.move(
        DossierMessage.objects.filter(author=duplicate).select_related("dossier").order_by("pk"),
        "author",
        "Messages au sujet d’une demande",
        named=lambda message: str(message.dossier),
    )


@on_merge
def move_delegations(duplicate: Person, kept: Person, journal: Journal) -> None:
    """Of a role held twice in one entity (organisations/merging.py): what only the duplicate had follows its like."""
    for gone in Membership.objects.filter(person=duplicate).order_by("pk"):
        like = Membership.objects.get(person=kept, organisation_id=gone.organisation_id, role=gone.role, ended_at=None)
        had = Delegation.objects.filter(membership=like).values("accreditation_id")
        journal.move(
            Delegation.objects.filter(membership=gone)
            .exclude(accreditation_id__in=had)
            .select_related("accreditation"),
            "membership",
            "Habilitations déléguées",
            named=lambda delegation: delegation.accreditation.number,
            between=(gone, like),
        )
