"""Each sort, each criterion, the last page and the files of a list, found on the list itself."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import FieldError
from django.utils import timezone

from bench.pages.asking import Ask, Desk

NOTHING = "ZZQXZZ"
"""What no text contains: whatever is searched is read to its end."""


@contextmanager
def screens() -> Iterator[list[Any]]:
    """The lists that are shown meanwhile."""
    from forprev.core.lists import ListScreen

    shown, shows = [], ListScreen.response

    def response(self: Any, *args: Any, **options: Any) -> Any:
        shown.append(self)
        return shows(self, *args, **options)

    ListScreen.response = response
    try:
        yield shown
    finally:
        ListScreen.response = shows


def derived(desk: Desk, ask: Ask, screen: Any) -> Iterator[Ask]:
    """What the list of this page can be asked; names are the keys of its columns and criteria."""
    for column in screen.table.columns:
        if column.orderable:
            yield _variant(ask, f"trié par {column.name}", tri=column.name)
            yield _variant(ask, f"trié par {column.name}, décroissant", tri=f"-{column.name}")
    for criterion in screen.criteria:
        yield from _searched(desk, ask, screen, criterion)
    yield _variant(ask, "100 lignes", taille="100")
    yield _variant(ask, "dernière page", page="1000000")
    if screen.is_exported:
        less = _fewer(screen) if screen.has_more else {}
        for form in ("csv", "xlsx"):
            yield _variant(ask, f"export {form.upper()}", kind="export", export=form, **less)


def _variant(ask: Ask, said: str, kind: str = "page", **query: str) -> Ask:
    mark = "&" if urlsplit(ask.address).query else "?"
    return Ask(f"{ask.name} : {said}", f"{ask.address}{mark}{urlencode(query)}", kind, is_derived=True)


def _searched(desk: Desk, ask: Ask, screen: Any, criterion: Any) -> Iterator[Ask]:
    operator = criterion.kind.operators[0].key
    options = criterion.kind.options()
    if options:
        typed = [("", operator, options[0].key)]
    else:
        value = _typed(_of_first_row(screen, criterion))
        typed = [("", operator, value)]
        match criterion.kind.name:
            case "Texte":
                typed = [("", operator, value[:4]), (", introuvable", operator, NOTHING)]
            case "Date":
                typed += [(", depuis", "depuis", value)]
    for said, how, value in typed:
        name = f"par {criterion.key}{said}"
        if criterion.personal:
            yield _variant(ask, name, recherche=_kept(desk, (criterion.key, how, value)))
        else:
            yield _variant(ask, name, champ=criterion.key, operateur=how, valeur=value)


def _of_first_row(screen: Any, criterion: Any) -> Any:
    """The value of the first row that has one; a likely one if the list is empty."""
    rows = screen._ordered[:50]
    try:
        return next((value for value in rows.values_list(criterion.path, flat=True) if value not in (None, "")), None)
    except FieldError:
        return None


def _typed(value: Any) -> str:
    match value:
        case None:
            return "01/01/2020"
        case datetime():
            return f"{timezone.localtime(value):%d/%m/%Y}"
        case date():
            return f"{value:%d/%m/%Y}"
    return str(value)


def _kept(desk: Desk, typed: tuple[str, str, str]) -> str:
    """A search by what stands in no address, kept in the session as after it was posted."""
    session = desk.client.session
    key = secrets.token_urlsafe(6)
    session["list_searches"] = {**session.get("list_searches", {}), key: [list(typed)]}
    session.save()
    return key


def _fewer(screen: Any) -> dict[str, str]:
    """One day, of a list that is too long for a file."""
    for criterion in screen.criteria:
        if criterion.kind.name == "Date" and not criterion.personal:
            value = _typed(_of_first_row(screen, criterion))
            return {"champ": criterion.key, "operateur": "le", "valeur": value}
    return {}
