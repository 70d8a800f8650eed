"""What is typed of a new user, from tab to tab, before anything is written.

It is kept in the session, and goes signed with each form as well: one that is held while its session ends is taken up
again whole.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest

from forprev.accounts.access import ActingRequest
from forprev.people.models import Identity

TOKEN = "draft"  # noqa: S105 (the name of a field)
"""The field of the forms that carries the draft."""

_SESSION_KEY = "new_users"
_SALT = "forprev.new_user"
_KEPT = 5


@dataclass
class Draft:
    """`person_id`: of the register, 0 for somebody new; `has_account`: whose address then stays."""

    number: str = ""
    last_name: str = ""
    first_name: str = ""
    birth_date: str = ""
    email: str = ""
    person_id: int = 0
    has_account: bool = False
    role: str = ""
    description: str = ""
    legal_link: bool = False
    accreditations: list[int] = field(default_factory=list)

    @property
    def identity(self) -> Identity:
        """The papers of somebody new, all of which were asked for."""
        return Identity(self.last_name, self.first_name, date.fromisoformat(self.birth_date))

    @property
    def born_on(self) -> date | None:
        return date.fromisoformat(self.birth_date) if self.birth_date else None


def keep(request: ActingRequest, key: UUID, draft: Draft) -> None:
    """Keep it, at the cost of the oldest ones kept."""
    others = {name: kept for name, kept in request.session.get(_SESSION_KEY, {}).items() if name != str(key)}
    latest = [*others.items(), (str(key), _bound(request, key, draft))][-_KEPT:]
    request.session[_SESSION_KEY] = dict(latest)


def find(request: ActingRequest, key: UUID) -> Draft | None:
    """The draft of this key, made by this account in this entity: from its session, else from the form posted."""
    kept = request.session.get(_SESSION_KEY, {}).get(str(key)) or _posted(request)
    if kept is None:
        return None
    draft = Draft(**kept["draft"])
    return draft if kept == _bound(request, key, draft) else None


def token(request: ActingRequest, key: UUID, draft: Draft) -> str:
    return signing.dumps(_bound(request, key, draft), salt=_SALT, compress=True)


def _bound(request: ActingRequest, key: UUID, draft: Draft) -> dict[str, Any]:
    return {
        "account": str(request.user.pk),
        "organisation": request.acting.organisation_id,
        "key": str(key),
        "draft": asdict(draft),
    }


def _posted(request: HttpRequest) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = signing.loads(request.POST.get(TOKEN, ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return kept
