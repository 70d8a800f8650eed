"""`Courriels non remis`, for the hotline: which, to whom, why, and once more."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Account, Role
from forprev.core.errors import DomainError
from forprev.notices import selectors
from forprev.notices.models import OutgoingMail
from forprev.notices.services.outbox import send_again
from forprev.notices.tables import DeadLetterList


@acting_as(Role.SUPPORT_AGENT)
@require_http_methods(["GET", "HEAD", "POST"])
def dead_letters(request: ActingRequest) -> HttpResponseBase:
    return DeadLetterList(request, selectors.dead_letters()).response("notices/dead_letters.html")


@acting_as(Role.SUPPORT_AGENT)
@require_http_methods(["GET", "HEAD", "POST"])
def dead_letter(request: ActingRequest, pk: UUID) -> HttpResponse:
    """One of them, and `Renvoyer`; the agent does not see what stands in it."""
    if request.method == "POST":
        found = get_object_or_404(OutgoingMail, pk=pk, failed_at__isnull=False)
        try:
            send_again(found.pk, request.acting)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("notices:dead_letter", pk)
        messages.success(request, f"Le courriel repart vers {found.recipient}.")
        return redirect("notices:dead_letters")
    found = get_object_or_404(selectors.dead_letters(), pk=pk)
    account = Account.objects.filter(person=found.person_id).first() if found.person_id else None
    return render(request, "notices/dead_letter.html", {"mail": found, "account": account})
