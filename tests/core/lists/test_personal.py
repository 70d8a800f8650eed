"""Criteria on names and birth dates never stand in an address (ASVS 14.2.1)."""

from __future__ import annotations

import pytest

from forprev.core.lists import searches
from forprev.core.lists.criteria import Triple

pytestmark = pytest.mark.urls("tests.core.lists.sample")

NAME_AND_STATE = {
    "champ": ["nom", "etat"],
    "operateur": ["egal", "est"],
    "valeur": ["Leveque", "generes"],
    "tri": "numero",
}


def test_form_is_posted_only_where_a_criterion_is_personal(samples, page):
    assert 'method="post"' in page("/privee").html
    assert 'method="get"' in page("/liste").html


def test_search_answers_with_an_address_free_of_the_name(samples, page, client):
    samples(9)
    response = client.post("/privee", NAME_AND_STATE)
    assert response.status_code == 302
    address = response["Location"]
    assert "eveque" not in address.lower()
    assert "champ=etat" in address
    assert "tri=numero" in address
    found = page(address)
    assert found.numbers == [3, 9]
    assert found.typed == ["Leveque"]
    for link in ("Numéro", "Exporter en CSV", "Retirer le critère État est Certificats générés"):
        assert "eveque" not in found.link(link).lower()
    assert page(found.link("Retirer le critère État est Certificats générés")).numbers == [1, 3, 5, 7, 9]
    assert page(found.link("Retirer le critère Nom est égal à Leveque")).numbers == [3, 6, 9]


def test_name_typed_in_an_address_is_taken_out_of_it(samples, client):
    response = client.get("/privee", NAME_AND_STATE)
    assert response.status_code == 302
    assert "eveque" not in response["Location"].lower()


def test_new_row_keeps_the_name(samples, page, client):
    samples(3)
    address = client.post("/privee", {**NAME_AND_STATE, "nouveau": "1"})["Location"]
    assert page(address).typed == ["Leveque", ""]


def test_two_personal_criteria_are_removed_one_by_one(samples, page, client):
    samples(9)
    sent = {"champ": ["nom", "naissance"], "operateur": ["contient", "le"], "valeur": ["leveq", "3/1/2022"]}
    found = page(client.post("/privee", sent)["Location"])
    assert found.numbers == [3]
    assert page(found.link("Retirer le critère Date de naissance le 03/01/2022")).numbers == [9, 7, 5, 3, 1]


def test_search_of_another_session_is_told_lost(samples, page, client):
    samples(3)
    address = client.post("/privee", NAME_AND_STATE)["Location"]
    client.cookies.clear()
    lost = page(address)
    assert "Refaites la recherche." in lost.text
    assert lost.numbers == [3]


def test_same_search_is_kept_once_and_old_ones_leave(rf):
    request = rf.get("/")
    request.session = {}
    first = searches.save(request, [Triple("nom", "egal", "A")])
    assert searches.save(request, [Triple("nom", "egal", "A")]) == first
    others = [searches.save(request, [Triple("nom", "egal", str(number))]) for number in range(50)]
    assert searches.find(request, first) is None
    assert searches.find(request, others[-1]) == [Triple("nom", "egal", "49")]
