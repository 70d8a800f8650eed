"""The tags and filters that every screen uses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template

from forprev.core.templatetags import ui


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_day() -> None:
    assert ui.jour(date(2022, 12, 1)) == "01/12/2022"


def test_day_of_an_instant_is_the_one_in_paris() -> None:
    assert ui.jour(datetime(2022, 12, 31, 23, 30, tzinfo=UTC)) == "01/01/2023"


def test_instant_is_in_paris_summer_and_winter() -> None:
    assert (
        ui.instant(datetime(2022, 7, 1, 12, 5, tzinfo=UTC)) == "01/07/2022 à 14\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}05"
    )
    assert ui.instant(datetime(2022, 1, 1, 8, 0, tzinfo=UTC)) == "01/01/2022 à 9\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}00"


@pytest.mark.parametrize("source", ["{{ x|jour }}", "{{ x|instant }}"])
def test_no_date_shows_nothing(source: str) -> None:
    assert render(source, x=None) == ""


@pytest.mark.parametrize(
    ("count", "words", "expected"),
    [
        (0, "session", "0 session"),
        (1, "session", "1 session"),
        (2, "session", "2 sessions"),
        (1, "candidat a,candidats ont", "1 candidat a"),
        (3, "candidat a,candidats ont", "3 candidats ont"),
        (12000, "certificat", "12\N{NARROW NO-BREAK SPACE}000 certificats"),
    ],
)
def test_plural_is_french(count: int, words: str, expected: str) -> None:
    assert ui.plural(count, words) == expected


def test_icon_is_a_drawing_hidden_from_screen_readers() -> None:
    html = render('{% icon "trash" %}')
    assert 'aria-hidden="true"' in html
    assert "<path d=" in html
    assert "style=" not in html


@pytest.mark.parametrize("look", ui.LOOKS.values(), ids=ui.LOOKS)
def test_every_state_has_an_icon_and_its_words(look: ui.Look) -> None:
    html = render(
        "{% status_badge state label %}",
        state=next(k for k, v in ui.LOOKS.items() if v is look),
        label="État",
    )
    assert f"status-{look.tone}" in html
    assert "<svg" in html
    assert "<span>État</span>" in html


def test_an_unknown_state_is_neutral_and_escaped() -> None:
    html = render("{% status_badge state label %}", state="nouveau", label="<b>")
    assert "status-neutral" in html
    assert "&lt;b&gt;" in html


def test_last_crumb_is_the_page_itself() -> None:
    assert render("{% crumb 'Session n°122' %}") == '<li class="breadcrumb-item" aria-current="page">Session n°122</li>'
