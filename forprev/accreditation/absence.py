"""Why an applicant finds nothing yet: its request is unfinished or under review, or did not succeed."""

from __future__ import annotations

from collections.abc import Iterator

from forprev.accounts.absence import Absence, explains_absence
from forprev.accreditation.dossiers.selectors import applicant, visible_to
from forprev.accreditation.workflow import UNDER_REVIEW, WITH_APPLICANT, DossierState
from forprev.people.models import Person


@explains_absence
def first_request(person: Person) -> Iterator[Absence]:
    """The latest first request of the person: an open one leaves a provisional account, one that failed none."""
    dossier = visible_to(applicant(person)).order_by("-created_at", "-pk").first()
    if dossier is None or dossier.state == DossierState.ACCEPTED:
        return  # whoever was accepted and has no role any more lost it since
    if dossier.state in WITH_APPLICANT:
        yield Absence(
            "demande-a-terminer",
            "Votre demande d’habilitation est à terminer",
            "accreditation/absence/to_finish.html",
            {"dossier": dossier},
        )
    elif dossier.state in UNDER_REVIEW:
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
