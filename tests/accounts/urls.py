"""The addresses of accounts with a page for each policy."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import include, path

from forprev.accounts.access import ActingRequest, acting_as, public, signed_in
from forprev.accounts.models import Role


@signed_in
def home(request: ActingRequest) -> HttpResponse:
    return HttpResponse("tableau de bord")


@acting_as(Role.MANAGER, Role.DELEGATE)
def for_entities(request: ActingRequest) -> HttpResponse:
    return HttpResponse(f"{request.acting.key} {len(request.acting_choices)}")


@public
def for_all(request: ActingRequest) -> HttpResponse:
    return HttpResponse(f"{request.acting} {request.acting_choices}")


def undecided(request: ActingRequest) -> HttpResponse:
    return HttpResponse("secret")


urlpatterns = [
    path("", home, name="dashboard"),
    path("", include("forprev.accounts.urls")),
    path("entites", for_entities),
    path("tous", for_all),
    path("oubliee", undecided),
]
handler403 = "forprev.core.views.permission_denied"
handler404 = "forprev.core.views.page_not_found"
