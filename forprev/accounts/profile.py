"""The tabs of `Mon profil`; some of them are the steps of the first sign-in. Packages register theirs when loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from forprev.accounts.access import ActingRequest


@dataclass(frozen=True)
class Tab:
    """`title` heads its page where the short `label` does not do; `is_step`: one passes it at the first sign-in."""

    order: int
    label: str
    title: str
    url_name: str
    shown_to: Callable[[ActingRequest], bool]
    is_step: bool


@dataclass
class Link:
    """A tab as the template of tabs shows it."""

    label: str
    url: str
    current: bool = False
    done: bool = False
    count: None = None


_tabs: list[Tab] = []


def everybody(request: ActingRequest) -> bool:
    return True


def register(
    order: int,
    label: str,
    url_name: str,
    *,
    title: str = "",
    shown_to: Callable[[ActingRequest], bool] = everybody,
    is_step: bool = False,
) -> None:
    """Add a tab; `shown_to` looks at the person's roles."""
    tab = Tab(order, label, title or label, url_name, shown_to, is_step)
    if tab not in _tabs:
        _tabs.append(tab)
        _tabs.sort(key=lambda each: each.order)


def tabs_for(request: ActingRequest, current: str) -> list[Link]:
    return [
        Link(tab.label, reverse(tab.url_name), current=tab.url_name == current)
        for tab in _tabs
        if tab.shown_to(request)
    ]


def steps_for(request: ActingRequest) -> list[Tab]:
    """The steps of the first sign-in for this person, in their order."""
    return [tab for tab in _tabs if tab.is_step and tab.shown_to(request)]
