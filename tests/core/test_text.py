"""What makes two spellings of a name the same name, and what is no name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forprev.core.text import clean, clean_lines, is_name, normalise, plural


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("Lévêque-d’Œuf", "LEVEQUE D OEUF"),
        ("  le   Goff ", "LE GOFF"),
        ("Jean-François", "JEAN FRANCOIS"),
        ("JEAN FRANCOIS", "JEAN FRANCOIS"),
        ("L'Hôte", "L HOTE"),
        ("Straße", "STRASSE"),
        ("STRAẞE", "STRASSE"),
        ("Ǿrsted", "ORSTED"),
        ("Łukasz", "LUKASZ"),
        ("Yıldız", "YILDIZ"),
        ("Иванов", "ИВАНОВ"),
        ("", ""),
        ("-'-", "-'-"),
    ],
)
def test_spellings_of_one_name(typed: str, normalised: str) -> None:
    assert normalise(typed) == normalised


@given(st.text(max_size=60))
@example("ǽ")
@example("ꟹ")
@example("ẞ")
@example("ﬃ")
@example("İ")
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=60))
def test_the_composed_and_the_decomposed_spelling_are_one(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert normalise(composed) == normalise(decomposed)
    assert clean(composed) == clean(decomposed)


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet="abcdeéèçœABCÉ -'’", min_size=1, max_size=30))
def test_case_and_accents_do_not_part_names(text: str) -> None:
    assert normalise(text.upper()) == normalise(text) == normalise(text.lower())


def test_what_is_typed_loses_only_what_nobody_sees() -> None:
    assert clean(" Jean\u200b\u00a0 Marie\x00\t\n ") == "Jean Marie"
    assert clean("e\u0301") == "é"
    assert clean_lines("\n\n un  deux\r\ntrois \n\n") == "un deux\ntrois"


@pytest.mark.parametrize("name", ["Le Goff", "d’Œuf", "O'Neil", "Jean-Marie", "Nguyễn", "St. Jean", "Martí i Pol"])
def test_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "<script>alert(1)</script>", "Jean2", "a@b", "=cmd|' /C calc'!A0", "Robert'); DROP TABLE", "😀"],
)
def test_what_is_no_name(text: str) -> None:
    assert not is_name(text)


def test_plural() -> None:
    assert [plural(n, "stagiaire") for n in (0, 1, 2)] == ["0 stagiaire", "1 stagiaire", "2 stagiaires"]
    assert plural(2, "échec validé", "échecs validés") == "2 échecs validés"
