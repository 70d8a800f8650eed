"""Which manuals there are, for whom, and of which chapters the release makes them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role

CONTENT = Path(__file__).with_name("content")
COMMAND = "make manuals"
"""What draws the pictures (scripts/manuals/draw.py); each manual names it."""


@dataclass(frozen=True)
class Manual:
    """`slug` is its address; nobody's `roles`: for visitors."""

    slug: str
    title: str
    roles: frozenset[Role]
    purpose: str

    def __str__(self) -> str:
        return self.title

    @property
    def file_name(self) -> str:
        return f"manuel-forprev-{self.slug}.pdf"


MANUALS = (
    Manual(
        "gestionnaire",
        "Gestionnaire",
        frozenset({Role.MANAGER}),
        "Tenir à jour son entité, ses utilisateurs et ses habilitations, mener ses sessions jusqu’aux certificats.",
    ),
    Manual(
        "delegataire",
        "Délégataire",
        frozenset({Role.DELEGATE}),
        "Mener jusqu’aux certificats les sessions des habilitations qui vous sont rattachées.",
    ),
    Manual(
        "formateur",
        "Formateur",
        frozenset({Role.TRAINER}),
        "Donner les résultats des stagiaires, retrouver ses propres certificats.",
    ),
    Manual(
        "caisse",
        "Instructeur de caisse",
        frozenset({Role.FUND_OFFICER}),
        "Instruire les demandes de sa région, suivre ses sessions et ses certificats.",
    ),
    Manual(
        "commission",
        "Commission nationale",
        frozenset({Role.COMMITTEE}),
        "Préparer une commission, décider des demandes, suspendre ou retirer une habilitation.",
    ),
    Manual(
        "national",
        "Administration nationale",
        frozenset({Role.NATIONAL_ADMINISTRATOR}),
        "Tenir le catalogue, les modèles de certificat, l’aide et les manuels ; suivre tout le dispositif.",
    ),
    Manual(
        "hotline",
        "Hotline",
        frozenset({Role.SUPPORT_AGENT}),
        "Répondre aux demandes, corriger une identité, débloquer un compte, réunir deux fiches.",
    ),
    Manual(
        "public",
        "Visiteur et candidat",
        frozenset(),
        "Vérifier un certificat, trouver un organisme habilité, présenter une première demande d’habilitation.",
    ),
)
CHOICES = [(manual.slug, manual.title) for manual in MANUALS]


@dataclass(frozen=True)
class Original:
    """A chapter as the release brings it."""

    slug: str
    title: str
    text: str


def manual_of(slug: str) -> Manual | None:
    return next((manual for manual in MANUALS if manual.slug == slug), None)


def for_profile(acting: Acting | None) -> tuple[Sequence[Manual], Sequence[Manual]]:
    """The manuals of the role in use, then the others; visitors have their own first."""
    own = [manual for manual in MANUALS if (acting.role in manual.roles if acting else not manual.roles)]
    return own, [manual for manual in MANUALS if manual not in own]


@cache
def originals() -> dict[str, tuple[Original, ...]]:
    """By manual, in order: `chapters.toml` names files, some of which several manuals share."""
    table: dict[str, list[str]] = tomllib.loads((CONTENT / "chapters.toml").read_text())
    return {manual.slug: tuple(map(_read, table[manual.slug])) for manual in MANUALS}


def original(manual: str, slug: str) -> Original | None:
    return next((each for each in originals().get(manual, ()) if each.slug == slug), None)


def _read(name: str) -> Original:
    heading, _, text = (CONTENT / f"{name}.md").read_text().partition("\n")
    return Original(Path(name).name, heading.removeprefix("# ").strip(), text.strip())
