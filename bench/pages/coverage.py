"""Which addresses were reached, and why the others need not be."""

from __future__ import annotations

from collections.abc import Iterator, Set
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from bench.pages.asking import Desk, undone

EXCUSED = {
    "accounts:openid_start": "leads to another service",
    "accounts:openid_return": "comes from another service, with what it signed",
    "accounts:openid_bind": "leads to another service",
    "accounts:openid_unbind": "of an account bound through another service",
    "accounts:remove_passkey": "needs a key that signs",
    "accounts:remove_totp": "of an account with an application of codes",
    "accounts:recovery_codes": "of an account with an application of codes",
    "accounts:confirm_email": "needs a token sent by mail",
    "demo:codes": "of the demonstration only",
    "demo:mails": "of the demonstration only",
    "demo:mail": "of the demonstration only",
    "demo:mail_html": "of the demonstration only",
}
"""Addresses that are not measured, and why."""
NOT_THIS_METHOD = 405
VALUES = {"int": 999_999_999, "uuid": UUID(int=1), "slug": "x", "str": "x", "path": "x"}


def names(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}:{pattern.name}" if namespace else str(pattern.name), pattern
        else:
            yield from names(pattern.url_patterns, pattern.namespace or namespace)


def unreached(reached: Set[str], desks: list[Desk]) -> tuple[list[str], list[str]]:
    """Names that neither a measurement nor an excuse covers: of pages, and of addresses that are only posted to."""
    pages, posts = [], []
    for name, pattern in names(get_resolver().url_patterns):
        if name not in reached and name not in EXCUSED:
            (posts if _is_only_posted_to(name, pattern, desks) else pages).append(name)
    return pages, posts


def _is_only_posted_to(name: str, pattern: URLPattern, desks: list[Desk]) -> bool:
    converters = pattern.pattern.converters
    values = {key: VALUES[type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")]
              for key, converter in converters.items()}  # fmt: skip
    address = reverse(name, kwargs=values)
    for desk in desks:
        with undone():
            if desk.client.get(address).status_code == NOT_THIS_METHOD:
                return True
    return False
