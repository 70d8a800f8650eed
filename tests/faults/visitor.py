"""A browser without windows, that speaks to whichever web process it is told."""

from __future__ import annotations

import http.client
import re
from html import unescape
from urllib.parse import urlencode

from tests.faults.cluster import HOST


class Visitor:
    """Keeps its cookies, those for TLS alone included: TLS ends at the proxy."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def get(self, port: int, path: str) -> tuple[int, str]:
        """Status and page."""
        return self._ask(port, "GET", path)

    def post(self, port: int, path: str, **fields: str) -> tuple[int, str]:
        """Status, and where it leads to or else the page; the form is fetched first, from the same process."""
        _, page = self.get(port, path)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, page
        return self._ask(port, "POST", path, urlencode({"csrfmiddlewaretoken": found[1], **fields}))

    def _ask(self, port: int, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = unescape(answer.read().decode())
        finally:
            connection.close()
        for each in answer.headers.get_all("Set-Cookie", []):
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers["Location"] or page
