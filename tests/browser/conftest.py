"""A real browser on a real server; the test fails on any script error and on any failure of the server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import Settings

from tests.mailbox import mailbox  # noqa: F401 (a fixture)

# Playwright keeps an event loop in this thread; what tests ask of the database in between is synchronous all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def new_page(browser: Browser, live_server: object) -> Iterator[Open]:
    """Opens a browser window of its own for somebody: `new_page(javascript=False, width=375)`."""
    contexts, faults = [], []

    def opened(*, javascript: bool = True, width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=str(live_server),
            java_script_enabled=javascript,
            locale="fr-FR",
            viewport={"width": width, "height": 900},
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if _is_fault(said.type, said.text) else None)
        page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 500 else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def site(settings: Settings, live_server: object) -> None:
    """Links in mails lead to the server of the test; mail leaves by the server of the test."""
    settings.PUBLIC_URL = str(live_server)
    settings.MAIL_DELIVERY = True


def _is_fault(kind: str, text: str) -> bool:
    """Chromium also notes each page that answers 4xx, which is how a form with errors answers."""
    return kind == "error" and "the server responded with a status of 4" not in text
