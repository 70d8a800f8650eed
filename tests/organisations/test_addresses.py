"""SIRET and addresses: what an entity may give."""

from __future__ import annotations

import pytest
from django.forms import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from forprev.organisations.services import FUNDS
from forprev.organisations.updating.communes import commune_named, communes_of, department_at
from forprev.organisations.updating.forms import SiretField

DIGITS = "0123456789"
LA_POSTE = "356000000"


def luhn(digits: str) -> bool:
    """Each second digit from the right counts double, digits of the double added up; the sum is a multiple of ten."""
    doubled = [int(d) * (1 + rank % 2) for rank, d in enumerate(reversed(digits))]
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def accepted(number: str) -> bool:
    try:
        SiretField().clean(number)
    except ValidationError:
        return False
    return True


def with_key(digits: str) -> str:
    return next(digits + key for key in DIGITS if luhn(digits + key))


sirens = st.text(DIGITS, min_size=8, max_size=8).map(with_key).filter(lambda siren: siren != LA_POSTE)
establishments = st.text(DIGITS, min_size=4, max_size=4)


@given(siren=sirens, establishment=establishments)
def test_every_siret_with_its_two_keys_is_accepted_and_written_without_blanks(siren: str, establishment: str) -> None:
    number = with_key(siren + establishment)
    spaced = f" {number[:3]} {number[3:6]}\N{NO-BREAK SPACE}{number[6:9]}.{number[9:]} "
    assert SiretField().clean(number) == SiretField().clean(spaced) == number


@given(siren=sirens, establishment=establishments, rank=st.integers(0, 13), other=st.sampled_from(DIGITS))
def test_one_wrong_digit_is_found(siren: str, establishment: str, rank: int, other: str) -> None:
    number = with_key(siren + establishment)
    wrong = number[:rank] + other + number[rank + 1 :]
    if wrong != number and wrong[:9] != LA_POSTE:
        assert not accepted(wrong)


@given(nic=st.text(DIGITS, min_size=5, max_size=5).filter(lambda nic: nic != "00048"))
def test_the_establishments_of_la_poste_count_their_digits_by_five(nic: str) -> None:
    assert accepted(LA_POSTE + nic) == (sum(map(int, LA_POSTE + nic)) % 5 == 0)


@given(text=st.text().filter(lambda text: text.strip()))
def test_anything_else_is_refused(text: str) -> None:
    if sum(c.isdigit() for c in text) != 14:
        assert not accepted(text)


@pytest.mark.parametrize("number", ["21920075500011", "77567145600082", "35600000000048", "35600000049837"])
def test_known_numbers(number: str) -> None:
    assert accepted(number)


def test_a_recorded_number_passes_as_it_is() -> None:
    field = SiretField()
    field.recorded = "00000000000001"
    assert field.clean("000 000 000 00001") == "00000000000001"
    assert not accepted("00000000000001")


@pytest.mark.parametrize(
    ("postal_code", "communes"),
    [("92170", ["Vanves"]), ("75116", ["Paris"]), ("69003", ["Lyon"]), ("97139", ["Les Abymes"]), ("92172", [])],
)
def test_communes_of_a_code(postal_code: str, communes: list[str]) -> None:
    assert communes_of(postal_code) == communes


def test_a_commune_is_known_however_it_is_spelt() -> None:
    assert commune_named("35400", "SAINT MALO") == "Saint-Malo"
    assert commune_named("35400", "Saint-Servan") == ""


@pytest.mark.parametrize(
    ("postal_code", "city", "department"),
    [
        ("92170", "Vanves", "92"),
        ("20167", "AJACCIO", "2A"),
        ("20200", "Bastia", "2B"),
        ("20100", "Sartène", "2A"),
        ("20240", "Ghisonaccia", "2B"),
        ("97400", "Saint-Denis", "974"),
        ("97600", "Mamoudzou", "976"),
        ("05700", "Villebois-les-Pins", "26"),
        ("75019", "PARIS", "75"),
        ("97500", "Saint-Pierre", "975"),
        ("92172", "VANVES CEDEX", "92"),
    ],
)
def test_the_department_is_that_of_the_commune(postal_code: str, city: str, department: str) -> None:
    assert department_at(postal_code, city) == department


def test_every_department_with_a_fund_has_communes() -> None:
    """But 977 and 978, whose codes begin with 971: their fund is Guadeloupe's too."""
    known = {code for _, codes in FUNDS.values() for code in codes.split()}
    first = {"2A": "20000", "2B": "20200", "75": "75001", "971": "97100", "974": "97400"}
    assert {department_at(code, communes_of(code)[0]) for code in first.values()} == set(first)
    assert set(first) <= known
