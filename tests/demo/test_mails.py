"""`/demo/courriels`: the mail of the demonstration, for anybody on this machine."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from forprev.notices.models import OutgoingMail

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo.urls")]


@pytest.fixture(autouse=True)
def _demo_mode(settings: Settings) -> None:
    settings.DEMO = True


def write(subject: str, *, text: str = "Bonjour", html: str = "<p>Bonjour</p>") -> OutgoingMail:
    return OutgoingMail.objects.create(
        recipient="formateur@demo.test", subject=subject, text=text, html=html, message_id=f"<{subject}@demo.test>"
    )


def test_the_address_is_the_one_announced() -> None:
    assert reverse("demo:mails") == "/demo/courriels"


def test_the_outbox_is_listed_latest_first(client: Client) -> None:
    write("Premier message")
    write("Second message")

    page = client.get("/demo/courriels").content.decode()

    assert page.index("Second message") < page.index("Premier message")
    assert "formateur@demo.test" in page


def test_an_empty_outbox_says_so(client: Client) -> None:
    assert "Aucun courriel" in client.get("/demo/courriels").content.decode()


def test_a_long_outbox_has_pages(client: Client) -> None:
    for rank in range(30):
        write(f"Message {rank:02}")

    first, second = client.get("/demo/courriels"), client.get("/demo/courriels", {"page": 2})

    assert "Message 29" in first.content.decode()
    assert "Message 04" not in first.content.decode()
    assert "Message 04" in second.content.decode()


def test_a_mail_is_read_as_text_with_its_links(client: Client) -> None:
    mail = write("Lien", text="Ouvrez http://localhost:8000/sessions/1\n<b>gras</b>")

    page = client.get(reverse("demo:mail", args=[mail.pk])).content.decode()

    assert '<a href="http://localhost:8000/sessions/1"' in page
    assert "&lt;b&gt;gras" in page


def test_the_html_part_can_do_nothing_but_be_seen(client: Client) -> None:
    mail = write("Mise en forme", html="<p style='color: red'>Bonjour</p><script>alert(1)</script>")

    response = client.get(reverse("demo:mail_html", args=[mail.pk]))

    assert response.content.decode() == mail.html
    policy = response.headers["Content-Security-Policy"]
    assert policy == "sandbox; default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize("name", ["mail", "mail_html"])
def test_an_unknown_mail_is_not_found(client: Client, name: str) -> None:
    address = reverse(f"demo:{name}", args=["00000000-0000-4000-8000-000000000000"])

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["mails", "mail", "mail_html"])
def test_nothing_is_shown_outside_the_demonstration(client: Client, settings: Settings, name: str) -> None:
    settings.DEMO = False
    mail = write("Secret")

    assert client.get(reverse(f"demo:{name}", args=[] if name == "mails" else [mail.pk])).status_code == 404
