"""Who did what: the context that the history triggers store with each change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import pghistory
from django.db import transaction


class Actor(Protocol):
    """Anybody who acts: the role in use, or the system itself."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def display_name(self) -> str: ...
    @property
    def role_label(self) -> str: ...


@contextmanager
def action(actor: Actor, name: str, *, comment: str = "", **details: str | int | list[str]) -> Iterator[None]:
    """One action of one actor in one transaction; every row written inside bears both.

    `name` is the action's key in its workflow or service, `comment` what the actor said of it.
    """
    with (
        transaction.atomic(),
        pghistory.context(
            action=name,
            actor_id=actor.person_id,
            actor=actor.display_name,
            role=actor.role_label,
            comment=comment,
            **details,
        ),
    ):
        yield
