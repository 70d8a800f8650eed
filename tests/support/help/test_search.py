"""The search of the help, on the questions as they are installed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forprev.support.help import selectors
from forprev.support.help.search import Searched, best_first, marked, stem_of
from tests.support.help.queries import QUERIES

SOME = [
    Searched("Comment renouveler une habilitation ?", "échéance", "Douze mois avant sa fin."),
    Searched("Jusqu’à quand télécharger les certificats ?", "PDF", "Pendant quinze jours."),
    Searched("Qui voit mes sessions ?", "", "Votre caisse. Les certificats aussi."),
]


def found(typed: str) -> list[int]:
    return best_first(typed, SOME)[0]


@pytest.mark.django_db
def test_the_right_answer_first_for_eighteen_of_twenty_at_least() -> None:
    assert len(QUERIES) == 20
    missed = {}
    for typed, slug in QUERIES.items():
        first = next((each.question.slug for each in selectors.search(typed)), None)
        if first != slug:
            missed[typed] = first
    assert len(missed) <= 2, missed


def test_neither_accents_nor_capitals_nor_endings_matter() -> None:
    for typed in ("télécharger", "TELECHARGER", "téléchargement", "telechargé"):
        assert found(typed) == [1], typed


def test_a_typing_error_is_forgiven() -> None:
    for typed in ("telecharjer", "téléchagrer", "abilitation", "habiltation", "renouveller"):
        assert found(typed), typed


def test_the_question_weighs_more_than_the_answer() -> None:
    assert found("certificats") == [1]  # which the answer of another one names too, and weighs too little
    assert found("certificats caisse")[0] == 2


def test_words_that_the_screen_does_not_show_are_found() -> None:
    assert found("pdf") == [1]


@pytest.mark.parametrize("typed", ["", "   ", "comment puis-je", "zzzzqqqq", "?!", "日本"])
def test_what_says_nothing_finds_nothing(typed: str) -> None:
    assert found(typed) == []


def test_what_was_sought_is_marked_whatever_its_ending() -> None:
    pieces = marked("L’habilitation, les habiletés : rien d’autre.", frozenset({stem_of("habilitation")}))
    assert [piece for piece, sought in pieces if sought] == ["habilitation"]
    pieces = marked("Téléchargez : télécharger !", frozenset({stem_of("telecharger")}))
    assert [piece for piece, sought in pieces if sought] == ["Téléchargez", "télécharger"]


@given(st.text(max_size=60))
def test_nothing_typed_breaks_it_and_marking_loses_nothing(typed: str) -> None:
    places, stems = best_first(typed, SOME)
    assert set(places) <= {0, 1, 2}
    assert "".join(piece for piece, _ in marked(SOME[0].text, stems)) == SOME[0].text
    assert "".join(piece for piece, _ in marked(typed, stems)) == typed
