"""What stands before everything else: a page that must be done with before acting in a role.

A gate is looked at on each request: what it asks must be cheap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forprev.accounts.access import ActingRequest


@dataclass(frozen=True)
class Gate:
    """`stands` while the page `url_name` is not done; gates are passed in the order of `order`."""

    order: int
    url_name: str
    stands: Callable[[ActingRequest], bool]


_gates: list[Gate] = []


def register(order: int, url_name: str, stands: Callable[[ActingRequest], bool]) -> None:
    gate = Gate(order, url_name, stands)
    if gate not in _gates:
        _gates.append(gate)
        _gates.sort(key=lambda each: each.order)


def first_standing(request: ActingRequest) -> Gate | None:
    return next((gate for gate in _gates if gate.stands(request)), None)
