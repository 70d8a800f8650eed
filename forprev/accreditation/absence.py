"""Why an applicant finds nothing yet: its request is under review, or did not succeed."""

from __future__ import annotations

from collections.abc import Iterator

from forprev.accounts.absence import Absence, explains_absence
from forprev.accreditation.models import UNDER_REVIEW, Dossier
from forprev.people.models import Person


@explains_absence
def first_request(person: Person) -> Iterator[Absence]:
    """The latest request of the person: one under review leaves an account without role, one that failed none."""
    dossier = Dossier.objects.filter(applicant=person).order_by("-created_at", "-pk").first()
    if dossier is None:
        return
    if dossier.state in UNDER_REVIEW:
        yield Absence(
            "demande-en-cours",
            "Votre demande d’habilitation est en cours d’instruction",
            "accreditation/absence/under_review.html",
            {"dossier": dossier},
        )
    else:
        yield Absence(
            "demande-non-aboutie",
            "Votre demande d’habilitation n’a pas abouti",
            "accreditation/absence/not_accepted.html",
            {"dossier": dossier},
            closes=True,
        )
