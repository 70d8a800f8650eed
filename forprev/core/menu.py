"""The side menu: packages register their entries when they are loaded, each role sees its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.urls import reverse


class HasRole(Protocol):
    """What the menu needs of the actor; counts get the real one."""

    @property
    def role(self) -> str: ...


DASHBOARD = "TABLEAU DE BORD"
ORGANISATION = "MON ENTITÉ"
ACCREDITATION = "HABILITATION"
CERTIFICATION = "CERTIFICATION"
DOSSIERS = "DEMANDES"
USERS = "UTILISATEURS"
CERTIFICATES = "CERTIFICATS"
HELP = "AIDE & ASSISTANCE"
LEGAL = "Mentions légales & CGU"
PRIVACY = "Politique de protection des données"

SECTIONS = (
    DASHBOARD,
    ORGANISATION,
    ACCREDITATION,
    CERTIFICATION,
    DOSSIERS,
    USERS,
    CERTIFICATES,
    HELP,
    LEGAL,
    PRIVACY,
)
"""Every section, in the order of the screen."""

EVERY_ROLE: frozenset[str] = frozenset({"*"})
"""As `roles`: shown to whoever is signed in, with a role or without."""


@dataclass(frozen=True)
class _Registered:
    section: str
    label: str
    url_name: str
    roles: frozenset[str]
    count: Callable[[Any], int] | None
    order: int
    icon: str

    def shown_to(self, acting: HasRole | None) -> bool:
        return self.roles == EVERY_ROLE or (acting is not None and acting.role in self.roles)


@dataclass
class Link:
    """An entry on the screen; `current` is its aria-current, `count` is None where nothing is counted."""

    label: str
    url: str
    count: int | None = None
    current: str = ""


@dataclass
class Section:
    """A heading and its links, or, with `link`, a section that is itself a link."""

    label: str
    icon: str
    link: Link | None = None
    links: list[Link] = field(default_factory=list)

    def __iter__(self) -> Iterator[Link]:
        if self.link:
            yield self.link
        yield from self.links


_registered: list[_Registered] = []


def register(
    section: str,
    label: str,
    url_name: str,
    *,
    roles: Collection[str],
    count: Callable[[Any], int] | None = None,
    order: int,
    icon: str,
) -> None:
    """Add an entry; one whose label is that of its section makes the section itself a link.

    `count` gets the acting value and runs one query at most. `icon`, a name of bootstrap-icons, stands before
    the section if the entry is its first. Raises ValueError for a section that is not one of `SECTIONS`.
    """
    if section not in SECTIONS:
        raise ValueError(f"unknown section of the menu: {section!r}")
    entry = _Registered(section, label, url_name, frozenset(roles), count, order, icon)
    if entry not in _registered:
        _registered.append(entry)


def menu_for(acting: HasRole | None, path: str) -> list[Section]:
    """The sections that `acting` sees; the link of the page at `path`, or of its parent, is current."""
    shown = sorted((entry for entry in _registered if entry.shown_to(acting)), key=lambda entry: entry.order)
    sections = [_section(label, entries, acting) for label in SECTIONS if (entries := _of(label, shown))]
    _mark_current([link for section in sections for link in section], path)
    return sections


def _of(section: str, entries: list[_Registered]) -> list[_Registered]:
    return [entry for entry in entries if entry.section == section]


def _section(label: str, entries: list[_Registered], acting: HasRole | None) -> Section:
    section = Section(label, entries[0].icon)
    for entry in entries:
        count = entry.count(acting) if entry.count and acting else None
        link = Link(entry.label, reverse(entry.url_name), count)
        if entry.label == label:
            section.link = link
        else:
            section.links.append(link)
    return section


def _mark_current(links: list[Link], path: str) -> None:
    parents = [link for link in links if path == link.url or (link.url != "/" and path.startswith(link.url))]
    if parents:
        nearest = max(parents, key=lambda link: len(link.url))
        nearest.current = "page" if nearest.url == path else "true"
