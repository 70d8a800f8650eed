"""Workflows as tables: the screen's choices, the permission check, the database's guard and the tests come from one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from forprev.core.errors import DomainError


class NotAllowed(DomainError):
    """The action does not exist for this actor in this state."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="action_not_allowed")


@dataclass(frozen=True)
class Transition:
    """One row: from which states, to which (None: it stays), under which label, by which roles."""

    action: str
    sources: frozenset[str]
    target: str | None
    label: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Workflow:
    transitions: tuple[Transition, ...]

    def available(self, state: str, role: str) -> list[Transition]:
        """What an actor in `role` may do from `state`, in the table's order."""
        return [t for t in self.transitions if state in t.sources and role in t.roles]

    def check(self, action: str, state: str, role: str) -> Transition:
        """The transition, or NotAllowed."""
        for transition in self.available(state, role):
            if transition.action == action:
                return transition
        raise NotAllowed(
            "Cette action n’est plus possible : l’état du dossier a changé ou votre rôle ne la permet pas."
        )

    def label(self, action: str) -> str:
        return next(t.label for t in self.transitions if t.action == action)

    def moves(self) -> Iterator[tuple[str, str]]:
        """Each (from, to) pair once, for the database's guard."""
        yield from sorted({(source, t.target) for t in self.transitions if t.target for source in t.sources})


def transition(
    action: str, sources: Collection[str], target: str | None, label: str, roles: Collection[str]
) -> Transition:
    return Transition(action, frozenset(sources), target, label, frozenset(roles))
