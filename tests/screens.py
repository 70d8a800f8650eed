"""What the tests of the entity's screens share: an entity with its people, signed-in clients, the text of a page."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Role
from forprev.accreditation.models import Accreditation
from forprev.organisations.models import Membership, NetworkRole, Organisation, OrganisationKind
from forprev.people.models import Person
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.accreditation import AccreditationFactory, DelegationFactory
from tests.factories.catalogue import level as catalogue_level
from tests.factories.organisations import MembershipFactory, NetworkRoleFactory, OrganisationFactory, fund
from tests.factories.people import PersonFactory


def make_entity(name: str = "Mairie de Vanves", department: str = "92", **fields: Any) -> Organisation:
    town = {
        "kind": OrganisationKind.LOCAL_AUTHORITY,
        "regime": "other",
        "address": "Place de la mairie",
        "postal_code": "92170",
        "city": "VANVES",
        "signatory_name": "PETIT Pascal",
        "signatory_title": "Maire",
    }
    return OrganisationFactory(name=name, department_id=department, **{**town, **fields})


def make_member(
    entity: Organisation, role: Role = Role.MANAGER, person: Person | None = None, **fields: Any
) -> Membership:
    """Somebody who can sign in, unless `person` is given."""
    return MembershipFactory(organisation=entity, person=person or AccountFactory().person, role=role, **fields)


def make_network_role(role: Role, of: str = "") -> NetworkRole:
    """`of` is the code of a fund."""
    return NetworkRoleFactory(person=AccountFactory().person, role=role, fund=fund(of) if of else None)


def make_accreditation(
    entity: Organisation, scheme: str = "SST", level: int = 1, *, delegates: tuple[Membership, ...] = (), **fields: Any
) -> Accreditation:
    """Active, from one year ago to four years from now unless told otherwise."""
    made = AccreditationFactory(organisation=entity, level=catalogue_level(scheme, level), **fields)
    for delegate in delegates:
        DelegationFactory(accreditation=made, membership=delegate)
    return made


def make_people(entity: Organisation, number: int) -> None:
    """So many delegates without an account, named in the order of their numbers."""
    for index in range(number):
        person = PersonFactory(
            last_name=f"DELEGUE {chr(65 + index // 26)}{chr(65 + index % 26)}", birth_date=date(1990, 1, 1)
        )
        make_member(entity, Role.DELEGATE, person)


def signed_in(role: Membership | NetworkRole) -> Client:
    """A browser in which this person acts in its first role."""
    return browser_of(role.person.account)


def text_of(response: HttpResponse) -> str:
    """What a person reads in the main part of a page."""
    html = response.content.decode()
    main = re.search(r"<main.*?</main>", html, flags=re.DOTALL)
    assert main, html
    bare = re.sub(r"<template.*?</template>", "", main[0], flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", bare))).strip()


def menu_of(response: HttpResponse) -> list[str]:
    """The labels of the side menu's links."""
    menu = re.search(r'<nav class="side-menu".*?</nav>', response.content.decode(), flags=re.DOTALL)
    links = re.findall(r"<a\b.*?</a>", menu[0], flags=re.DOTALL) if menu else []
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", link)).split()) for link in links]


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
