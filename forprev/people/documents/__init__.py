"""What is held on a person, on paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from forprev.core.documents import compile_pdf, printable
from forprev.core.text import clean
from forprev.people.models import Person
from forprev.people.personal_data import Section, shown

TEMPLATE = Path(__file__).parent / "personal_data.typ"
MOST_ROWS = 100
"""Of one section, the last ones: a line takes a millisecond to set, and some people have tens of thousands of them. The
rest stands in the JSON, which has no such limit.
"""
_LONG_WORD = re.compile(r"\S{15,}")
_PIECE = 12


def render(person: Person, sections: Iterable[Section], made_at: datetime) -> bytes:
    """PDF/A-3a and PDF/UA-1, A4, as many pages as it takes; of a section beyond `MOST_ROWS` the last rows."""
    facts = {
        "name": printable(person.display_name),
        "number": person.number,
        "made_at": shown(made_at),
        "year": made_at.year,
        "month": made_at.month,
        "day": made_at.day,
        "sections": [
            {
                "title": each.title,
                "labels": [column.label for column in each.columns],
                "rows": [
                    [_breakable(printable(clean(shown(value)))) for value in row] for row in each.rows[-MOST_ROWS:]
                ],
                "total": len(each.rows),
                "left_out": max(len(each.rows) - MOST_ROWS, 0),
            }
            for each in sections
        ],
    }
    return compile_pdf(TEMPLATE, {"facts": json.dumps(facts)})


def _breakable(text: str) -> str:
    """A long word without a hyphen, an address for instance, may break every twelve letters."""
    return _LONG_WORD.sub(lambda word: "\u200b".join(_pieces(word[0])), text)


def _pieces(word: str) -> Iterable[str]:
    return (word[start : start + _PIECE] for start in range(0, len(word), _PIECE))
