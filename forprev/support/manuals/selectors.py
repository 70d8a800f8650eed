"""Reading the manuals: their chapters, and what happened to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from forprev.core.history import Told, told
from forprev.support.help.selectors import variables
from forprev.support.manuals.markup import Block, blocks, headings
from forprev.support.manuals.models import Chapter, Edition
from forprev.support.manuals.registry import MANUALS, Manual, Original, originals
from forprev.support.manuals.screen import html

ACTIONS = {
    "create_chapter": "Création",
    "change_chapter": "Modification",
    "move_chapter": "Changement de place",
}
FIELDS = {"title": "Titre", "rank": "Place", "text": "Texte"}


@dataclass(frozen=True)
class Shelved:
    """A manual as the page of all of them shows it; `size` is 0 until it is on paper."""

    manual: Manual
    chapters: int
    modified_at: datetime | None
    size: int


@dataclass(frozen=True)
class Read:
    """A chapter as it is read; `parts` are its headings, address first."""

    chapter: Chapter
    content: list[Block]

    @property
    def html(self) -> str:
        return html(self.content, self.chapter.manual)

    @property
    def parts(self) -> list[tuple[str, str]]:
        return headings(self.content)


def shelf(manuals: Sequence[Manual]) -> list[Shelved]:
    """Two queries; without those that have no chapter."""
    known = {
        row["manual"]: row
        for row in Chapter.objects.order_by().values("manual").annotate(n=Count("pk"), last=Max("modified_at"))
    }
    sizes = dict(Edition.objects.values_list("manual", "size"))
    return [
        Shelved(manual, known[manual.slug]["n"], known[manual.slug]["last"], sizes.get(manual.slug, 0))
        for manual in manuals
        if manual.slug in known
    ]


def every_manual() -> list[Shelved]:
    """For those who write them: empty ones too."""
    filled = {each.manual: each for each in shelf(MANUALS)}
    return [filled.get(manual, Shelved(manual, 0, None, 0)) for manual in MANUALS]


def chapters_of(manual: Manual) -> list[Chapter]:
    return list(Chapter.objects.filter(manual=manual.slug))


def read(chapter: Chapter) -> Read:
    """A chapter, saved or not; one query."""
    return Read(chapter, blocks(chapter.text, variables()))


def left_out(manual: Manual, chapters: list[Chapter]) -> list[Original]:
    """What the release brings for this manual and the network has not taken, or has removed."""
    there = {chapter.slug for chapter in chapters}
    return [each for each in originals()[manual.slug] if each.slug not in there]


def history_of(chapter: Chapter) -> list[Told]:
    """The latest first, in one query; of a changed text, that it changed: both are too long to tell."""
    return [
        Told(event.at, event.actor, event.role, event.action, _without_texts(event.comment))
        for event in told(chapter, ACTIONS, FIELDS)
    ]


def _without_texts(comment: str) -> str:
    """`Texte : before → after` spans lines to the end, since it is told last."""
    kept, _, changed = comment.partition(f"{FIELDS['text']} : ")
    return f"{kept}Texte modifié" if changed else kept
