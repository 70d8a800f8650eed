"""A browser, as far as the server can tell: kept connections, cookies, forms sent back with what they hide."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode

HOST = "127.0.0.1"
KEPT = 20
"""Requests on one connection. Each connection belongs to one worker of granian: renewed so often, all are used."""
FORM = "application/x-www-form-urlencoded"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

Sample = tuple[str, float]
"""Kind of request; seconds from the first byte sent to the last one read."""


class Unexpected(Exception):
    """An answer that was not the one of a day on which all goes well."""


@dataclass
class Log:
    """What one client measured."""

    samples: list[Sample] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Browser:
    """`address` is the one that the load balancer says; `cookies` by name."""

    def __init__(self, port: int, log: Log, address: str, cookies: dict[str, str] | None = None) -> None:
        self.port, self.log, self.address = port, log, address
        self.cookies = dict(cookies or {})
        self.connection = HTTPConnection(HOST, port, timeout=60)
        self.asked = 0
        self.page = ""

    def get(self, kind: str, path: str, expected: int = 200) -> str:
        """The page, which later `hidden` fields are taken from."""
        self._ask(kind, "GET", path, None, expected)
        return self.page

    def post(self, kind: str, path: str, fields: dict[str, str | list[str]], expected: int = 302) -> str:
        """The path of the redirect, empty without one."""
        return self._ask(kind, "POST", path, urlencode(fields, doseq=True).encode(), expected)

    def hidden(self, *names: str) -> dict[str, str | list[str]]:
        """Of the page read last: token, role in use, and these fields."""
        found = {}
        for name in ("csrfmiddlewaretoken", "acting", *names):
            match = re.search(rf'name="{name}" value="([^"]*)"', self.page)
            if match:
                found[name] = match[1]
            elif name in names:
                raise Unexpected(f"no field {name} in the page")
        return found

    def close(self) -> None:
        self.connection.close()

    def _ask(self, kind: str, method: str, path: str, body: bytes | None, expected: int) -> str:
        if self.asked % KEPT == 0:
            self.connection.close()
        self.asked += 1
        headers = {
            "Host": "localhost",
            "User-Agent": AGENT,
            "Accept-Encoding": "gzip, br",
            "X-Forwarded-For": self.address,
            "X-Forwarded-Proto": "https",
        }
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers |= {"Content-Type": FORM, "Origin": "https://localhost", "Referer": f"https://localhost{path}"}
        start = time.perf_counter()
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except OSError as error:
            self.connection.close()
            raise self._unexpected(f"{kind}: {method} {path}: {error!r}") from error
        self.log.samples.append((kind, time.perf_counter() - start))
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            if value.strip('"'):
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        text = answer.headers.get("Content-Type", "").startswith("text/html")
        self.page = content.decode() if text else ""
        if answer.status != expected:
            what = f"{answer.status} instead of {expected}{_said(self.page)}"
            raise self._unexpected(f"{kind}: {method} {path}: {what}")
        return answer.headers.get("Location", "").removeprefix("https://localhost")

    def _unexpected(self, what: str) -> Unexpected:
        self.log.errors.append(what)
        return Unexpected(what)


def _said(page: str) -> str:
    """What a page with errors says of them."""
    found = re.findall(r'(?s)class="(?:error-summary|invalid-feedback|notice-body)[^>]*>(.*?)</(?:div|ul)>', page)
    said = " ".join(re.sub(r"<[^>]+>|\s+", " ", " ".join(found)).split())[:300]
    return f": {said}" if said else ""
