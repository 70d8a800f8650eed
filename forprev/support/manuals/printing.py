"""A manual on paper: a tagged PDF, of its chapters and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings

from forprev.core.dates import day_of
from forprev.core.documents import compile_pdf, printable
from forprev.core.templatetags.ui import jour
from forprev.support.help.selectors import variables
from forprev.support.manuals import illustrations
from forprev.support.manuals.markup import blocks
from forprev.support.manuals.models import Chapter
from forprev.support.manuals.registry import COMMAND, Manual

TEMPLATE = Path(__file__).with_name("manual.typ")


@dataclass(frozen=True)
class Sources:
    """All that the paper depends on."""

    manual: Manual
    chapters: list[Chapter]
    values: dict[str, str]

    @property
    def digest(self) -> str:
        said = [[chapter.slug, chapter.title, chapter.text, str(chapter.modified_at)] for chapter in self.chapters]
        said += [[self.manual.title, self.manual.purpose, settings.PUBLIC_URL, _release()], [*self.values.values()]]
        return sha256(json.dumps(said).encode()).hexdigest()


def sources(manual: Manual) -> Sources:
    """Two queries."""
    return Sources(manual, list(Chapter.objects.filter(manual=manual.slug)), variables())


def draw(made: Sources) -> bytes:
    """The same sources give the same bytes."""
    modified = day_of(max(chapter.modified_at for chapter in made.chapters))
    facts = {
        "title": made.manual.title,
        "purpose": made.manual.purpose,
        "day": jour(modified),
        "date": [modified.year, modified.month, modified.day],
        "command": COMMAND,
        "site": settings.PUBLIC_URL,
        "support": [made.values["telephone"], made.values["horaires"], made.values["courriel"]],
        "chapters": [
            {"slug": chapter.slug, "title": chapter.title, "blocks": _placed(blocks(chapter.text, made.values))}
            for chapter in made.chapters
        ],
    }
    inputs = {"facts": json.dumps(_printable(facts))}
    return compile_pdf(TEMPLATE, inputs, root=illustrations.PACKAGE)


def _placed(content: Any) -> Any:
    """With the files of the pictures, and addresses that lead somewhere from a sheet of paper."""
    if isinstance(content, list):
        return [_placed(each) for each in content if not _is_missing(each)]
    if isinstance(content, dict):
        placed = {name: _placed(value) for name, value in content.items()}
        if placed.get("kind") == "figure":
            picture = illustrations.all_illustrations()[placed["name"]]
            placed |= {"file": picture.package_path, "width": picture.width, "height": picture.height}
        if placed.get("kind") == "link" and placed["href"].startswith("/"):
            placed["href"] = urljoin(settings.PUBLIC_URL, placed["href"])
        return placed
    return content


def _is_missing(block: Any) -> bool:
    """A picture that this release has not, or one in the middle of a text."""
    if not isinstance(block, dict):
        return False
    kind = block.get("kind")
    return kind == "image" or (kind == "figure" and block["name"] not in illustrations.all_illustrations())


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_printable(each) for each in value]
    if isinstance(value, dict):
        return {name: _printable(each) for name, each in value.items()}
    return value


@cache
def _release() -> str:
    """Template and pictures, which change with the release alone."""
    return sha256(TEMPLATE.read_bytes()).hexdigest() + illustrations.digest()
