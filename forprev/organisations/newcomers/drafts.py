"""What is typed of somebody who is to get a role, from tab to tab, before anything is written.

It is kept in the session, and goes signed with each form as well: one that is held while its session ends is taken up
again whole.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.http import HttpRequest

from forprev.accounts.access import ActingRequest
from forprev.core.errors import DomainError
from forprev.organisations.services import Whom
from forprev.people.models import Identity, Person

TOKEN = "draft"  # noqa: S105 (the name of a field)
"""The field of the forms that carries the draft."""

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

    @property
    def identity(self) -> Identity:
        """The papers of somebody new, all of which were asked for."""
        return Identity(self.last_name, self.first_name, date.fromisoformat(self.birth_date))

    @property
    def born_on(self) -> date | None:
        return date.fromisoformat(self.birth_date) if self.birth_date else None

    @property
    def whom(self) -> Whom:
        """DomainError for a person whose record is gone since."""
        if not self.person_id:
            return Whom(identity=self.identity, email=self.email)
        person = Person.objects.filter(pk=self.person_id).first()
        if person is None:
            raise DomainError("La fiche de cette personne a changé entre-temps : reprenez l’onglet Informations.")
        return Whom(person, email=self.email)


D = TypeVar("D", bound=Draft)


class Drafts(Generic[D]):
    """Those of one screen, under `name` in the session."""

    def __init__(self, kind: type[D], name: str) -> None:
        self.kind, self._name, self._salt = kind, name, f"forprev.{name}"

    def keep(self, request: ActingRequest, key: UUID, draft: D) -> None:
        """Keep it, at the cost of the oldest ones kept."""
        others = {name: kept for name, kept in request.session.get(self._name, {}).items() if name != str(key)}
        latest = [*others.items(), (str(key), self._bound(request, key, draft))][-_KEPT:]
        request.session[self._name] = dict(latest)

    def find(self, request: ActingRequest, key: UUID) -> D | None:
        """The draft of this key, made by this account in this role: from its session, else from the form posted."""
        kept = request.session.get(self._name, {}).get(str(key)) or self._posted(request)
        if kept is None:
            return None
        draft = self.kind(**kept["draft"])
        return draft if kept == self._bound(request, key, draft) else None

    def token(self, request: ActingRequest, key: UUID, draft: D) -> str:
        return signing.dumps(self._bound(request, key, draft), salt=self._salt, compress=True)

    def _bound(self, request: ActingRequest, key: UUID, draft: D) -> dict[str, Any]:
        return {
            "account": str(request.user.pk),
            "acting": request.acting.key,
            "key": str(key),
            "draft": asdict(draft),
        }

    def _posted(self, request: HttpRequest) -> dict[str, Any] | None:
        try:
            kept: dict[str, Any] = signing.loads(request.POST.get(TOKEN, ""), salt=self._salt)
        except signing.BadSignature:
            return None
        return kept
