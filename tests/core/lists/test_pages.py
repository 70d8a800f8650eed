"""Count, pages, page size, order."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.urls("tests.core.lists.sample")


def test_summary_counts_in_french(samples, page):
    assert "Aucune session." in page("/liste").text
    assert "Une session se crée avec" in page("/liste").text
    samples(1)
    assert "Affichage de 1 à 1 sur 1 session " in page("/liste").text
    samples(7)
    assert "Affichage de 1 à 8 sur 8 sessions" in page("/liste").text


def test_pages_lead_to_each_other_and_nowhere_past_the_ends(samples, page):
    samples(43)
    first = page("/liste", tri="numero")
    assert first.numbers == list(range(1, 11))
    assert "Page 1 sur 5" in first.text
    assert first.link("Première page") is None
    assert first.link("Page précédente") is None
    second = page(first.link("Page suivante"))
    assert second.numbers == list(range(11, 21))
    last = page(second.link("Dernière page"))
    assert last.numbers == [41, 42, 43]
    assert "Affichage de 41 à 43 sur 43 sessions" in last.text
    assert last.link("Page suivante") is None
    assert last.link("Dernière page") is None
    assert page(last.link("Page précédente")).numbers == list(range(31, 41))
    assert page(last.link("Première page")).numbers == first.numbers


@pytest.mark.parametrize(("asked", "shown"), [("0", 5), ("-3", 5), ("deux", 1), ("", 1), ("999", 5), ("9" * 5000, 1)])
def test_page_that_does_not_exist(samples, page, asked, shown):
    samples(43)
    assert f"Page {shown} sur 5" in page("/liste", page=asked).text


def test_size_keeps_sort_and_goes_back_to_the_first_page(samples, page):
    samples(43)
    larger = page(page("/liste", tri="-numero", page="2").link("Afficher 25 lignes par page"))
    assert larger.numbers == list(range(43, 18, -1))


@pytest.mark.parametrize("size", ["7", "0", "-1", "1000000", "x"])
def test_size_that_is_not_offered_is_ten(samples, page, size):
    samples(43)
    assert len(page("/liste", taille=size).numbers) == 10


def test_default_sort_then_each_column_both_ways(samples, page):
    samples(9)
    default = page("/liste")
    assert default.numbers == list(range(9, 0, -1))
    assert 'aria-sort="descending"' in default.html
    ascending = page(default.link("Date de fin de session"))
    assert ascending.numbers == list(range(1, 10))
    assert ascending.html.count("aria-sort") == 1
    assert 'aria-sort="ascending"' in ascending.html
    assert "Sessions, par ordre croissant de la colonne « Date de fin de session »" in ascending.text
    assert page(ascending.link("Date de fin de session")).numbers == list(range(9, 0, -1))


def test_column_may_sort_descending_at_first(samples, page):
    samples(3)
    assert page(page("/liste", tri="numero").link("Date de modification")).numbers == [3, 2, 1]


def test_equal_rows_stand_on_one_page_each(samples, page):
    samples(43)
    pages = [page("/liste", tri="ville", page=number).numbers for number in range(1, 6)]
    assert sorted(number for numbers in pages for number in numbers) == list(range(1, 44))


@pytest.mark.parametrize("sort", ["note", "-note", "pk", "town", "ville,numero", "--numero", "-", "etat__x", "\0"])
def test_sort_that_is_not_offered_is_the_default(samples, page, sort):
    samples(3)
    assert page("/liste", tri=sort).numbers == [3, 2, 1]


def test_unsortable_column_has_no_link(samples, page):
    samples(1)
    with pytest.raises(AssertionError, match="no link 'Note'"):
        page("/liste").link("Note")


def test_what_passes_the_limit_is_told_and_not_paged(samples, page):
    samples(43)
    limited = page("/courte", page="2")
    assert "Affichage de 11 à 15 sur plus de 15 sessions" in limited.text
    assert limited.numbers == [33, 32, 31, 30, 29]
    assert limited.link("Page suivante") is None
    assert "ajoutez un critère" in limited.text


def test_what_passes_the_limit_is_not_sorted_by_choice(samples, page):
    """Sorting millions of rows would take seconds: it stays in its own order until a criterion makes it shorter."""
    samples(43)
    limited = page("/courte", tri="numero")
    assert limited.numbers[:3] == [43, 42, 41]
    with pytest.raises(AssertionError, match="no link 'Numéro'"):
        limited.link("Numéro")
    assert 'aria-sort="descending"' in limited.html
    shorter = page("/courte", tri="numero", champ="numero", operateur="superieur", valeur="30")
    assert shorter.numbers[:3] == [31, 32, 33]
    assert "tri=-numero" in shorter.link("Numéro")


def test_other_parts_of_the_address_are_kept(samples, page):
    samples(43)
    seen = page("/liste", onglet="sessions")
    assert "onglet=sessions" in seen.link("Page suivante")
    assert '<input type="hidden" name="onglet" value="sessions">' in seen.html


def test_number_of_queries_does_not_depend_on_the_rows(samples, page, django_assert_num_queries):
    samples(10)
    with django_assert_num_queries(2):
        page("/liste", champ="numero", operateur="superieur", valeur="0")
    samples(990)
    with django_assert_num_queries(2):
        page("/liste", champ="numero", operateur="superieur", valeur="0", taille="100")


def test_cells_name_their_column_for_cards_and_rows_have_a_head(samples, page):
    samples(1)
    html = page("/liste").html
    assert '<th scope="row" data-label="Numéro"><a href="/sessions/1">1</a></th>' in html
    assert '<td data-label="Date de fin de session">01/01/2022</td>' in html
    assert '<td data-label="Date de modification">03/01/2022 à 00:30</td>' in html
    assert '<td data-label="État">En cours de saisie</td>' in html


def test_plain_table(samples, page):
    assert "Rien à traiter." in page("/table").text
    samples(2)
    assert page("/table").numbers == [1, 2]
