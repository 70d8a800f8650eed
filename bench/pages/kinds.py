"""The kinds of what is asked, and the milliseconds that each may take."""

from __future__ import annotations

BUDGETS = {
    "page": 100.0,
    "dashboard": 150.0,
    "search": 30.0,
    "check": 20.0,
    "generate": 100.0,
    "zip": 100.0,
    "import": 10_000.0,
    "sign_in": 400.0,
    "file": 100.0,
    "export": 10_000.0,
}
"""Server time at the 95th percentile: the architecture's speed budgets.

Two kinds have none there. A sign-in is a page and the verification of a password, slow on purpose (`PASSWORD_COST`: 130
to 250 ms); a file of a whole list ("export"), up to 20,000 rows, may take what an import takes. A file of all that is
held on one person ("file") may take what a page takes, but asks one query for each kind of data.
"""

MOST_QUERIES = 15
"""Of a page, whatever the number of rows. An action writes what it must."""

FILES = ("file", "export")
"""Kinds that may ask more: one query for each kind of data, or each range of rows."""

MOST_ROUNDS = {"import": 3, "export": 5, "sign_in": 20}
"""How often each is asked at the most; others as often as wished."""

ASK_MORE = {
    "accreditation:review": "shows a request whole: lines, pieces and their rules, thread, history, the next one",
    "certification:send": "asks every rule, for any number of trainees",
    "network:parameters": "reads the row of each package and its last change",
    "support:compare_duplicates": "brings the two records together and takes it back, to show what would move",
}
"""Pages with more queries, always as many whatever the number of rows, and why."""
