from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.core.lists.sample import Sample, make_samples


@pytest.fixture(scope="session")
def sample_table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Sample)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.delete_model(Sample)


@pytest.fixture
def samples(sample_table: None, db: None) -> Callable[[int], None]:
    return make_samples


@pytest.fixture
def page(client: Client) -> Callable[..., Page]:
    def get(path: str, **query: object) -> Page:
        response = client.get(path, query)
        assert response.status_code == 200
        return Page(response.content.decode())

    return get


class Page:
    """What a person finds on a list page."""

    def __init__(self, html: str) -> None:
        self.html = html

    @property
    def text(self) -> str:
        bare = re.sub(r"<template.*?</template>", "", self.html, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", bare)))

    @property
    def numbers(self) -> list[int]:
        return [int(number) for number in re.findall(r'href="/sessions/(\d+)"', self.html)]

    @property
    def typed(self) -> list[str]:
        """The values in the search form."""
        rows = re.sub(r"<template.*?</template>", "", self.html, flags=re.DOTALL)
        return [
            unescape(value) for value in re.findall(r'<input class="[^"]*" name="valeur"[^>]* value="([^"]*)"', rows)
        ]

    def link(self, name: str) -> str | None:
        """The address behind the link of this visible or accessible name; None if it leads nowhere."""
        for attributes, content in re.findall(r"<a\b([^>]*)>(.*?)</a>", self.html, flags=re.DOTALL):
            label = re.search(r'aria-label="([^"]*)"', attributes)
            shown = label[1] if label else re.sub(r"<[^>]+>", "", content).strip()
            if " ".join(unescape(shown).split()) == name:
                href = re.search(r'href="([^"]*)"', attributes)
                return unescape(href[1]) if href else None
        raise AssertionError(f"no link {name!r}")
