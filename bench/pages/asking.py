"""One thing that is asked of the application, and who asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.http import HttpResponseBase
from django.test import Client
from django.urls import resolve, reverse

from bench.pages.actors import Actor

if TYPE_CHECKING:
    from forprev.people.models import Person

FORM = "application/x-www-form-urlencoded"
Typed = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """A page, or, with `data`, an action; `call` is asked instead where no page does that one thing alone.

    `name` is the same at all scales. `statuses` are those of a right answer. Of a `listed` page, the sorts and the
    criteria are measured too.
    """

    name: str
    address: str
    kind: str = "page"
    data: Typed | None = None
    statuses: tuple[int, ...] = (200,)
    call: Callable[[], object] | None = None
    is_derived: bool = False

    @property
    def method(self) -> str:
        if self.call:
            return "call"
        return "GET" if self.data is None else "POST"

    @property
    def view(self) -> str:
        """The name of the address; empty for what is called without one."""
        return resolve(urlsplit(self.address).path).view_name if self.address else ""


def act(name: str, address: str, data: Typed, kind: str = "page", *, statuses: tuple[int, ...] = (302,)) -> Ask:
    """An action, which leads to another page when it is done."""
    return Ask(name, address, kind, data, statuses)


@contextmanager
def undone() -> Iterator[None]:
    """Nothing that is written in this block stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Desk:
    """An actor before its browser, within a transaction that is undone at the end, where the preparations stay."""

    actor: Actor
    client: Client
    missing: dict[str, str] = field(default_factory=dict)
    """What the data hold none of, by the name of the address that would show it."""

    @property
    def acting(self) -> Any:
        """`Acting`; not for a visitor."""
        return self.actor.acting

    def send(self, ask: Ask) -> HttpResponseBase:
        """The whole answer, as the browser waits for it."""
        if ask.data is None:
            response = self.client.get(ask.address)
        elif any(hasattr(value, "read") for value in ask.data.values()):
            for value in ask.data.values():
                if hasattr(value, "seek"):
                    value.seek(0)
            response = self.client.post(ask.address, ask.data)
        else:
            response = self.client.post(ask.address, urlencode(ask.data, doseq=True), content_type=FORM)
        if response.streaming:
            response.whole = b"".join(response.streaming_content)
        return response

    def ready(self) -> None:
        """A moment ago the actor proved who it is; what was said of the last action has been read."""
        from forprev.accounts.services.sessions import PROVED
        from forprev.accounts.sessions import SEEN, STARTED
        from forprev.core.dates import now

        if not self.actor.person:
            return
        self.client.cookies.pop("messages", None)
        session = self.client.session
        session.pop("_messages", None)
        moment = int(now().timestamp())
        session.update({STARTED: moment, SEEN: moment, PROVED: moment})
        session.save()

    def do(self, address: str, /, **typed: Any) -> HttpResponseBase:
        """Really done, until the end of the transaction: fill in the form of this page and send it."""
        return self.done(self.filled("", address, **typed))

    def done(self, ask: Ask) -> HttpResponseBase:
        self.ready()
        response = self.send(ask)
        if response.status_code not in (200, 302):
            raise Unlike(f"{ask.address} answers {response.status_code}")
        settle()
        return response

    def filled(self, name: str, address: str, kind: str = "page", /, *, at: str = "", **typed: Any) -> Ask:
        """What a browser sends of the form of this page that has the fields typed, or that is sent to `at`."""
        self.ready()
        response = self.client.get(address)
        forms = forms_of(response.content.decode()) if response.status_code == 200 else []
        wanted = {key for key, value in typed.items() if value is not None}
        for form in forms:
            where = form.action or address
            if (at and where == at) or (not at and form.method == "post" and wanted <= form.names):
                data = {**form.values, **{key: value for key, value in typed.items() if value is not None}}
                return act(name, where, data, kind)
        raise Unlike(f"{address} ({response.status_code}) has no form of {at or sorted(wanted)}")

    def of(self, found: QuerySet[Any], pages: dict[str, str], *, kind: str = "page") -> Iterator[Ask]:
        """These pages, by the name of their address, of the first object found."""
        one = found.first()
        if one is None:
            self.missing |= dict.fromkeys(pages, found.model._meta.label)
            return
        yield from of_one(one, pages, kind=kind)


def somebody() -> Person:
    """One like others, of the middle of the register."""
    from forprev.people.models import Person

    return Person.objects.filter(pk__gt=Person.objects.latest("pk").pk // 2).earliest("pk")


def of_one(one: Model, pages: dict[str, str], *, kind: str = "page") -> Iterator[Ask]:
    for name, label in pages.items():
        yield Ask(label, reverse(name, args=[one.pk]), kind)


def plain(pages: dict[str, str], *, kind: str = "page") -> Iterator[Ask]:
    """Pages whose address says it all."""
    for name, label in pages.items():
        yield Ask(label, reverse(name), kind)


def settle() -> None:
    """Check what is checked at the end of a transaction, so that it is not checked again with each thing measured."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Unlike(Exception):
    """The application did not answer as the measurement expects; the message says how."""


@dataclass
class Form:
    """One form of a page. `names` are its fields, buttons included; `values` what it sends when nothing is typed."""

    action: str
    method: str
    names: set[str] = field(default_factory=set)
    values: Typed = field(default_factory=dict)


class _Reader(HTMLParser):
    """The forms of a page, fields outside of their form (`form="…"`) included."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._select = ""
        self._first: str | None = None
        """What a list of one choice sends where none of its options is selected."""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(found.get("action", ""), found.get("method", "get").lower())
            self.forms.append(self._open)
            if "id" in found:
                self._by_id[found["id"]] = self._open
            return
        form = self._by_id.get(found.get("form", ""), self._open)
        name = found.get("name", "")
        if tag == "option" and self._select and form:
            self._first = found.get("value", "") if self._first is None else self._first
            if "selected" in found:
                self._add(form, self._select, found.get("value", ""))
        if not form or not name:
            return
        form.names.add(name)
        if tag == "select":
            self._select, self._first = name, "" if "multiple" in found else None
        elif tag == "textarea":
            self._text = name
            form.values[name] = ""
        elif tag == "input":
            kind = found.get("type", "text")
            if kind in ("submit", "button", "file", "image") or (
                kind in ("checkbox", "radio") and "checked" not in found
            ):
                return
            self._add(form, name, found.get("value", "on" if kind == "checkbox" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            if self._open and self._first:
                self._open.values.setdefault(self._select, self._first)
            self._select = ""
        elif tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text and self._open:
            self._open.values[self._text] = data.removeprefix("\n")

    @staticmethod
    def _add(form: Form, name: str, value: str) -> None:
        if name in form.values:
            kept = form.values[name]
            form.values[name] = [*(kept if isinstance(kept, list) else [kept]), value]
        else:
            form.values[name] = value


def forms_of(page: str) -> list[Form]:
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def last_number(address: str) -> int:
    """The key of the object that an address names last."""
    return int(re.findall(r"/(\d+)", address)[-1])
