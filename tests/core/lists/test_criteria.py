"""Search by criteria: operators, values that cannot be read, rows added and removed, empty lists."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.urls("tests.core.lists.sample")


def criteria(*rows: tuple[str, str, str], **others: str) -> dict[str, object]:
    fields, operators, values = zip(*rows, strict=True)
    return {"champ": fields, "operateur": operators, "valeur": values, "tri": "numero", **others}


def test_no_criterion(samples, page):
    empty = page("/liste")
    assert "Aucun critère" in empty.text
    assert '<p class="list-no-criterion">' in empty.html
    assert empty.typed == []


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (("numero", "egal", "5"), [5]),
        (("numero", "different", "5"), [1, 2, 3, 4, 6, 7]),
        (("numero", "superieur", "5"), [6, 7]),
        (("numero", "inferieur", " 3 "), [1, 2]),
        (("numero", "superieur", "999 999 999 999 999"), []),
        (("ville", "contient", "ÉTIENNE"), [1, 2, 4, 5, 7]),
        (("ville", "commence", "saint"), [1, 2, 4, 5, 7]),
        (("ville", "commence", "étienne"), []),
        (("ville", "egal", "paris"), [3, 6]),
        (("ville", "sans", "paris"), [1, 2, 4, 5, 7]),
        (("ville", "contient", "%"), []),
        (("fin", "le", "03/01/2022"), [3]),
        (("fin", "le", "3.1.22"), [3]),
        (("fin", "avant", "03/01/2022"), [1, 2]),
        (("fin", "apres", "03/01/2022"), [4, 5, 6, 7]),
        (("fin", "depuis", "03/01/2022"), [3, 4, 5, 6, 7]),
        (("fin", "jusque", "2022-01-03"), [1, 2, 3]),
        # Changed at 00:30 in Paris, when it is still the day before in UTC.
        (("modification", "le", "05/01/2022"), [3]),
        (("modification", "avant", "05/01/2022"), [1, 2]),
        (("modification", "apres", "05/01/2022"), [4, 5, 6, 7]),
        (("modification", "depuis", "05/01/2022"), [3, 4, 5, 6, 7]),
        (("modification", "jusque", "05/01/2022"), [1, 2, 3]),
        (("etat", "est", "generes"), [3, 6]),
        (("etat", "est", "certificats GENERES"), [3, 6]),
        (("etat", "nest", "generes"), [1, 2, 4, 5, 7]),
        (("numero", "", "5"), [5]),
        (("etat", "", "generes"), [3, 6]),
    ],
)
def test_operator(samples, page, row, found):
    samples(7)
    assert page("/liste", **criteria(row)).numbers == found


def test_criteria_add_up(samples, page):
    samples(7)
    both = page("/liste", **criteria(("etat", "est", "generes"), ("numero", "superieur", "3")))
    assert both.numbers == [6]
    assert both.text.count("Retirer le critère") == 2


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("numero", "egal", "douze"), "Saisissez un nombre entier"),
        (("numero", "egal", "9" * 40), "Saisissez un nombre entier"),
        (("numero", "egal", ""), "Saisissez une valeur."),
        (("fin", "le", "31/02/2022"), "Saisissez une date qui existe"),
        (("fin", "le", "01/01/9999"), "Saisissez une date qui existe"),
        (("modification", "le", "31/12/9999"), "Saisissez une date qui existe"),
        (("etat", "est", "perdue"), "Choisissez une valeur de la liste."),
        (("etat", "est", ""), "Choisissez une valeur."),
        (("numero", "avant", "5"), "Cet opérateur ne convient pas au champ « Numéro »"),
        (("numero", "number__gt", "5"), "Cet opérateur ne convient pas"),
        (("", "egal", "5"), "Choisissez un champ."),
    ],
)
def test_criterion_to_correct_is_told_and_loses_nothing(samples, page, row, message):
    samples(7)
    seen = page("/liste", **criteria(("ville", "egal", "Paris"), row))
    assert message in seen.text
    assert "Un critère est à corriger" in seen.text
    assert seen.numbers == [3, 6], "the other criterion still counts"
    assert row[2] in seen.text or row[2] in seen.typed
    assert 'aria-invalid="true" aria-describedby="critere-2-erreur"' in seen.html
    assert 'id="critere-2-erreur"' in seen.html


@pytest.mark.parametrize("field", ["pk", "number", "numero__gt", "town__regex", "\0", "password"])
def test_field_that_is_not_offered_is_dropped(samples, page, field):
    samples(3)
    seen = page("/liste", **criteria((field, "egal", "1")))
    assert seen.numbers == [1, 2, 3]
    assert "Aucun critère" in seen.text


def test_nul_and_long_values_are_harmless(samples, page):
    samples(3)
    assert page("/liste", **criteria(("ville", "contient", "Pa\0ris"))).numbers in ([3], [])
    assert page("/liste", **criteria(("ville", "contient", "x" * 5000))).numbers == []


def test_new_row_without_javascript_keeps_what_was_typed(samples, page):
    samples(7)
    more = page("/liste", **criteria(("numero", "superieur", "5"), nouveau="1"))
    assert more.typed == ["5", ""]
    assert more.numbers == [6, 7]
    assert "nouveau" not in more.link("Exporter en CSV")


def test_rows_are_bounded(samples, page):
    samples(3)
    many = page("/liste", **criteria(*[("numero", "superieur", "0")] * 30, nouveau="1"))
    assert len(many.typed) == 8
    assert '<button class="btn btn-outline-primary list-add"' not in many.html


def test_tag_removes_its_criterion_and_keeps_the_rest(samples, page):
    samples(43)
    both = page("/liste", **criteria(("etat", "est", "generes"), ("numero", "superieur", "38")), taille="25")
    assert both.numbers == [39, 42]
    one = page(both.link("Retirer le critère Numéro est supérieur à 38"))
    assert one.numbers == list(range(3, 43, 3))
    assert page(one.link("Retirer le critère État est Certificats générés")).text.count("Page 1 sur 2") == 1


def test_sort_and_pages_keep_criteria(samples, page):
    samples(43)
    seen = page("/liste", **criteria(("ville", "contient", "Étienne")))
    assert page(seen.link("Page suivante")).numbers[0] == 16
    assert set(page(seen.link("Numéro")).numbers) <= {number for number in range(1, 44) if number % 3}


def test_empty_list_says_which_criterion_to_remove(samples, page):
    samples(7)
    empty = page("/liste", **criteria(("etat", "est", "generes"), ("numero", "superieur", "6")))
    assert "Aucune session ne correspond à tous ces critères à la fois." in empty.text
    assert "Retirer le critère « État est Certificats générés » : 1 session " in empty.text
    assert "Retirer le critère « Numéro est supérieur à 6 » : 2 sessions" in empty.text
    assert page(empty.link("Retirer le critère « État est Certificats générés »")).numbers == [7]
    assert page(empty.link("Retirer tous les critères")).numbers == list(range(1, 8))
