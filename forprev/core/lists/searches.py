"""Criteria on personal data, kept in the session: they stand in no address, log or history (ASVS 14.2.1)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.http import HttpRequest

from forprev.core.lists.criteria import Triple

_SESSION_KEY = "list_searches"
_KEPT = 50


def save(request: HttpRequest, criteria: Sequence[Triple]) -> str:
    """Keep the criteria, at the cost of the oldest ones kept; returns the id that stands for them."""
    searches: dict[str, list[list[str]]] = request.session.get(_SESSION_KEY, {})
    wanted = [list(triple) for triple in criteria]
    for search_id, kept in searches.items():
        if kept == wanted:
            return search_id
    search_id = secrets.token_urlsafe(6)
    latest = dict([*searches.items(), (search_id, wanted)][-_KEPT:])
    request.session[_SESSION_KEY] = latest
    return search_id


def find(request: HttpRequest, search_id: str) -> list[Triple] | None:
    """The criteria kept under this id in the person's own session, or None."""
    kept = request.session.get(_SESSION_KEY, {}).get(search_id)
    return None if kept is None else [Triple(*triple) for triple in kept]
