"""What is in force, and since when, of all that packages registered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forprev.core import parameters
from forprev.core.history import Told
from forprev.core.parameters import Changed, Subject


@dataclass(frozen=True)
class Line:
    """One parameter as the screen lists it; `since` is None where nobody ever changed it."""

    label: str
    value: str
    governs: str
    since: datetime | None


@dataclass(frozen=True)
class Listed:
    subject: Subject
    lines: list[Line]


def listed() -> list[Listed]:
    """Every parameter by subject, in two queries a subject."""
    return [Listed(subject, _lines(subject)) for subject in parameters.subjects()]


def _lines(subject: Subject) -> list[Line]:
    row = subject.model.current()
    since = {changed.name: changed.at for changed in reversed(parameters.history(subject))}
    return [
        Line(subject.label(each.name), each.unit.count(getattr(row, each.name)), each.governs, since.get(each.name))
        for each in subject.parameters
    ]


def timeline(subject: Subject) -> list[Told]:
    """Who changed what, the latest first, with the reason."""
    return [Told(each.at, each.actor, each.role, each.label, _told(each)) for each in parameters.history(subject)]


def _told(changed: Changed) -> str:
    lines = [f"{changed.before} → {changed.after}", f"Motif : {changed.reason}" if changed.reason else ""]
    return "\n".join(filter(None, lines))
