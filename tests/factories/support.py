"""Requests to the hotline, made as people make them."""

from __future__ import annotations

from datetime import date
from typing import Any

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.core.uploads import Document
from forprev.people.models import Identity, Person
from forprev.support.models import CorrectionRequest
from forprev.support.services import ask_correction
from tests.documents import pdf
from tests.factories.accounts import AccountFactory
from tests.factories.organisations import acting_national
from tests.factories.people import PersonFactory


def named(last_name: str = "LEVEQUE", first_name: str = "Anne", birth_date: date = date(1980, 2, 1)) -> Person:
    """Somebody with an account, of this identity."""
    person = PersonFactory(last_name=last_name, first_name=first_name, birth_date=birth_date)
    return AccountFactory(person=person).person


def wished(person: Person, **changes: Any) -> Identity:
    """The person's identity but for `changes`; another last name without any."""
    return person.identity._replace(**(changes or {"last_name": "LÉVÊQUE"}))


def proof(name: str = "Carte d’identité.pdf") -> Document:
    return Document(name, "application/pdf", pdf())


def asked(
    person: Person | None = None, *, message: str = "", document: Document | None = None, **changes: Any
) -> CorrectionRequest:
    """A request that waits, of somebody new where nobody is given."""
    person = person or named()
    return ask_correction(person, wished(person, **changes), message=message, document=document)


def acting_agent(person: Person | None = None) -> Acting:
    return acting_national(Role.SUPPORT_AGENT, person)
