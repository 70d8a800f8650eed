from __future__ import annotations

import pytest
from django.test import Client

from forprev.accounts.models import Account, Role
from tests.factories.accounts import browser_of
from tests.screens import make_entity, make_member, make_network_role
from tests.support.seeing.steps import proved


@pytest.fixture
def seen() -> Account:
    """A manager of the Mairie de Vanves."""
    return make_member(make_entity()).person.account


@pytest.fixture
def agent() -> Account:
    return make_network_role(Role.SUPPORT_AGENT).person.account


@pytest.fixture
def desk(agent: Account) -> Client:
    """The agent, who just gave its second factor once more."""
    return proved(browser_of(agent))
