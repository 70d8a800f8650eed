"""What is held on a person, on paper."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from forprev.core.documents import compile_pdf, printable
from forprev.core.text import clean
from forprev.people.models import Person
from forprev.people.personal_data import Section, shown

TEMPLATE = Path(__file__).parent / "personal_data.typ"


def render(person: Person, sections: Iterable[Section], made_at: datetime) -> bytes:
    """PDF/A-3a and PDF/UA-1, A4, as many pages as it takes."""
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
                "rows": [[printable(clean(shown(value))) for value in row] for row in each.rows],
            }
            for each in sections
        ],
    }
    return compile_pdf(TEMPLATE, {"facts": json.dumps(facts)})
