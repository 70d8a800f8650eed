"""`DEMANDES` in the menu of a manager, and what it says while there is none."""

from __future__ import annotations

import pytest

from forprev.accounts.models import Role
from tests.screens import make_entity, make_member, menu_of, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/demandes/en-cours", "Vous n’avez pas de demande en cours"),
        ("/demandes/a-traiter", "Vous n’avez pas de demande à traiter"),
    ],
)
def test_a_manager_without_requests_is_told_so(path: str, sentence: str) -> None:
    assert sentence in text_of(signed_in(make_member(make_entity())).get(path))


def test_the_menu_of_a_manager_and_of_a_delegate() -> None:
    entity = make_entity()
    manager, delegate = signed_in(make_member(entity)), signed_in(make_member(entity, Role.DELEGATE))
    expected = ["TABLEAU DE BORD", "MON ENTITÉ", "Actives", "En cours", "À traiter 0", "En cours", "À traiter"]
    found = [label.removesuffix(" 0") for label in menu_of(manager.get("/entite"))]
    assert found[:7] == [label.removesuffix(" 0") for label in expected]
    assert found.count("À traiter") == 2
    assert menu_of(delegate.get("/entite")).count("À traiter") == 1
