"""The frame of every page in a real browser: with and without scripts, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from forprev.core import menu
from forprev.core.forms import FrenchDateField
from forprev.core.models import Counter

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.theme_urls")]

SITE = "http://forprev.test"
DESK, PHONE, NARROW = (1280, 800), (375, 740), (320, 640)
RULES = ["RGAAv4", "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CONTENT_POLICY = "default-src 'none'; img-src 'self' data:; " + "; ".join(
    f"{kind} 'self'" for kind in ("script-src", "style-src", "font-src", "form-action")
)


@dataclass(frozen=True)
class Someone:
    first_name: str = "Romain"


@dataclass(frozen=True)
class Actor:
    key: str
    label: str
    place: str = "MAROSE FORMATION"
    role: str = "manager"
    person: Someone = field(default_factory=Someone)
    is_authenticated: bool = True


MANAGER = Actor("manager-1", "Gestionnaire MAROSE FORMATION")
OTHER = Actor("manager-2", "Gestionnaire MAIRIE DE VANVES", "MAIRIE DE VANVES")


class SessionForm(forms.Form):
    scheme = forms.ChoiceField(label="Dispositif", choices=[("", "Choisir"), ("SST", "SST")])
    course = forms.ChoiceField(
        label="Identification",
        choices=[("initial", "Stage initial"), ("mac", "Mise à jour")],
        widget=forms.RadioSelect,
    )
    end = FrenchDateField(label="Date de fin de session")
    comment = forms.CharField(label="Mon commentaire", required=False, widget=forms.Textarea)
    password = forms.CharField(label="Mot de passe", widget=forms.PasswordInput(attrs={"autocomplete": "off"}))


PRIVATE = """
{% extends "core/base.html" %}
{% block title %}Session de certification n°122{% endblock %}
{% block breadcrumb %}{% crumb "Mes sessions" "awaiting" %}{% crumb "Session n°122" %}{% endblock %}
{% block heading %}Session de certification n°122{% endblock %}
{% block heading_meta %}{% status_badge "trainer" "En cours de validation Formateur" %}{% endblock %}
{% block actions %}<a class="btn btn-primary" href="/x">{% icon "plus-lg" %}Nouvelle session</a>{% endblock %}
{% block tabs %}{% include "core/parts/tabs.html" with label="Session n°122" %}{% endblock %}
{% block content %}
{% include "core/parts/alert.html" with tone="warning" title="Groupe de 12" text="Au lieu de 10." %}
<form method="post" novalidate>{% include "core/parts/required_note.html" %}{{ form }}
<button class="btn btn-primary">Enregistrer</button></form>
{% include "core/parts/task_list.html" %}
{% include "core/parts/summary_list.html" %}
{% include "core/parts/timeline.html" %}
{% include "core/parts/empty_state.html" with title="Aucune session" action_url="/x" action_label="Créer" %}
<div class="table-frame"><table class="table table-cards"><caption>Stagiaires</caption>
<thead><tr><th scope="col">Nom</th><th scope="col">Né(e) le</th><th scope="col">État</th></tr></thead>
<tbody><tr><th scope="row" data-label="Nom">DE LA ROCHEFOUCAULD-MONTBEL</th>
<td data-label="Né(e) le">06/04/1977</td>
<td data-label="État">{% status_badge "passed" "Réussite" %}</td></tr></tbody></table></div>
{% endblock %}
"""
PUBLIC = """
{% extends "core/base_public.html" %}
{% block title %}Connexion{% endblock %}
{% block heading %}Connexion{% endblock %}
{% block content %}<form class="form-section" method="post" novalidate>{{ form }}</form>{% endblock %}
"""
PARTS: dict[str, Any] = {
    "tabs": [
        {"label": "Session", "url": "/x", "current": True, "done": True},
        {"label": "Stagiaires", "url": "/x", "count": 3},
        {"label": "Téléchargements"},
    ],
    "steps": [
        {"label": "Session", "url": "/x", "state": "done", "hint": "SST / 2"},
        {"label": "Stagiaires", "url": "/x", "state": "todo"},
        {"label": "Vérifier et envoyer", "state": "blocked"},
    ],
    "rows": [{"label": "Certificat", "value": "SST-1", "url": "/x"}, {"label": "Ville", "value": ""}],
    "events": [
        {
            "at": timezone.now(),
            "action": "Retour commenté",
            "actor": "PARIS Karine",
            "before": "A",
            "after": "B",
            "comment": "Non.",
        }
    ],
}


@pytest.fixture(autouse=True)
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_registered", [])
    roles = ["manager"]
    for key in ("a", "b", "c"):
        Counter.take(key)
    menu.register(menu.DASHBOARD, menu.DASHBOARD, "dashboard", roles=roles, order=1, icon="speedometer2")
    menu.register(
        menu.CERTIFICATION,
        "À traiter",
        "awaiting",
        roles=roles,
        waiting=lambda a: Counter.objects.all(),
        order=1,
        icon="patch-check",
    )


def request_of(actor: Actor | None) -> HttpRequest:
    request = RequestFactory().get("/sessions/a-traiter")
    request.user = actor  # type: ignore[assignment]
    request.acting = actor  # type: ignore[attr-defined]
    request.acting_choices = (MANAGER, OTHER)  # type: ignore[attr-defined]
    return request


def private(form: forms.Form) -> str:
    html: str = engines["django"].from_string(PRIVATE).render({"form": form, **PARTS}, request_of(MANAGER))
    return html


def public(form: forms.Form) -> str:
    html: str = engines["django"].from_string(PUBLIC).render({"form": form}, request_of(None))
    return html


def answer(route: Route, html: str) -> None:
    path = urlsplit(route.request.url).path
    if not path.startswith(settings.STATIC_URL):
        route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": CONTENT_POLICY})
        return
    found = finders.find(path.removeprefix(settings.STATIC_URL))
    assert found, path
    route.fulfill(body=Path(found).read_bytes(), content_type=guess_type(path)[0] or "font/woff2")


Opener = Callable[..., Page]


@pytest.fixture
def show(browser: Browser) -> Iterator[Opener]:
    """Open a page rendered beforehand; what the browser complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(html: str, size: tuple[int, int] = DESK, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, base_url=SITE
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.route("**/*", lambda route: answer(route, html))
        page.goto("/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


PAGES = {
    "empty": lambda: private(SessionForm()),
    "errors": lambda: private(SessionForm({})),
    "public": lambda: public(SessionForm()),
    "public errors": lambda: public(SessionForm({})),
}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("build", PAGES.values(), ids=PAGES)
def test_no_violation_of_the_accessibility_rules(show: Opener, build: Callable[[], str], size: tuple[int, int]) -> None:
    page = show(build(), size)
    page.evaluate((settings.NODE_MODULES / "axe-core" / "axe.min.js").read_text())
    options = {"runOnly": {"type": "tag", "values": RULES}, "rules": {"target-size": {"enabled": True}}}
    found = page.evaluate("options => axe.run(options)", options)
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []


@pytest.mark.parametrize("build", PAGES.values(), ids=PAGES)
def test_nothing_stands_out_at_320_pixels(show: Opener, build: Callable[[], str]) -> None:
    page = show(build(), NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_fields_are_found_by_their_exact_label(show: Opener) -> None:
    page = show(private(SessionForm()))
    expect(page.get_by_label("Dispositif", exact=True)).to_be_editable()
    expect(page.get_by_role("textbox", name="Date de fin de session", exact=True)).to_be_editable()
    expect(page.get_by_role("radio", name="Stage initial", exact=True)).to_be_visible()


def test_summary_of_errors_takes_the_focus_and_leads_to_the_fields(show: Opener) -> None:
    page = show(private(SessionForm({})))
    expect(page.locator("#error-summary")).to_be_focused()
    page.locator("#error-summary").get_by_role("link").nth(1).click()
    expect(page.get_by_label("Stage initial")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_menu_folds_on_a_desk(show: Opener, scripts: bool) -> None:
    page = show(private(SessionForm()), DESK, scripts=scripts)
    entry = page.get_by_role("navigation", name="Menu principal")
    expect(entry).to_be_visible()
    page.locator(".fold-button").click()
    expect(entry).to_be_hidden()
    page.locator(".fold-button").click()
    expect(entry).to_be_visible()


def test_item21_fold_is_remembered_without_a_cookie(show: Opener) -> None:
    page = show(private(SessionForm()))
    entry = page.get_by_role("navigation", name="Menu principal")
    page.locator(".fold-button").click()
    page.reload()
    expect(entry).to_be_hidden()
    page.locator(".fold-button").click()
    page.reload()
    expect(entry).to_be_visible()
    assert page.context.cookies(SITE) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_menu_is_a_drawer_on_a_phone(show: Opener, scripts: bool) -> None:
    page = show(private(SessionForm()), PHONE, scripts=scripts)
    link = page.get_by_role("link", name="À traiter 3")
    expect(link).to_be_hidden()
    page.locator(".drawer-button").click()
    expect(link).to_be_in_viewport()
    page.locator(".drawer-button").click()
    expect(link).to_be_hidden()


def test_drawer_opens_with_the_space_bar_and_closes_with_escape(show: Opener) -> None:
    page = show(private(SessionForm()), PHONE)
    link = page.get_by_role("link", name="À traiter 3")
    page.get_by_label("Ouvrir le menu").press("Space")
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(page.get_by_label("Ouvrir le menu")).to_be_focused()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_role_is_changed_without_scripts(show: Opener, size: tuple[int, int]) -> None:
    page = show(private(SessionForm()), size, scripts=False)
    page.locator("summary", has_text="Gestionnaire MAROSE FORMATION").click()
    choice = page.get_by_role("button", name="Gestionnaire MAIRIE DE VANVES")
    expect(choice).to_be_in_viewport()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        choice.click()
    assert urlsplit(sent.value.url).path == "/compte/role"
    assert "role=manager-2" in (sent.value.post_data or "")


def test_leaving_is_a_post(show: Opener) -> None:
    page = show(private(SessionForm()), scripts=False)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Déconnexion").click()
    assert urlsplit(sent.value.url).path == "/compte/deconnexion"


def test_skip_link_comes_first_and_leads_to_the_content(show: Opener) -> None:
    page = show(private(SessionForm()))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_password_can_be_shown(show: Opener) -> None:
    page = show(private(SessionForm()))
    field = page.get_by_label("Mot de passe", exact=True)
    expect(field).to_have_attribute("type", "password")
    page.get_by_role("button", name="Afficher la saisie").click()
    expect(field).to_have_attribute("type", "text")


def test_every_target_of_the_frame_is_44_pixels_high(show: Opener) -> None:
    page = show(private(SessionForm()), PHONE)
    page.locator(".drawer-button").click()
    frame = ".drawer-button, .side-menu a, .role-switch > summary, .bar-link"
    heights = page.locator(f"{frame}, .btn, .tabs a, .form-select, .form-check").evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => [e.className, e.offsetHeight])"
    )
    assert heights
    assert [target for target in heights if target[1] < 44] == []
