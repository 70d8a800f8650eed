"""A form that could not be taken yet is held, so that nothing typed is lost: the session had ended, the role had
changed in another tab, or the person has to prove once more who it is. `Reprendre` sends it again, unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

KEY = "held"
"""Where the session keeps the form; also the field by which it says that it is sent again."""

ACTING_FIELD = "acting"
"""The hidden field of each form that names the role in which its page was shown."""

LARGEST = 256 * 1024
"""Characters of all the fields together."""

_NEVER = ("csrfmiddlewaretoken", KEY)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SECRET = ("password", "confirmation", "code", "new_password")


@dataclass(frozen=True)
class Held:
    """`path` with its query, `fields` in their order, `role` the `Acting.key` of its page, empty if it bore none."""

    path: str
    fields: list[tuple[str, str]]
    role: str
    had_files: bool


def hold(request: HttpRequest, account_id: str) -> bool:
    """Keep what was posted for this account; False for what is not kept: secrets, what is very large, or no form."""
    if request.content_type not in _FORMS:
        return False
    fields = [(name, value) for name, values in request.POST.lists() if name not in _NEVER for value in values]
    size = sum(len(name) + len(str(value)) for name, value in fields)
    if size > LARGEST or any(name in _SECRET for name, _ in fields):
        return False
    request.session[KEY] = {
        "account": account_id,
        "path": request.get_full_path(),
        "fields": fields,
        "role": request.POST.get(ACTING_FIELD, ""),
        "had_files": bool(request.FILES),
    }
    return True


def held_for(request: HttpRequest) -> Held | None:
    """What is held for the account that is signed in; what was another's is forgotten."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if kept is None:
        return None
    if kept["account"] != str(request.user.pk):
        forget(request)
        return None
    fields = [(name, value) for name, value in kept["fields"]]
    return Held(kept["path"], fields, kept["role"], kept["had_files"])


def way_on(request: HttpRequest) -> str:
    """Where whoever was kept from its work goes: to what it had typed, else home. A name for `redirect`."""
    return "accounts:resume" if KEY in request.session else settings.LOGIN_REDIRECT_URL


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
