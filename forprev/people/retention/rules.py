"""Changing for how long a kind of data is kept: what is longer or shorter counts from the next passage on."""

from __future__ import annotations

from collections.abc import Mapping

from forprev.core import history
from forprev.core.errors import Conflict, DomainError
from forprev.core.history import Told, told
from forprev.core.text import clean, plural
from forprev.people.models import RetentionRule
from forprev.people.retention.registry import Kind

REASON_LENGTH = 500
_ACTIONS: Mapping[str, str] = {"change_retention": "Durée modifiée"}


def change_rule(kind: Kind, actor: history.Actor, version: int, months: int, reason: str) -> RetentionRule:
    """Write another delay. DomainError out of the bounds or without a reason, Conflict if somebody was faster."""
    reason = clean(reason)
    if not kind.can_change:
        raise DomainError("Cette durée ne se règle pas ici.", code="fixed")
    if not kind.least <= months <= kind.most:
        raise DomainError(bounds(kind), code="out_of_bounds", field="months")
    if not reason:
        raise DomainError("Le motif doit être renseigné.", code="reason_missing", field="reason")
    with history.action(actor, "change_retention", comment=reason):
        rule = RetentionRule.objects.select_for_update(no_key=True).get(kind=kind.key)
        if rule.version != version:
            raise Conflict
        rule.months, rule.reason = months, reason[:REASON_LENGTH]
        rule.version += 1
        rule.save()
    return rule


def bounds(kind: Kind) -> str:
    return f"La durée est comprise entre {kind.least} et {kind.most} mois."


def in_words(months: int) -> str:
    """`5 ans`, `18 mois`."""
    return plural(months // 12, "an") if months and months % 12 == 0 else f"{months} mois"


def history_of(rule: RetentionRule) -> list[Told]:
    return told(rule, _ACTIONS, {"months": "Durée (mois)", "reason": "Motif"})
