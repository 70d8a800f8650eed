"""Pages for whoever can't get in: why, and what to do (product.md, section 1)."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from forprev.accounts.absence import reasons_of
from forprev.accounts.access import ActingRequest, public, signed_in


@signed_in
@require_safe
def no_role(request: ActingRequest) -> HttpResponse:
    """`Vous n'avez aucun rôle actif`: to the page of the reason where one is known, else every usual reason."""
    if request.acting:
        return redirect(settings.LOGIN_REDIRECT_URL)
    reasons = reasons_of(request.user.person)
    if len(reasons) == 1:
        return redirect("accounts:absence", reasons[0].code)
    return render(request, "accounts/no_role.html", {"reasons": reasons})


@signed_in
@require_safe
def absence(request: ActingRequest, code: str) -> HttpResponse:
    """One reason why this very person has no role; 404 for a reason that is not its own."""
    reasons = [reason for reason in reasons_of(request.user.person) if reason.code == code]
    if not reasons:
        raise Http404
    return render(request, "accounts/no_role.html", {"reasons": reasons})


@public
@require_safe
def no_account(request: HttpRequest) -> HttpResponse:
    """Every usual reason for having no account: says nothing of anybody."""
    return render(request, "accounts/no_account.html")


@public
@require_safe
def no_mail(request: HttpRequest) -> HttpResponse:
    """What to do when the mail does not come."""
    return render(request, "accounts/no_mail.html")
