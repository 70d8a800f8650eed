"""In what quality somebody acts on a dossier of its own: as a manager of its entity, or as the applicant."""

from __future__ import annotations

from django.http import Http404

from forprev.accounts.access import ActingRequest
from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.dossiers.selectors import applicant, visible_to
from forprev.accreditation.models import Dossier


def find(request: ActingRequest, pk: int) -> tuple[Dossier, Acting]:
    """The dossier and the quality in which it is seen, the role in use first; Http404 for anybody else's.

    Behind `signed_in`: the applicant of a first request has no role.
    """
    qualities = [applicant(request.user.person)]
    if request.acting is not None and request.acting.role == Role.MANAGER:
        qualities.insert(0, request.acting)
    for acting in qualities:
        dossier = visible_to(acting).select_related("candidate", "organisation__department__fund").filter(pk=pk).first()
        if dossier is not None:
            return dossier, acting
    raise Http404
