"""Whatever the address says, the answer is a page or a redirect."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.urls("tests.core.lists.sample")

NAMES = st.sampled_from(
    ["champ", "operateur", "valeur", "tri", "taille", "page", "recherche", "nouveau", "export", "x"]
)
KNOWN = [
    "numero",
    "-numero",
    "ville",
    "fin",
    "modification",
    "etat",
    "nom",
    "egal",
    "contient",
    "le",
    "est",
    "avant",
]
VALUES = st.one_of(
    st.sampled_from([*KNOWN, "generes", "01/01/2022", "31/12/9999", "1.1.1", "5", "-9999999999999999999", "10", "csv"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
ADDRESSES = st.lists(st.tuples(NAMES, VALUES), max_size=12)


@given(pairs=ADDRESSES, path=st.sampled_from(["/liste", "/privee", "/courte"]))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_address(samples, client, pairs, path):
    response = client.get(f"{path}?{urlencode(pairs)}")
    response.getvalue()
    assert response.status_code in (200, 302)


@given(pairs=ADDRESSES)
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_form(samples, client, pairs):
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value)
    response = client.post("/privee", sent)
    assert response.status_code == 302
    response = client.get(response["Location"])
    response.getvalue()
    assert response.status_code in (200, 302)
