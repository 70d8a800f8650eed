"""Who may call a view: every view says so with exactly one of `public`, `signed_in` and `acting_as`.

A screen that does not exist for the role in use answers 403, with a page that proposes to change role: the person
knows such screens exist. An object that the actor does not see answers 404, as if it did not exist: views find
objects only through `visible_to(acting)`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar, cast

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role

logger = structlog.get_logger(__name__)


class Policy(StrEnum):
    """What a view asks for where it asks for no role."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


class ActingRequest(HttpRequest):
    """A request that went through `ActingMiddleware`; `acting` is only None behind `public` and `signed_in`."""

    user: Account
    acting: Acting
    acting_choices: list[Acting]


def only_looks(request: HttpRequest) -> bool:
    """Whether it is an agent of the hotline who sees as this account does: a page that is read notes nothing then."""
    return getattr(request, "seeing", None) is not None


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def public(view: View) -> View:
    """Anybody, signed in or not."""
    view.allowed_roles = Policy.PUBLIC  # type: ignore[attr-defined]
    return login_not_required(view)


def signed_in(view: View) -> View:
    """Any account, even one that has no role at this moment."""
    view.allowed_roles = Policy.SIGNED_IN  # type: ignore[attr-defined]
    return view


def acting_as(*roles: Role) -> Callable[[View], View]:
    """Whoever acts in one of `roles`; 403 in another role."""
    if not roles:
        raise ValueError("acting_as() needs at least one role")
    allowed = frozenset(roles)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: ActingRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.acting is None or request.acting.role not in allowed:
                logger.warning("role_refused", path=request.path, account=str(request.user.pk))
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.allowed_roles = allowed  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def policy_of(view: Callable[..., HttpResponseBase]) -> Policy | frozenset[Role] | None:
    """What the view asks for; None for one that does not say, which no view of ours may do."""
    return getattr(view, "allowed_roles", None)
