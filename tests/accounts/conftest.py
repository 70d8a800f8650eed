from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from forprev.accounts import absence, acting, gates, profile
from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.accounts.signals import password_link_made
from forprev.core import menu
from forprev.people.models import Person
from tests.factories.accounts import AccountFactory


@pytest.fixture(autouse=True)
def own_addresses(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the pages of accounts: no others in the menu either."""
    settings.ROOT_URLCONF = "tests.accounts.urls"
    monkeypatch.setattr(menu, "_registered", [])
    monkeypatch.setattr(gates, "_gates", [gate for gate in gates._gates if gate.url_name.startswith("accounts:")])
    monkeypatch.setattr(profile, "_tabs", [tab for tab in profile._tabs if tab.url_name.startswith("accounts:")])
    monkeypatch.setattr(absence, "_providers", [])


class Roles:
    """The roles that each person holds in a test."""

    def __init__(self) -> None:
        self.held: dict[int, list[Acting]] = {}

    def give(self, person: Person, role: Role, place: str = "", **ids: int) -> Acting:
        held = Acting(person=person, role=role, place=place, **ids)
        self.held.setdefault(person.pk, []).append(held)
        return held

    def end(self, held: Acting) -> None:
        self.held[held.person.pk].remove(held)

    def __call__(self, person: Person) -> list[Acting]:
        return self.held.get(person.pk, [])


@pytest.fixture
def roles(monkeypatch: pytest.MonkeyPatch) -> Roles:
    given = Roles()
    monkeypatch.setattr(acting, "_providers", [given])
    return given


@pytest.fixture
def account(db: None) -> Account:
    return AccountFactory(email="Alice.Frigg@Exemple.test")


@pytest.fixture
def links() -> Iterator[list[str]]:
    """The tokens of the links made, in order."""
    made: list[str] = []

    def note(*, token: str, **_: object) -> None:
        made.append(token)

    password_link_made.connect(note)
    yield made
    password_link_made.disconnect(note)
