"""People of the register proposed to whoever types somebody's papers: enough to recognise, too little to learn (A12).

No more than initials, a year of birth and a masked address; so many an hour; noted (security.md, item 27).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from forprev.accounts.models import Account
from forprev.people.matching import Match, find, find_many
from forprev.people.models import Identity, Person
from forprev.people.services import note_lookup, note_lookups

NOBODY = "none"
"""Posted instead of a proposal: it is somebody else."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Proposal:
    """What is shown of somebody of the register: `M. D.`, a year, `m…t@demo.test` or nothing, and why."""

    person_id: int
    initials: str
    birth_year: int
    email: str
    reason: str
    same: bool
    likely: bool

    @property
    def value(self) -> str:
        """What the form posts for this one."""
        return str(self.person_id)


def propose(by: Person, identity: Identity) -> list[Proposal]:
    """Who may be this person, best first; DomainError (`too_many_lookups`) past the limit of an hour."""
    return show(by, identity, find(identity))


def show(by: Person, identity: Identity, matches: Sequence[Match]) -> list[Proposal]:
    """What `by` may see of the matches of an identity; DomainError (`too_many_lookups`) past the limit of an hour."""
    if matches:
        note_lookup(by, "/".join([identity.last_name, identity.first_name, identity.birth_date.isoformat()]))
        logger.info("people_proposed", by=by.pk, people=[match.person.pk for match in matches])
    return _masked_all([matches])[0]


def propose_many(by: Person, identities: Sequence[Identity]) -> list[list[Proposal]]:
    """The same for each of many identities, within a limit of a day (`too_many_lookups`); five queries."""
    note_lookups(by, len(identities))
    found = find_many(identities)
    logger.info("people_proposed_in_bulk", by=by.pk, asked=len(identities), proposed=sum(bool(each) for each in found))
    return _masked_all(found)


def picked(posted: str, identity: Identity) -> Person | None:
    """The person that the value posted stands for, if it is really among those proposed for what was typed."""
    return next((match.person for match in find(identity) if str(match.person.pk) == posted), None)


def _masked_all(found: Sequence[Iterable[Match]]) -> list[list[Proposal]]:
    people = {match.person.pk for matches in found for match in matches}
    addresses = dict(Account.objects.filter(person__in=people).values_list("person_id", "email")) if people else {}
    return [[_masked(match, addresses.get(match.person.pk, "")) for match in matches] for matches in found]


def masked_email(email: str) -> str:
    """`m…t@demo.test` of `marthe.petit@demo.test`; nothing of nothing."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}…{name[-1:]}@{domain}" if email else ""


def _masked(match: Match, email: str) -> Proposal:
    person = match.person
    return Proposal(
        person_id=person.pk,
        initials=f"{person.first_name[:1].upper()}. {person.last_name[:1].upper()}.",
        birth_year=person.birth_date.year,
        email=masked_email(email),
        reason=", ".join(match.reasons),
        same=match.same,
        likely=match.likely,
    )
