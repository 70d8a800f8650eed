"""What a rule has to say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forprev.core.errors import DomainError


@dataclass(frozen=True)
class Finding:
    """One remark. A blocking one stops the action, another is shown, accepted and recorded.

    `field` is the form field concerned, `trainee_id` the trainee, `declaration` the Trainee field that answers it.
    """

    rule: str
    message: str
    blocking: bool = True
    field: str | None = None
    trainee_id: int | None = None
    declaration: str | None = None


class Refused(DomainError):
    """The action is not possible yet: one finding or more stands against it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = [f for f in findings if f.blocking]
        first = self.findings[0]
        super().__init__(" ".join(f.message for f in self.findings), code=first.rule, field=first.field)

    @property
    def told(self) -> list[tuple[str | None, str]]:
        return [(finding.field, finding.message) for finding in self.findings]


def refuse_if_blocking(findings: Iterable[Finding]) -> None:
    """Raise Refused with the blocking findings, if there is any."""
    blocking = [f for f in findings if f.blocking]
    if blocking:
        raise Refused(blocking)
