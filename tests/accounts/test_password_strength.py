from __future__ import annotations

import random
import string
from collections.abc import Callable
from math import log2

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import assume, given
from hypothesis import strategies as st
from pytest_django import Settings

from forprev.accounts.models import Account, Role
from forprev.accounts.services import passwords as services
from forprev.accounts.validators import ADVICE, PasswordValidator, entropy
from forprev.config import settings as ours
from forprev.demo.accounts import PASSWORD as OF_THE_DEMONSTRATION
from tests.accounts.conftest import Roles
from tests.factories.accounts import PASSWORD, AccountFactory
from tests.factories.people import PersonFactory

CHOOSE = "/reinitialisation-mot-de-passe"
Choose = Callable[[str], str]


def refusal(password: str, account: Account | None = None, validate: Callable[..., None] = validate_password) -> str:
    """The code of the message; empty for a password that is taken."""
    try:
        validate(password, account)
    except ValidationError as error:
        (only,) = error.error_list
        return str(only.code)
    return ""


@pytest.fixture
def somebody(db: None, roles: Roles) -> Account:
    person = PersonFactory(last_name="LÉVÊQUE-D’ŒUF", first_name="Zoé")
    roles.give(person, Role.MANAGER, "MAROSE FORMATION", organisation_id=1)
    roles.give(person, Role.DELEGATE, "Mairie de Vanves", organisation_id=2)
    return AccountFactory(person=person, email="z.tartempion@exemple.test")


@pytest.fixture
def choose(client: Client, somebody: Account, links: list[str]) -> Choose:
    """Ask for a password through the page of the link; the text of its error, empty if there is none."""

    def choose(password: str) -> str:
        services.invite(somebody)
        client.get(f"{CHOOSE}/{links[-1]}")
        answer = client.post(CHOOSE, {"password": password, "confirmation": password})
        if answer.status_code == 302:
            return ""
        (message,) = answer.context["form"].errors["password"]
        assert message in answer.content.decode()
        return str(message)

    return choose


# What is taken


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("trombone girafe lundi", id="a phrase, lower case and spaces only"),
        pytest.param("xkqvzjhwyplm", id="12 lower-case letters at random"),
        pytest.param("8472993155201846", id="16 digits at random"),
        pytest.param(" ".join(["à l’aube", "27 girafes", "😀🔑🚲", "ont mangé", "nos œufs !"]), id="anything"),
        pytest.param("  espaces au bord, gardés  ", id="spaces at both ends"),
        pytest.param("🦒🚲🍋📎🎷🧦🌋🛶🪗🥁🧲🪁", id="12 emojis"),
        pytest.param("".join(random.Random(1).choices(string.printable[:94], k=128)), id="128 characters"),
        pytest.param("".join(random.Random(2).choices(string.printable[:94] + " éà🔑", k=1024)), id="1024 characters"),
        pytest.param("ﷺ une seule ligature en vaut dix-huit ﷺﷺﷺﷺﷺﷺ", id="characters that decompose into many"),
    ],
)
def test_item01_long_and_unusual_passwords_are_taken_and_sign_in_whole(
    client: Client, somebody: Account, choose: Choose, password: str
) -> None:
    assert choose(password) == ""
    sent = {"identifier": somebody.email}
    for another in (password[:-1], password.strip()[:72], password + " "):
        if another != password:
            assert client.post("/connexion", {**sent, "password": another}).status_code == 200
    assert client.post("/connexion", {**sent, "password": password}).status_code == 302


@pytest.mark.parametrize("password", [PASSWORD, OF_THE_DEMONSTRATION])
def test_our_own_examples_would_be_taken(password: str) -> None:
    assert refusal(password) == ""


# What is refused, and in which words


@pytest.mark.parametrize("password", ["trombone", "x Y 9 é 🔑!k", "elevencharz"])
def test_item01_eleven_characters_are_too_few(choose: Choose, password: str) -> None:
    assert choose(password) == f"Ce mot de passe est trop court : il faut au moins 12 caractères. {ADVICE}"


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "PASSWORD!!!!",
        "P@ssw0rd!2024",
        "Azertyuiop1!",
        "motdepasse1234",
        "!Soleil_2024!",
        "Jean-Pierre69",
    ],
)
def test_item02_common_passwords_are_refused_whatever_surrounds_them(choose: Choose, password: str) -> None:
    assert choose(password) == f"Ce mot de passe est trop courant : c’est l’un des premiers essayés. {ADVICE}"


@pytest.mark.parametrize(
    "password",
    [
        "Forprev2024!!!",
        "F0rprev-2024!",
        "Carsat + INRS 26",
        "certificat de formation 2024",
        "Assurance Maladie",
        "Habilitation SST",
        "Lévêque d’Œuf 1980",
        "leveque.doeuf.zoe",
        "ZOE..lévêque..75",
        "z.tartempion@exemple.test",
        "tartempion2024",
        "Marose Formation",
        "mairie-de-vanves-92",
    ],
)
def test_item02_what_is_known_of_the_person_is_refused(choose: Choose, password: str) -> None:
    assert choose(password) == (
        f"Ce mot de passe est trop semblable à ce que l’on sait de vous ou de Forprev. {ADVICE}"
    )


