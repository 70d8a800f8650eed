"""The addresses that the base templates name, for tests of `core` alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


accounts = [
    path("connexion", view, name="sign_in"),
    path("deconnexion", view, name="sign_out"),
    path("role", view, name="switch_role"),
    path("profil", view, name="profile"),
]
support = [
    path("aide", view, name="help"),
    path("mentions", view, name="legal"),
    path("donnees", view, name="privacy"),
]

urlpatterns = [
    path("", view, name="dashboard"),
    path("entite", view, name="entity"),
    path("sessions/", view, name="ongoing"),
    path("sessions/a-traiter", view, name="awaiting"),
    path("compte/", include((accounts, "accounts"))),
    path("", include((support, "support"))),
]
