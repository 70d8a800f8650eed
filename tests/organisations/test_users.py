"""`Utilisateurs`: the people of the entity (A15, A16)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from forprev.accounts.models import Role
from forprev.core.dates import now
from tests.factories.accounts import AccountFactory
from tests.factories.people import PersonFactory
from tests.screens import make_entity, make_member, make_people, menu_of, queries_of, signed_in, text_of

pytestmark = pytest.mark.django_db
ADVICE = "Nous vous conseillons de déclarer au moins deux gestionnaires par entité."


def rows_of(page) -> list[list[str]]:
    body = re.search(r"<tbody>.*?</tbody>", page.content.decode(), flags=re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, flags=re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", body[0], flags=re.DOTALL)
    ]


@pytest.fixture
def entity(db):
    return make_entity()


@pytest.fixture
def alice(entity):
    person = PersonFactory(last_name="Frigé", first_name="Alice", birth_date=date(1981, 1, 1), number="GLL60451")
    AccountFactory(person=person, email="alice@exemple.test")
    return make_member(entity, person=person)


def test_a16_columns_and_codes_of_roles(entity, alice):
    both = PersonFactory(last_name="Zola", first_name="Zoé", birth_date=date(1982, 9, 15), number="CRT43304")
    make_member(entity, Role.MANAGER, both)
    make_member(entity, Role.DELEGATE, both)
    make_member(entity, Role.DELEGATE, PersonFactory(last_name="Élie", first_name="Eva", number="ABC00001"))
    page = signed_in(alice).get("/utilisateurs")
    assert rows_of(page) == [
        ["ÉLIE", "Eva", "17/05/1980", "–", "ABC00001", "DI"],
        ["FRIGÉ", "Alice", "01/01/1981", "alice@exemple.test", "GLL60451", "G"],
        ["ZOLA", "Zoé", "15/09/1982", "–", "CRT43304", "G, DI"],
    ]
    assert "Affichage de 1 à 3 sur 3 utilisateurs" in text_of(page)


def test_ended_roles_and_other_entities_are_not_listed(entity, alice):
    make_member(entity, Role.DELEGATE, PersonFactory(last_name="Partie"), ended_at=now())
    make_member(make_entity("Autre"), Role.MANAGER, PersonFactory(last_name="Ailleurs"))
    assert [row[0] for row in rows_of(signed_in(alice).get("/utilisateurs"))] == ["FRIGÉ"]


def test_role_that_ended_leaves_the_other_one(entity, alice):
    person = PersonFactory(last_name="Zola")
    make_member(entity, Role.MANAGER, person, ended_at=now())
    make_member(entity, Role.DELEGATE, person)
    assert rows_of(signed_in(alice).get("/utilisateurs"))[1][5] == "DI"


def test_search_by_role_finds_those_who_hold_two(entity, alice):
    both = PersonFactory(last_name="Zola")
    make_member(entity, Role.MANAGER, both)
    make_member(entity, Role.DELEGATE, both)
    make_member(entity, Role.DELEGATE, PersonFactory(last_name="Élie"))
    client = signed_in(alice)

    def found(operator: str, value: str) -> list[str]:
        query = {"champ": "role", "operateur": operator, "valeur": value}
        return [row[0] for row in rows_of(client.get("/utilisateurs", query))]

    assert found("est", "G") == ["FRIGÉ", "ZOLA"]
    assert found("est", "DI") == ["ÉLIE", "ZOLA"]
    assert found("nest", "DI") == ["FRIGÉ"]


def test_search_by_name_keeps_it_out_of_the_address(entity, alice):
    make_people(entity, 3)
    client = signed_in(alice)
    answer = client.post("/utilisateurs", {"champ": "nom", "operateur": "egal", "valeur": "frige"})
    assert answer.status_code == 302
    assert "frige" not in answer["Location"].lower()
    assert [row[0] for row in rows_of(client.get(answer["Location"]))] == ["FRIGÉ"]


def test_export_holds_what_the_manager_may_see(entity, alice):
    make_member(make_entity("Autre"), Role.MANAGER, PersonFactory(last_name="Ailleurs"))
    answer = signed_in(alice).get("/utilisateurs", {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Nom;Prénom;Date de naissance;E-mail;N° Forprev;Rôles",
        "FRIGÉ;Alice;01/01/1981;alice@exemple.test;GLL60451;G",
    ]


def test_a15_one_manager_alone_is_advised_to_have_another(entity, alice):
    make_people(entity, 2)
    client = signed_in(alice)
    assert ADVICE in text_of(client.get("/utilisateurs"))
    second = make_member(entity)
    assert ADVICE not in text_of(client.get("/utilisateurs"))
    second.ended_at = now()
    second.save()
    assert ADVICE in text_of(client.get("/utilisateurs"))


def test_delegates_do_not_see_the_users(entity):
    page = signed_in(make_member(entity, Role.DELEGATE)).get("/utilisateurs")
    assert page.status_code == 403
    assert "Rechercher" not in menu_of(page)


def test_as_many_queries_for_200_users_as_for_10(entity, alice):
    client = signed_in(alice)
    make_people(entity, 10)
    few = queries_of(client, "/utilisateurs?taille=100")
    make_people(entity, 190)
    assert queries_of(client, "/utilisateurs?taille=100") == few <= 15
