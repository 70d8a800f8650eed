"""Addresses that are made elsewhere at this moment."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.accreditation.dossiers.selectors import visible_to


@require_safe
@acting_as(*Role)
def dossier(request: ActingRequest, pk: int) -> HttpResponse:
    return HttpResponse(str(get_object_or_404(visible_to(request.acting), pk=pk)))
