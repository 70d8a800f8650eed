"""The dashboard: its registry, and the cards of accreditations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
import time_machine

from forprev.accounts.models import Role
from forprev.accreditation.models import AccreditationStatus
from forprev.core import dashboard
from forprev.core.dashboard import Card, Figure, Line
from tests.screens import (
    make_accreditation,
    make_entity,
    make_member,
    make_network_role,
    menu_of,
    queries_of,
    signed_in,
    text_of,
)

PATH = "/tableau-de-bord"


@dataclass
class Someone:
    role: str = "trainer"


@pytest.fixture
def no_cards(monkeypatch):
    monkeypatch.setattr(dashboard, "_registered", [])


def one_line(acting) -> Card:
    return Card(
        summary="1 session attend vos résultats.", lines=[Line("Session n°122", "/sessions/122", due=date(2026, 1, 2))]
    )


def nothing(acting) -> None:
    return None


def test_sections_follow_the_screen_and_cards_their_order(no_cards):
    for section, title, order in (("Chiffres", "A", 1), ("À traiter", "C", 2), ("À traiter", "B", 1)):
        dashboard.register(section, title, roles=["trainer"], order=order, build=one_line)
    sections = dashboard.sections_for(Someone())
    assert [(section.title, [title for title, _ in section.cards]) for section in sections] == [
        ("À traiter", ["B", "C"]),
        ("Chiffres", ["A"]),
    ]


def test_each_role_has_its_own_cards(no_cards):
    dashboard.register(dashboard.AWAITING, "Sessions", roles=["trainer"], order=1, build=one_line)
    assert dashboard.sections_for(Someone("manager")) == []


def test_card_with_nothing_to_say_leaves_its_section_calm(no_cards):
    dashboard.register(dashboard.AWAITING, "Sessions", roles=["trainer"], order=1, build=nothing)
    (section,) = dashboard.sections_for(Someone())
    assert (section.cards, section.nothing) == ([], "Rien n’attend de vous pour le moment.")


def test_figures_of_a_section_stand_together(no_cards):
    for title, value in (("Sessions", "3"), ("Certificats", "40")):
        card = Card(figures=[Figure(value, title)])
        dashboard.register(dashboard.FIGURES, title, roles=["trainer"], order=1, build=lambda acting, card=card: card)
    (section,) = dashboard.sections_for(Someone())
    assert [figure.value for figure in section.figures] == ["3", "40"]


def test_unknown_section_is_refused(no_cards):
    with pytest.raises(ValueError, match="unknown section"):
        dashboard.register("Divers", "X", roles=["trainer"], order=1, build=nothing)


def test_registering_twice_shows_once(no_cards):
    for _ in range(2):
        dashboard.register(dashboard.AWAITING, "Sessions", roles=["trainer"], order=1, build=one_line)
    (section,) = dashboard.sections_for(Someone())
    assert len(section.cards) == 1


@pytest.mark.django_db
def test_page_shows_lines_with_their_due_date(no_cards):
    dashboard.register(dashboard.AWAITING, "Sessions à valider", roles=[Role.MANAGER], order=1, build=one_line)
    page = signed_in(make_member(make_entity())).get(PATH)
    assert "Sessions à valider 1 session attend vos résultats. Session n°122 Échéance le 02/01/2026" in text_of(page)
    assert 'href="/sessions/122"' in page.content.decode()
    assert menu_of(page)[0] == "TABLEAU DE BORD"


@pytest.mark.django_db
def test_role_without_card_reads_a_calm_page(no_cards):
    assert "Rien n’attend de vous" in text_of(signed_in(make_network_role(Role.SUPPORT_AGENT)).get(PATH))


@pytest.mark.django_db
def test_visitors_are_sent_to_sign_in(client):
    assert client.get(PATH).headers["Location"].startswith("/connexion")


@pytest.mark.django_db
@time_machine.travel("2026-03-10T11:00:00Z", tick=False)
def test_a25_accreditations_that_end_within_twelve_months_the_nearest_first():
    entity = make_entity()
    ends = {"A/12": date(2027, 3, 10), "B/6": date(2026, 9, 10), "C/7": date(2026, 9, 11), "D/13": date(2027, 3, 11)}
    for number, ends_on in ends.items():
        make_accreditation(entity, number=number, ends_on=ends_on)
    make_accreditation(entity, number="E/over", starts_on=date(2020, 1, 1), ends_on=date(2026, 3, 9))
    make_accreditation(entity, number="F/susp", ends_on=date(2026, 5, 1), status=AccreditationStatus.SUSPENDED)
    make_accreditation(make_entity("Autre"), number="G/other", ends_on=date(2026, 5, 1))
    text = text_of(signed_in(make_member(entity)).get(PATH))
    assert "3 habilitations se terminent dans les 12 prochains mois" in text
    assert (
        "SST / 1 B/6 Fin le 10/09/2026 Moins de 6 mois "
        "SST / 1 C/7 Fin le 11/09/2026 Moins de 12 mois "
        "SST / 1 A/12 Fin le 10/03/2027 Moins de 12 mois"
    ) in text
    for number in ("D/13", "E/over", "F/susp", "G/other"):
        assert number not in text
    assert "4 habilitations actives" in text


@pytest.mark.django_db
@time_machine.travel("2026-03-10T11:00:00Z", tick=False)
def test_each_role_is_told_of_the_accreditations_that_it_sees():
    vanves, lyon = make_entity(), make_entity("MAROSE FORMATION", department="69")
    delegate = make_member(vanves, Role.DELEGATE)
    make_accreditation(vanves, number="A/1", ends_on=date(2026, 5, 1), delegates=(delegate,))
    make_accreditation(vanves, number="B/2", ends_on=date(2026, 5, 2))
    make_accreditation(lyon, number="C/3", ends_on=date(2026, 5, 3))
    seen = {
        delegate: ["A/1"],
        make_member(vanves): ["A/1", "B/2"],
        make_network_role(Role.FUND_OFFICER, "rhone-alpes"): ["C/3"],
        make_network_role(Role.COMMITTEE): ["A/1", "B/2", "C/3"],
    }
    for role, expected in seen.items():
        text = text_of(signed_in(role).get(PATH))
        assert [number for number in ("A/1", "B/2", "C/3") if number in text] == expected


@pytest.mark.django_db
@time_machine.travel("2026-03-10T11:00:00Z", tick=False)
def test_long_list_shows_five_and_leads_to_the_rest():
    entity = make_entity()
    for day in range(1, 8):
        make_accreditation(entity, number=f"N/{day}", ends_on=date(2026, 5, day))
    client = signed_in(make_member(entity))
    page = client.get(PATH)
    text = text_of(page)
    assert [f"N/{day}" in text for day in range(1, 8)] == [True] * 5 + [False] * 2
    assert "Voir les 7 habilitations, par date de fin" in text
    assert client.get("/habilitations?tri=fin").status_code == 200


@pytest.mark.django_db
def test_entity_with_nothing_near_reads_so():
    assert "Aucune échéance dans les 12 prochains mois." in text_of(signed_in(make_member(make_entity())).get(PATH))


@pytest.mark.django_db
@time_machine.travel("2026-03-10T11:00:00Z", tick=False)
def test_as_many_queries_for_200_accreditations_as_for_10():
    entity = make_entity()
    client = signed_in(make_member(entity))
    for _ in range(10):
        make_accreditation(entity, ends_on=date(2026, 5, 1))
    few = queries_of(client, PATH)
    for _ in range(190):
        make_accreditation(entity, ends_on=date(2026, 5, 1))
    assert queries_of(client, PATH) == few <= 15
