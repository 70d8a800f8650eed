"""The register of processing, with the delays in force: for the national administration, and for everybody to read."""

from __future__ import annotations

from dataclasses import dataclass

from forprev.people.models import RetentionRule
from forprev.people.retention import rules
from forprev.people.retention.registry import Kind, kinds
from forprev.people.retention.running import months_of


@dataclass(frozen=True)
class Line:
    """One kind of data, and for how long it is kept, in words."""

    kind: Kind
    delay: str


def lines() -> list[Line]:
    """All kinds, in one query and one for each delay that is another setting's."""
    delays = dict(RetentionRule.objects.values_list("kind", "months"))
    return [Line(kind, delay_of(kind, delays)) for kind in kinds()]


def delay_of(kind: Kind, delays: dict[str, int]) -> str:
    """`delays` are months by key, as far as they were read already."""
    if kind.elsewhere:
        return kind.elsewhere
    return rules.in_words(delays[kind.key] if kind.key in delays else months_of(kind))
