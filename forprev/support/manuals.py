"""The manuals, one a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role


@dataclass(frozen=True)
class Manual:
    """`template` holds its text; `slug` is its anchor in the page."""

    slug: str
    title: str
    roles: frozenset[Role]

    @property
    def template(self) -> str:
        return f"support/manuals/{self.slug}.html"


MANUALS = (
    Manual("gestionnaire", "Gestionnaire", frozenset({Role.MANAGER})),
    Manual("delegataire", "Délégataire", frozenset({Role.DELEGATE})),
    Manual("formateur", "Formateur", frozenset({Role.TRAINER})),
    Manual("caisse", "Instructeur de caisse", frozenset({Role.FUND_OFFICER})),
    Manual("national", "Réseau national", frozenset({Role.NATIONAL_ADMINISTRATOR, Role.COMMITTEE})),
)


def for_profile(acting: Acting | None) -> tuple[Sequence[Manual], Sequence[Manual]]:
    """The manuals of the role in use, then the others; for visitors all are others."""
    own = [manual for manual in MANUALS if acting and acting.role in manual.roles]
    return own, [manual for manual in MANUALS if manual not in own]
