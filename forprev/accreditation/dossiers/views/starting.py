"""Beginning a dossier: from the home page without an account, or from an entity."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as, public
from forprev.accounts.models import Role
from forprev.accounts.selectors import usable_link
from forprev.accounts.throttling import TooManyAttempts, client_address
from forprev.accounts.views import passwords
from forprev.accounts.views.signing import slow_down
from forprev.accreditation.dossiers import candidacies
from forprev.accreditation.dossiers.forms import NewLinesForm, OrganisationNameForm, WhoForm
from forprev.accreditation.dossiers.services import (
    manages_something,
    open_first_request,
    start_dossier,
    start_first_request,
)
from forprev.accreditation.dossiers.terms import terms_of
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.organisations.models import Organisation

SESSION_KEY = "candidacy"
"""Where the session keeps the token of the link that was opened."""


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def first_request(request: ActingRequest) -> HttpResponse:
    """`Première demande d’habilitation`: the same answer whether or not the address has an account."""
    if request.user.is_authenticated:
        return _signed_in(request)
    form = WhoForm(request.POST if request.method == "POST" else None)
    retry_after = 0
    if form.is_valid():
        try:
            candidacies.ask(candidacies.Who(**form.cleaned_data), client_address(request))
        except TooManyAttempts as error:
            form.add_error(None, error.message)
            retry_after = error.retry_after
        else:
            return redirect("accreditation:first_request_asked")
    page = render(
        request, "accreditation/dossiers/first_request.html", {"form": form}, status=422 if form.errors else 200
    )
    return slow_down(page, retry_after)


def _signed_in(request: ActingRequest) -> HttpResponse:
    """Somebody without an entity begins at once; the one that is open is taken up again."""
    person = request.user.person
    if found := open_first_request(person):
        return redirect("accreditation:dossier", found.pk)
    if manages_something(person):
        return render(request, "accreditation/dossiers/first_request_manager.html")
    form = OrganisationNameForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        dossier = start_first_request(person, form.cleaned_data["organisation_name"])
        return redirect("accreditation:dossier", dossier.pk)
    status = 422 if form.errors else 200
    return render(request, "accreditation/dossiers/first_request_own.html", {"form": form}, status=status)


@public
@require_safe
def first_request_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "accreditation/dossiers/first_request_asked.html")


@public
@require_safe
@never_cache
@sensitive_variables("token")
def open_candidacy(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, so that no other site sees it; opening the link does not use it."""
    if candidacies.usable(token) is None:
        return _link_ended(request)
    request.session[SESSION_KEY] = token
    return redirect("accreditation:confirm_candidacy")


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("token")
def confirm_candidacy(request: HttpRequest) -> HttpResponse:
    """What was typed, to be confirmed; then on to the password of the provisional account."""
    candidacy = candidacies.usable(request.session.get(SESSION_KEY, ""))
    if candidacy is None:
        if usable_link(request.session.get(passwords.SESSION_KEY, "")):
            return redirect("accounts:new_password")  # the second click of two
        return _link_ended(request)
    if request.method != "POST":
        return render(request, "accreditation/dossiers/confirm_candidacy.html", {"candidacy": candidacy})
    try:
        opened = candidacies.confirm(request.session[SESSION_KEY])
    except DomainError as error:
        if error.code != "link_ended":
            raise
        return _link_ended(request)
    del request.session[SESSION_KEY]
    if not opened.password_token:
        messages.success(request, "Votre demande est commencée. Connectez-vous pour la remplir.")
        return redirect("accounts:sign_in")
    request.session[passwords.SESSION_KEY] = opened.password_token
    messages.success(request, "Votre compte provisoire est ouvert. Choisissez son mot de passe.")
    return redirect("accounts:new_password")


def _link_ended(request: HttpRequest) -> HttpResponse:
    return render(request, "accreditation/dossiers/candidacy_ended.html", status=410)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def new_dossier(request: ActingRequest) -> HttpResponse:
    """`Nouvelle demande` of an entity: new levels and renewals, in one sending (A24)."""
    organisation = get_object_or_404(Organisation, pk=request.acting.organisation_id)
    form = NewLinesForm(
        request.POST if request.method == "POST" else None, organisation=organisation, renew=_renewed(request)
    )
    if form.is_valid():
        try:
            dossier = start_dossier(request.acting, form.cleaned_data["key"], form.wish)
        except DomainError as error:
            tell(form, error)
        else:
            return redirect("accreditation:dossier", dossier.pk)
    context = {"form": form, "terms": terms_of(organisation)}
    return render(request, "accreditation/dossiers/new.html", context, status=422 if form.errors else 200)


def _renewed(request: ActingRequest) -> int | None:
    """The accreditation from whose page one comes."""
    asked = request.GET.get("renouveler", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else None