def test_item02_the_number_is_refused(somebody: Account) -> None:
    number = somebody.person.number
    for password in (f"{number}{number}", f"{number.lower()} - {number[3:]}", f"Zoé {number}!"):
        assert refusal(password, somebody) == "password_too_similar"


@pytest.mark.parametrize("password", ["Marose Formation", "mairie-de-vanves-92", "tartempion2024", "ZOE..lévêque..75"])
def test_what_is_known_of_one_person_means_nothing_to_another(db: None, password: str) -> None:
    somebody_else = AccountFactory(person=PersonFactory(last_name="PETIT", first_name="Ali"))
    assert refusal(password, somebody_else) != "password_too_similar"


@pytest.mark.parametrize("password", ["zoé et 3 girafes à vélo", "forprev trombone lundi girafe"])
def test_item02_such_a_word_among_others_does_no_harm(choose: Choose, password: str) -> None:
    assert choose(password) == ""


def test_the_words_of_the_person_weaken_what_they_are_in(somebody: Account) -> None:
    for password in ("tartempionvelo", "lévêquedoeuf75x"):
        assert refusal(password, somebody) == "password_too_guessable"
        assert refusal(password) == ""


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "doudoudoudou", "1234567890123456", "qwerty qwerty qwerty"])
def test_easily_guessed_passwords_are_refused(choose: Choose, password: str) -> None:
    assert choose(password) == f"Ce mot de passe est trop facile à deviner. {ADVICE}"


def test_digits_alone_are_to_be_longer(choose: Choose) -> None:
    assert choose("847299315520") == (
        f"Ce mot de passe est trop simple pour sa longueur : allongez-le ou variez ses caractères. {ADVICE}"
    )


def test_the_page_says_what_is_expected_before(client: Client, somebody: Account, links: list[str]) -> None:
    services.invite(somebody)
    client.get(f"{CHOOSE}/{links[-1]}")
    page = client.get(CHOOSE).content.decode()
    assert f"Au moins 12 caractères. {ADVICE}" in page
    assert page.count("data-strength") == 1
    assert "accounts/strength.js" in page


# The rule of the CNIL


@pytest.mark.parametrize(
    ("one_of_each", "for_80_bits", "for_50_bits"), [("a", 18, 11), ("aA", 15, 9), ("aA1", 14, 9), ("aA1é", 13, 8)]
)
def test_item03_the_table_of_c3(one_of_each: str, for_80_bits: int, for_50_bits: int) -> None:
    for bits, length in ((80, for_80_bits), (50, for_50_bits)):
        assert entropy(one_of_each.ljust(length, "a")) >= bits > entropy(one_of_each.ljust(length - 1, "a"))


@given(st.text(min_size=12, max_size=100), st.sampled_from([50, 80]))
def test_item03_what_is_no_known_word_is_taken_from_so_many_bits_on(password: str, bits: int) -> None:
    size = 26 * any(c in string.ascii_lowercase for c in password)
    size += 26 * any(c in string.ascii_uppercase for c in password)
    size += 10 * any(c in string.digits for c in password)
    size += 37 * any(c not in string.ascii_letters + string.digits for c in password)
    code = refusal(password, validate=PasswordValidator(min_bits=bits, min_score=0).validate)
    assume(code not in ("password_too_common", "password_too_similar"))
    assert code == ("" if len(password) * log2(size) >= bits else "password_too_simple")


@given(st.text(max_size=60), st.characters())
def test_item03_more_is_never_worth_less(password: str, more: str) -> None:
    assert entropy(password + more) > entropy(password)


# How they are kept


@pytest.fixture
def hashed_as_in_service(settings: Settings) -> Settings:
    settings.PASSWORD_HASHERS = ours.PASSWORD_HASHERS
    settings.PASSWORD_COST = {"memory_cost": 64, "time_cost": 1, "parallelism": 1}
    return settings


def test_item04_passwords_are_kept_as_argon2id(hashed_as_in_service: Settings, account: Account) -> None:
    assert account.password.startswith("argon2$argon2id$v=19$m=64,t=1,p=1$")
    assert account.check_password(PASSWORD)
    assert not account.check_password(PASSWORD + " ")


def test_item04_a_sign_in_brings_the_password_to_the_cost_of_the_day(
    client: Client, hashed_as_in_service: Settings, account: Account
) -> None:
    before = account.password
    hashed_as_in_service.PASSWORD_COST = {"memory_cost": 128, "time_cost": 2, "parallelism": 1}
    client.post("/connexion", {"identifier": account.email, "password": "devine"})
    account.refresh_from_db()
    assert account.password == before
    client.post("/connexion", {"identifier": account.email, "password": PASSWORD})
    account.refresh_from_db()
    assert account.password.startswith("argon2$argon2id$v=19$m=128,t=2,p=1$")
    assert client.get("/").status_code == 200
    brought = account.password
    Client().post("/connexion", {"identifier": account.email, "password": PASSWORD})
    account.refresh_from_db()
    assert account.password == brought


def test_item04_our_cost_is_above_the_least_that_owasp_asks() -> None:
    assert ours.PASSWORD_COST["memory_cost"] >= 19 * 1024
    assert ours.PASSWORD_COST["time_cost"] >= 2
