"""The side menu: packages register their entries when they are loaded, each role sees its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Count, QuerySet, Value
from django.urls import reverse


class HasRole(Protocol):
    """What the menu needs of the actor; what counts gets the real one."""

    @property
    def role(self) -> str: ...


DASHBOARD = "TABLEAU DE BORD"
ORGANISATION = "MON ENTITÉ"
ACCREDITATION = "HABILITATION"
CERTIFICATION = "CERTIFICATION"
DOSSIERS = "DEMANDES"
USERS = "UTILISATEURS"
CERTIFICATES = "CERTIFICATS"
ADMINISTRATION = "ADMINISTRATION"
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
    ADMINISTRATION,
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
    waiting: Callable[[Any], QuerySet[Any]] | None
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
    waiting: Callable[[Any], QuerySet[Any]] | None = None,
    order: int,
    icon: str,
) -> None:
    """Add an entry; one whose label is that of its section makes the section itself a link.

    `waiting` gets the acting value and gives the rows that wait for it: their number stands beside the label. `icon`,
    a name of bootstrap-icons, stands before the section if the entry is its first. Raises ValueError for a section
    that is not one of `SECTIONS`.
    """
    if section not in SECTIONS:
        raise ValueError(f"unknown section of the menu: {section!r}")
    entry = _Registered(section, label, url_name, frozenset(roles), waiting, order, icon)
    if entry not in _registered:
        _registered.append(entry)


def menu_for(acting: HasRole | None, path: str) -> list[Section]:
    """The sections that `acting` sees; the link of the page at `path`, or of its parent, is current."""
    shown = sorted((entry for entry in _registered if entry.shown_to(acting)), key=lambda entry: entry.order)
    counts = _counts([entry.waiting(acting) if entry.waiting and acting else None for entry in shown])
    links = [Link(entry.label, reverse(entry.url_name), count) for entry, count in zip(shown, counts, strict=True)]
    entries = list(zip(shown, links, strict=True))
    sections = [_section(label, mine) for label in SECTIONS if (mine := _of(label, entries))]
    _mark_current([link for section in sections for link in section], path)
    return sections


def _counts(waiting: list[QuerySet[Any] | None]) -> list[int | None]:
    """How many rows there are of each, None where nothing is counted: in one query."""
    counting = [
        rows.order_by().annotate(nth=Value(nth)).values("nth").annotate(number=Count("pk")).values_list("nth", "number")
        for nth, rows in enumerate(waiting)
        if rows is not None
    ]
    numbers = dict(counting[0].union(*counting[1:], all=True)) if counting else {}
    return [None if rows is None else numbers.get(nth, 0) for nth, rows in enumerate(waiting)]


def _of(section: str, entries: list[tuple[_Registered, Link]]) -> list[tuple[_Registered, Link]]:
    return [(entry, link) for entry, link in entries if entry.section == section]


def _section(label: str, entries: list[tuple[_Registered, Link]]) -> Section:
    section = Section(label, entries[0][0].icon)
    for entry, link in entries:
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
