"""Pages for what went wrong, and the headers of private pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import DjangoDbBlocker

from forprev.core import views
from forprev.core.errors import Conflict, Difference, DomainError
from forprev.core.middleware import DomainErrorMiddleware, PrivatePagesMiddleware
from forprev.core.workflow import NotAllowed

pytestmark = pytest.mark.urls("tests.core.theme_urls")


class SignedIn(AnonymousUser):
    is_authenticated = True  # type: ignore[assignment]


@pytest.fixture
def request_() -> HttpRequest:
    request = RequestFactory().post("/sessions/122")
    request.user = AnonymousUser()
    return request


def refuse(request: HttpRequest, error: Exception) -> HttpResponse | None:
    return DomainErrorMiddleware(lambda _: HttpResponse()).process_exception(request, error)


def test_a_refusal_is_shown_in_its_own_words(request_: HttpRequest) -> None:
    response = refuse(request_, DomainError("Le lieu <b>est</b> obligatoire."))
    assert response is not None
    assert response.status_code == 400
    assert "Le lieu &lt;b&gt;est&lt;/b&gt; obligatoire." in response.content.decode()


@pytest.mark.parametrize("error", [NotAllowed("Trop tard."), Conflict()])
def test_what_the_state_forbids_is_a_conflict(request_: HttpRequest, error: DomainError) -> None:
    response = refuse(request_, error)
    assert response is not None
    assert response.status_code == 409


def test_both_versions_stand_side_by_side(request_: HttpRequest) -> None:
    response = refuse(request_, Conflict(versions=[Difference("Ville", "Lyon", "Étoile-sur-Rhône")]))
    assert response is not None
    page = response.content.decode()
    assert 'data-label="Votre saisie">Lyon<' in page
    assert 'data-label="Valeur enregistrée">Étoile-sur-Rhône<' in page


def test_any_other_error_goes_its_way(request_: HttpRequest) -> None:
    assert refuse(request_, KeyError("x")) is None


@pytest.mark.parametrize(
    ("view", "status", "title"),
    [
        (lambda r: views.bad_request(r, Exception()), 400, "Demande incorrecte"),
        (lambda r: views.permission_denied(r, PermissionDenied()), 403, "Accès refusé"),
        (lambda r: views.csrf_failure(r, "CSRF token missing."), 403, "Votre page a expiré"),
        (lambda r: views.page_not_found(r, Http404()), 404, "Page introuvable"),
        (views.server_error, 500, "Une erreur est survenue"),
    ],
)
def test_every_error_has_its_page_and_a_way_out(request_: HttpRequest, view: Any, status: int, title: str) -> None:
    response = view(request_)
    page = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{title}</h1>" in page
    assert 'href="/"' in page
    assert "CSRF token missing" not in page


def test_server_error_needs_neither_database_nor_request(django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.block():
        assert views.server_error(HttpRequest()).status_code == 500


@pytest.mark.parametrize(
    ("referer", "way_back"),
    [
        ("http://testserver/sessions?page=2", 'href="/sessions?page=2"'),
        ("https://elsewhere.example/sessions", None),
        ("http://testserver//elsewhere.example", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_the_way_back_leads_only_to_our_own_pages(referer: str, way_back: str | None) -> None:
    request = RequestFactory().post("/sessions/122", headers={"referer": referer, "host": "testserver"})
    request.user = AnonymousUser()
    page = views.page_not_found(request, Http404()).content.decode()
    assert ("Revenir à la page précédente" in page) == (way_back is not None)
    assert way_back is None or way_back in page
    assert "elsewhere" not in page


def headers_of(request: HttpRequest, response: HttpResponse) -> Any:
    return PrivatePagesMiddleware(lambda _: response)(request).headers


def test_private_pages_are_not_stored(request_: HttpRequest) -> None:
    request_.user = SignedIn()
    headers = headers_of(request_, HttpResponse(headers={"Cache-Control": "max-age=600, public"}))
    assert headers["Cache-Control"] == "no-store, private"


def test_public_pages_may_be_stored(request_: HttpRequest) -> None:
    headers = headers_of(request_, HttpResponse(headers={"Cache-Control": "max-age=600"}))
    assert headers["Cache-Control"] == "max-age=600"


def test_pages_ask_nothing_of_the_device(request_: HttpRequest) -> None:
    assert "camera=()" in headers_of(request_, HttpResponse())["Permissions-Policy"]
