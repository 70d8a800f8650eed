"""Targeted messages, written as their authors write them, and crowds to send them to."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.core.dates import now
from forprev.network.messages import services
from forprev.network.messages.models import Recipient, TargetedMessage
from forprev.network.messages.selectors import Audience
from forprev.network.messages.sending import go_on
from forprev.network.messages.services import Words
from forprev.network.messages.workflow import State
from forprev.organisations.models import Membership, Organisation
from forprev.people.models import IssuedNumber, Person
from tests.factories.organisations import OrganisationFactory, acting_officer

MANAGERS = Audience(roles=(Role.MANAGER,))


def drafted(acting: Acting | None = None, audience: Audience = MANAGERS, **words: Any) -> TargetedMessage:
    """A complete draft of an officer, for the managers of its region unless told otherwise."""
    acting = acting or acting_officer()
    made = services.create_message(acting, uuid4(), audience)
    said = {"subject": "Nouveau référentiel SST", "text": "Il s’applique au 1er janvier.", **words}
    return services.change_words(made.pk, acting, made.version, Words(**said))


def confirmed(acting: Acting | None = None, audience: Audience = MANAGERS, **words: Any) -> TargetedMessage:
    """Ready to leave; its audience must be somebody."""
    acting = acting or acting_officer()
    made = drafted(acting, audience, **words)
    return services.schedule(made.pk, acting, made.version)


def sent(acting: Acting | None = None, audience: Audience = MANAGERS, **words: Any) -> TargetedMessage:
    """Out to all its readers, without any worker."""
    return delivered(confirmed(acting, audience, **words))


def delivered(message: TargetedMessage) -> TargetedMessage:
    """Every range of it, one after the other."""
    message.refresh_from_db()
    while message.state in (State.SCHEDULED, State.SENDING):
        go_on(message.pk)
        message.refresh_from_db()
    return message


def readers(message: TargetedMessage) -> set[int]:
    """Ids of the persons whom it reached."""
    reached = Recipient.objects.filter(message=message, served_at__isnull=False)
    return set(reached.values_list("person_id", flat=True))


def crowd(number: int, organisation: Organisation | None = None) -> list[Person]:
    """So many managers with an account, in a few inserts; of one entity, in the region of `fund()` by default."""
    place = organisation or OrganisationFactory()
    last = Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    people = Person.objects.bulk_create(
        Person(
            number=f"ZZ{chr(65 + (last + n) // 100_000 % 26)}{(last + n) % 100_000:05}",
            last_name=f"FOULE {last + n}",
            first_name="Camille",
            birth_date="1980-05-17",
            search_last_name=f"FOULE {last + n}",
            search_first_name="CAMILLE",
        )
        for n in range(number)
    )
    IssuedNumber.objects.bulk_create(IssuedNumber(number=person.number, person=person) for person in people)
    Account.objects.bulk_create(
        Account(person=person, email=f"foule{person.pk}@exemple.test", password="!", welcomed_at=now())
        for person in people
    )
    Membership.objects.bulk_create(
        Membership(person=person, organisation=place, role=Role.MANAGER) for person in people
    )
    return people
