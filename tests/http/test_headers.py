"""What every answer tells the browser, whatever the page and whoever asks."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import AccountFactory
from tests.factories.certification import issued_session
from tests.factories.organisations import acting_manager
from tests.http.test_every_url import OF_A_SESSION, OF_A_TRAINEE, PUBLIC, SCREENS, WITH_A_TOKEN
from tests.http.test_session_screens import entity_browser
from tests.http.world import addresses, untouched

pytestmark = pytest.mark.django_db

COOKIES = {"sessionid", "csrftoken"}


def arguments(name: str) -> list[str]:
    return WITH_A_TOKEN.get(name, [])


def check(answer: HttpResponse, name: str) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy, name
    assert "frame-ancestors 'none'" in policy, name
    assert not any(word in policy for word in ("unsafe", "*", "http:", "https:")), name
    assert answer.headers["X-Content-Type-Options"] == "nosniff", name
    assert answer.headers["X-Frame-Options"] == "DENY", name
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer"), name
    assert "Permissions-Policy" in answer.headers, name
    assert set(answer.cookies) <= COOKIES, name
    assert all(cookie["httponly"] for cookie in answer.cookies.values()), name
    assert all(cookie["samesite"] == "Lax" for cookie in answer.cookies.values()), name


def test_public_pages() -> None:
    client = Client()
    for name in sorted(PUBLIC):
        check(client.get(reverse(name, args=arguments(name))), name)
    check(client.get("/nulle-part"), "an unknown address")
    assert set(client.cookies) <= COOKIES


def test_pages_of_whoever_is_signed_in() -> None:
    session = issued_session(trainees=1)
    ids = addresses(session)
    client = entity_browser(session)
    urls = [reverse(name) for name in SCREENS]
    urls += [reverse(name, args=ids["pk"]) for name in OF_A_SESSION]
    urls += [reverse(name, args=ids["trainee"]) for name in OF_A_TRAINEE]
    urls += [reverse("certification:pdf", args=ids["certificate"]), "/nulle-part", "/sessions/a-traiter?export=csv"]
    urls += [reverse(name, args=arguments(name)) for name in sorted(PUBLIC - {"accounts:sign_out"})]
    for url in urls:
        answer = client.get(url)
        check(answer, url)
        assert "no-store" in answer.headers["Cache-Control"], url
        answer.getvalue()  # to its end: the test client then closes a streamed one, and not the database with it
    assert set(client.cookies) <= COOKIES


def test_a_post_without_the_token_of_the_form_is_refused_and_says_so() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(AccountFactory(person=acting_manager().person))
    with untouched():
        answer = client.post("/sessions/nouvelle", {})
    assert answer.status_code == 403
    check(answer, "without token")
