"""Who did what: the context that the history triggers store with each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import pghistory
from django.db import models, transaction
from pghistory.core import event_models


class Actor(Protocol):
    """Anybody who acts: the role in use, or the system itself."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def display_name(self) -> str: ...
    @property
    def role_label(self) -> str: ...


@dataclass(frozen=True)
class System:
    """The application itself, for what it does on its own: periodic jobs, demonstration data."""

    person_id: None = None
    display_name: str = "Forprev"
    role_label: str = "Traitement automatique"


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


@dataclass(frozen=True)
class Told:
    """One change of a row, as `core/parts/timeline.html` shows it; `comment`: what the actor said, and what changed."""

    at: datetime
    actor: str
    role: str
    action: str
    comment: str = ""


def told(row: models.Model, actions: Mapping[str, str], fields: Mapping[str, str]) -> list[Told]:
    """What happened to a tracked row, the latest first, in one query.

    `actions` says each action in French, `fields` which fields are told of and how they are called; a related row is
    told by the name that it has now.
    """
    related = [name for name in fields if row._meta.get_field(name).is_relation]
    events = row.events.select_related("pgh_context", *related).order_by("pgh_id")  # type: ignore[attr-defined]
    return told_by(events, actions, fields)


def told_by(events: Iterable[Any], actions: Mapping[str, str], fields: Mapping[str, str]) -> list[Told]:
    """See `told`; `events` are those of one row, the oldest first, with their contexts."""
    found: list[Told] = []
    before = None
    for event in events:
        by = event.pgh_context.metadata if event.pgh_context else {}
        changes = [
            f"{label} : {_shown(before, name)} → {_shown(event, name)}"
            for name, label in fields.items()
            if before is not None and getattr(before, name) != getattr(event, name)
        ]
        said = [by["comment"]] if by.get("comment") else []
        action_name = actions.get(by.get("action", ""), "Modification" if before else "Installation")
        actor, role = by.get("actor", "Forprev"), by.get("role", "")
        found.append(Told(event.pgh_created_at, actor, role, action_name, "\n".join([*said, *changes])))
        before = event
    return found[::-1]


def events_of(model: type[models.Model], pks: Iterable[object] | None = None) -> models.QuerySet[Any]:
    """The history table of a tracked model, or what it has of these rows, whether they still exist or not."""
    (table,) = event_models(tracks_model=model)
    events = table._base_manager.all()
    return events if pks is None else events.filter(pgh_obj_id__in=list(pks))


def _shown(event: Any, name: str) -> str:
    value = getattr(event, name)
    display = getattr(event, f"get_{name}_display", None)
    if display is not None:
        return str(display())
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "–" if value is None or value == "" else str(value)
