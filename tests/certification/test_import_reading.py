"""Trainees in bulk: how dates and columns of a spreadsheet are understood."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forprev.certification.imports.columns import Typed, lines, split_name
from forprev.certification.imports.days import MONTHS, ZERO, ZERO_1904, read_day
from forprev.core.errors import DomainError

BORN = date(1990, 2, 1)


class TestDays:
    @pytest.mark.parametrize(
        "written",
        [
            "01/02/1990",
            "1/2/1990",
            "1/2/90",
            " 01/02/90 ",
            "01.02.1990",
            "01-02-1990",
            "1990-02-01",
            "1990/02/01",
            "01/02/1990 00:00:00",
            "1990-02-01T00:00:00",
            "01/02/1990 0h00",
            "01021990",
            "1021990",
            "010290",
            "32905",
            "1er février 1990",
            "1 fevrier 1990",
            "1ER FÉVRIER 1990",
            "1 févr. 90",
            "01-fév-90",
            "jeudi 1 février 1990",
        ],
    )
    def test_one_day_written_in_many_ways(self, written: str) -> None:
        assert read_day(written) == BORN

    def test_seven_characters_are_not_seven_digits(self) -> None:
        assert read_day("12/2/90") == date(1990, 2, 12)

    @pytest.mark.parametrize(
        "written",
        [
            "",
            "?",
            "31/02/1990",
            "02/13/1990",
            "29/02/1990",
            "1990",
            "12",
            "1 jui 1990",
            "1 xyz 1990",
            "1,5",
            "-32905",
            "32905,5",
            "00000",
            "99/99/99",
            "0/0/0",
            "1/2/19900",
            "1/2/3/4",
            "été",
            "TRUE",
            "1990-2-30",
            "123456789",
        ],
    )
    def test_what_is_no_day(self, written: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            read_day(written)

    def test_an_american_date_is_not_turned_round(self) -> None:
        """It would turn 1 February into 2 January without a word; where it can be seen, it is refused."""
        assert read_day("01/02/1990") == date(1990, 2, 1)
        with pytest.raises(ValueError, match="month"):
            read_day("02/28/1990")

    @given(st.dates(date(1928, 1, 1), date(2150, 12, 31)))
    def test_excel_s_numbers_of_both_systems(self, day: date) -> None:
        assert read_day(str((day - ZERO).days)) == day
        if (day - ZERO_1904).days > 9999:
            assert read_day(str((day - ZERO_1904).days), date_1904=True) == day

    def test_excel_s_own_numbers(self) -> None:
        """As its documentation tells them: 1 January 2000 is 36526, or 35064 from 1904."""
        assert read_day("36526") == read_day("35064", date_1904=True) == date(2000, 1, 1)

    @given(st.dates(date(1930, 1, 1), date(2026, 1, 1)))
    def test_every_way_of_writing_a_day_is_read(self, day: date) -> None:
        written = [
            f"{day:%d/%m/%Y}",
            f"{day.day}/{day.month}/{day.year}",
            f"{day:%d.%m.%Y}",
            f"{day:%d%m%Y}",
            day.isoformat(),
            f"{day.day} {MONTHS[day.month - 1].lower()} {day.year}",
            f"{day:%d/%m/%Y} 00:00",
        ]
        assert {read_day(text) for text in written} == {day}

    @given(st.text("0123456789/.-: erfévjuinthm", max_size=15))
    def test_nothing_but_a_day_or_a_refusal(self, text: str) -> None:
        try:
            day = read_day(text)
        except ValueError:
            return
        assert ZERO <= day <= date(2199, 12, 31)

    def test_a_year_of_two_digits_is_of_the_last_hundred_years(self) -> None:
        this_year = date.today().year  # noqa: DTZ011
        for year in (this_year, this_year - 1, this_year - 99):
            assert read_day(f"01/01/{year % 100:02}") == date(year, 1, 1)


def rows(*cells: list[str]) -> list[tuple[int, list[str]]]:
    return list(enumerate(cells, 1))


PERSON = {"last_name": "PETIT", "first_name": "Jean", "birth_date": "01/02/1990"}


class TestColumns:
    @pytest.mark.parametrize(
        "header",
        [
            ["Nom", "Prénom", "Date de naissance"],
            ["NOM", "PRENOM", "DATE DE NAISSANCE"],
            ["nom ", "prénom :", "né(e) le"],
            ["Nom de famille", "Prénom(s)", "Né(e) le"],
            ["Nom d’usage", "Prénoms", "Naissance"],
            ["Nom d'usage", "prénom", "DDN"],
            ["Nom du stagiaire", "Prénom du stagiaire", "Date naissance"],
            ["Nom *", "Prénom *", "Date de naissance *"],
            ["NOM", "PRÉNOM", "Date de naissance (JJ/MM/AAAA)"],
        ],
    )
    def test_headers_as_people_write_them(self, header: list[str]) -> None:
        assert lines(rows(header, ["PETIT", "Jean", "01/02/1990"])) == [Typed(2, **PERSON)]

    def test_columns_in_any_order_among_others(self) -> None:
        header = ["N°", "Naissance", "Service", "E-mail", "Prénom", "Nom", "N° Forprev"]
        body = ["1", "01/02/1990", "RH", "a@exemple.test", "Jean", "PETIT", "ABC12345"]
        assert lines(rows(header, body)) == [Typed(2, **PERSON, email="a@exemple.test", forprev_number="ABC12345")]

    @pytest.mark.parametrize("header", ["Courriel", "Mail", "Mél", "Adresse e-mail", "E-MAIL", "Email"])
    def test_e_mail_under_its_names(self, header: str) -> None:
        (line,) = lines(rows(["Nom", "Prénom", "DDN", header], ["PETIT", "Jean", "01/02/1990", "a@exemple.test"]))
        assert line.email == "a@exemple.test"

    @pytest.mark.parametrize("header", ["N° Forprev", "Nº Forprev", "Numéro Forprev", "n°forprev", "No Forprev"])
    def test_n_forprev_under_its_names(self, header: str) -> None:
        (line,) = lines(rows(["Nom", "Prénom", "DDN", header], ["PETIT", "Jean", "01/02/1990", "ABC12345"]))
        assert line.forprev_number == "ABC12345"

    def test_the_name_in_use_goes_before_the_one_of_birth(self) -> None:
        header = ["Nom de naissance", "Nom d’usage", "Prénom", "DDN"]
        (line,) = lines(rows(header, ["DURAND", "PETIT", "Jean", "01/02/1990"]))
        assert line.last_name == "PETIT"

    def test_a_title_stands_above_the_header(self) -> None:
        found = lines(
            [(1, ["Liste de la session"]), (3, ["Nom", "Prénom", "DDN"]), (5, ["PETIT", "Jean", "01/02/1990"])]
        )
        assert found == [Typed(5, **PERSON)]

    def test_without_a_header_the_usual_order(self) -> None:
        assert lines(rows(["PETIT", "Jean", "01/02/1990"], ["?", "", "hier"])) == [
            Typed(1, **PERSON),
            Typed(2, "?", "", "hier"),
        ]

    def test_short_and_blank_lines(self) -> None:
        header = ["Nom", "Service", "Prénom", "DDN"]
        assert lines(rows(header, ["PETIT"], ["", "RH"], ["", "", "Jean"])) == [
            Typed(2, last_name="PETIT"),
            Typed(4, first_name="Jean"),
        ]

    @pytest.mark.parametrize(
        ("table", "told"),
        [
            ([], "aucune ligne"),
            ([["Nom", "Prénom", "DDN"]], "sans aucun stagiaire"),
            ([["Nom", "Prénom"], ["PETIT", "Jean"]], "il manque : « Date de naissance »"),
            ([["Nom", "DDN"], ["PETIT", "01/02/1990"]], "il manque : « Prénom »"),
            ([["a", "b"], ["c", "d"]], "« Nom », « Prénom », « Date de naissance »"),
            ([["01/02/1990", "PETIT", "Jean"]], "« Nom », « Prénom », « Date de naissance »"),
        ],
    )
    def test_what_is_missing_is_said(self, table: list[list[str]], told: str) -> None:
        with pytest.raises(DomainError, match=told):
            lines(rows(*table))

    @pytest.mark.parametrize(
        ("header", "whole", "names"),
        [
            ("Nom Prénom", "PETIT Jean", ("PETIT", "Jean")),
            ("Nom et prénom", "LE GOFF Anne Marie", ("LE GOFF", "Anne Marie")),
            ("Stagiaire", "Anne Marie LE GOFF", ("LE GOFF", "Anne Marie")),
            ("Nom, prénom", "Petit Jean", ("Petit", "Jean")),
            ("Prénom Nom", "Jean Petit", ("Petit", "Jean")),
            ("Nom complet", "PETIT, Jean", ("PETIT", "Jean")),
            ("Nom Prénom", "Le Goff Anne", ("Le Goff Anne", "")),
            ("Nom Prénom", "Anne LE Goff", ("Anne LE Goff", "")),
        ],
    )
    def test_names_in_one_column(self, header: str, whole: str, names: tuple[str, str]) -> None:
        (line,) = lines(rows([header, "DDN"], [whole, "01/02/1990"]))
        assert (line.last_name, line.first_name) == names

    @given(
        st.lists(st.sampled_from(["PETIT", "LE", "GOFF", "D’ŒUF"]), min_size=1, max_size=3),
        st.lists(st.sampled_from(["Jean", "Zoé", "Anne-Marie"]), min_size=1, max_size=2),
        st.booleans(),
    )
    def test_capitals_tell_the_last_name_wherever_it_stands(
        self, last: list[str], first: list[str], inverted: bool
    ) -> None:
        for words in ([*last, *first], [*first, *last]):
            assert split_name(" ".join(words), inverted=inverted) == (" ".join(last), " ".join(first))
