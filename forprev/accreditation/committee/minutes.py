"""The minutes of a meeting on paper: the PDF is a pure function of what it is given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forprev.accreditation.committee.selectors import DECIDED, Result
from forprev.accreditation.models import CommitteeMeeting
from forprev.core.dates import french
from forprev.core.documents import compile_pdf, printable
from forprev.core.text import clean

TEMPLATE = Path(__file__).parent / "minutes.typ"


def render(meeting: CommitteeMeeting, results: Sequence[Result]) -> bytes:
    """PDF/A-3a and PDF/UA-1, A4, as many pages as it takes; the same facts give the same bytes."""
    facts = {
        "held_on": french(meeting.held_on),
        "year": meeting.held_on.year,
        "month": meeting.held_on.month,
        "day": meeting.held_on.day,
        "attendance": [printable(clean(name)) for name in meeting.attendance.splitlines() if name.strip()],
        "results": [_facts(result) for result in results],
    }
    return compile_pdf(TEMPLATE, {"facts": json.dumps(facts)})


def file_name(meeting: CommitteeMeeting) -> str:
    """`proces-verbal-2026-03-10.pdf`."""
    return f"proces-verbal-{meeting.held_on.isoformat()}.pdf"


def _facts(result: Result) -> dict[str, Any]:
    """All of it drawable; a text of several lines is a list of them."""
    said = ("number", "organisation_name", "opinion", "label", "decided_by")
    return {
        **{name: printable(clean(getattr(result, name))) for name in said},
        "opinion_reason": _lines(result.opinion_reason),
        "decided_on": french(result.decided_on),
        "is_decided": result.state in DECIDED,
        "reason": _lines(result.reason),
        "lines": [{name: printable(clean(text)) for name, text in asdict(line).items()} for line in result.lines],
    }


def _lines(text: str) -> list[str]:
    return [printable(clean(line)) for line in text.splitlines() if line.strip()]
