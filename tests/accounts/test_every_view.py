"""Deny by default (security.md, item 23): every address of the application says who may call it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from forprev.accounts.access import Policy, policy_of


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, path)
        else:
            yield path, pattern


EVERY = dict(patterns(get_resolver("forprev.config.urls")))


@pytest.mark.parametrize("path", EVERY)
def test_the_view_has_a_policy(path: str) -> None:
    view = EVERY[path].callback
    policy = policy_of(view)
    assert policy is not None, f"{path}: decorate {view} with public, signed_in or acting_as"
    assert getattr(view, "login_required", True) is (policy is not Policy.PUBLIC)
