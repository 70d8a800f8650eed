"""The side menu: who sees which entries, and which one is current."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import RequestFactory

from forprev.core import menu
from forprev.core.context import page
from forprev.core.models import Counter

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.theme_urls")]


@dataclass
class Actor:
    role: str


MANAGER, TRAINER = Actor("manager"), Actor("trainer")


@pytest.fixture(autouse=True)
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_registered", [])
    both = ["manager", "trainer"]
    menu.register(
        menu.HELP,
        "FAQ / Contact support",
        "support:help",
        roles=menu.EVERY_ROLE,
        order=1,
        icon="life-preserver",
    )
    menu.register(
        menu.CERTIFICATION,
        "À traiter",
        "awaiting",
        roles=both,
        waiting=lambda a: Counter.objects.filter(key__startswith="a"),
        order=2,
        icon="patch-check",
    )
    menu.register(menu.CERTIFICATION, "En cours", "ongoing", roles=["manager"], order=1, icon="patch-check")
    menu.register(menu.ORGANISATION, menu.ORGANISATION, "entity", roles=["manager"], order=1, icon="building")
    menu.register(menu.DASHBOARD, menu.DASHBOARD, "dashboard", roles=both, order=1, icon="speedometer2")


def shown(actor: Actor | None, at: str = "/") -> dict[str, list[str]]:
    return {section.label: [link.label for link in section] for section in menu.menu_for(actor, at)}


def current(at: str) -> dict[str, str]:
    links = [link for section in menu.menu_for(MANAGER, at) for link in section]
    return {link.label: link.current for link in links if link.current}


def test_sections_stand_in_the_order_of_the_screen_whatever_the_order_of_registration() -> None:
    assert shown(MANAGER) == {
        "TABLEAU DE BORD": ["TABLEAU DE BORD"],
        "MON ENTITÉ": ["MON ENTITÉ"],
        "CERTIFICATION": ["En cours", "À traiter"],
        "AIDE & ASSISTANCE": ["FAQ / Contact support"],
    }


def test_each_role_sees_its_own() -> None:
    assert shown(TRAINER) == {
        "TABLEAU DE BORD": ["TABLEAU DE BORD"],
        "CERTIFICATION": ["À traiter"],
        "AIDE & ASSISTANCE": ["FAQ / Contact support"],
    }


def test_help_is_there_without_any_role() -> None:
    assert shown(None) == {"AIDE & ASSISTANCE": ["FAQ / Contact support"]}


def test_what_waits_is_counted_in_one_query(django_assert_num_queries: Any) -> None:
    for label, rows in (("Rien", Counter.objects.none()), ("Tout", Counter.objects.order_by("last"))):
        menu.register(
            menu.DOSSIERS, label, "ongoing", roles=["trainer"], waiting=lambda a, rows=rows: rows, order=1, icon="award"
        )
    for key in ("a1", "a2", "a3", "b"):
        Counter.take(key)
    with django_assert_num_queries(1):
        sections = menu.menu_for(TRAINER, "/")
    counts = {link.label: link.count for section in sections for link in section}
    assert (counts["À traiter"], counts["Rien"], counts["Tout"]) == (3, 0, 4)
    assert counts["FAQ / Contact support"] is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("/", {"TABLEAU DE BORD": "page"}),
        ("/sessions/a-traiter", {"À traiter": "page"}),
        ("/sessions/122", {"En cours": "true"}),
        ("/compte", {}),
    ],
)
def test_the_nearest_entry_is_current(at: str, expected: dict[str, str]) -> None:
    assert current(at) == expected


def test_an_unknown_section_is_refused() -> None:
    with pytest.raises(ValueError, match="CERTIFICATIONS"):
        menu.register("CERTIFICATIONS", "En cours", "ongoing", roles=[], order=1, icon="award")


def test_registering_twice_shows_once() -> None:
    menu.register(menu.ORGANISATION, menu.ORGANISATION, "entity", roles=["manager"], order=1, icon="building")
    assert shown(MANAGER)["MON ENTITÉ"] == ["MON ENTITÉ"]


def test_context_of_an_anonymous_page() -> None:
    context = page(RequestFactory().get("/aide"))
    assert context["acting"] is None
    assert not context["acting_choices"]
    assert [section.label for section in context["menu"]] == ["AIDE & ASSISTANCE"]
