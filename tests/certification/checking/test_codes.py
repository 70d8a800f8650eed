"""The two codes: what they withstand, and how they are read again."""

from __future__ import annotations

import math
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from forprev.certification.checking.codes import (
    QR_SYMBOLS,
    TYPED_SYMBOLS,
    grouped,
    hash_of_qr,
    hash_of_typed,
    new_qr_code,
    new_typed_code,
    read_qr_code,
    read_typed_code,
)

typed_codes = st.builds(
    lambda ranks: new_typed_code(lambda of: of[ranks.pop()]), st.lists(st.integers(0, 22), min_size=11, max_size=11)
)
places = st.integers(0, 11)


def test_the_qr_code_has_130_bits_and_the_typed_one_49() -> None:
    assert len(QR_SYMBOLS) == len({*QR_SYMBOLS}) == 32
    assert len(new_qr_code()) * math.log2(len(QR_SYMBOLS)) >= 128
    assert len({*TYPED_SYMBOLS}) == 23
    assert len(new_typed_code()) == 12
    assert 11 * math.log2(len(TYPED_SYMBOLS)) > 49


def test_no_two_symbols_look_alike_and_none_makes_a_word() -> None:
    for alike in ("0O", "1IL", "2Z", "5S", "6G", "8B", "UV"):
        assert sum(symbol in TYPED_SYMBOLS for symbol in alike) <= 1
    assert not {*"AEIOUY"} & {*TYPED_SYMBOLS}


def test_codes_are_drawn_anew() -> None:
    assert len({new_qr_code() for _ in range(200)}) == len({new_typed_code() for _ in range(200)}) == 200


@given(code=typed_codes)
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    group = grouped(code)
    assert [len(part) for part in group.split()] == [4, 4, 4]
    dashed = group.replace(" ", "-")
    for typed in (
        code,
        group,
        f"  {group.lower()}\n",
        dashed,
        dashed.replace("-", "\N{EN DASH}"),
        f"{code[:6]}.{code[6:]}",
    ):
        assert read_typed_code(typed) == code
    for printed, taken_for in ("2Z", "5S", "6G", "8B", "VU"):
        assert read_typed_code(code.replace(printed, taken_for)) == code


@given(code=typed_codes, place=places, symbol=st.sampled_from(TYPED_SYMBOLS))
def test_every_wrong_symbol_is_caught(code: str, place: int, symbol: str) -> None:
    wrong = code[:place] + symbol + code[place + 1 :]
    assert read_typed_code(wrong) == (code if symbol == code[place] else "")


@given(code=typed_codes)
def test_every_swap_is_caught(code: str) -> None:
    """Of neighbours, and of any two."""
    for one, other in combinations(range(12), 2):
        symbols = [*code]
        symbols[one], symbols[other] = code[other], code[one]
        assert read_typed_code("".join(symbols)) == (code if code[one] == code[other] else "")


@given(text=st.text(max_size=40))
def test_anything_else_is_no_code(text: str) -> None:
    for read, length in ((read_qr_code, 26), (read_typed_code, 12)):
        assert len(read(text)) in (0, length)


def test_what_is_too_short_too_long_or_foreign_is_no_code() -> None:
    qr, typed = new_qr_code(), new_typed_code()
    for wrong in ("", qr[:-1], qr + "A", qr[:-1] + "1", qr * 1000, "É" * 26):
        assert read_qr_code(wrong) == ""
    for wrong in ("", typed[:-1], typed + "2", "L" * 12, "A" * 12, typed * 1000, "２" * 11):
        assert read_typed_code(wrong) == ""
    assert read_qr_code(f" {qr[:13]}-{qr[13:].lower()} ") == qr


def test_neither_hash_stands_for_the_other() -> None:
    code = new_typed_code()
    assert hash_of_qr(code) != hash_of_typed(code)
    assert len(hash_of_qr(code)) == len(hash_of_typed(code)) == 32
