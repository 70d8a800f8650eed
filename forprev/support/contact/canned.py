"""Canned answers: what agents start from, and the words that stand for what differs."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError

from forprev.accounts.acting import Acting
from forprev.core.errors import DomainError
from forprev.core.history import action
from forprev.support.contact.models import CannedAnswer, ContactRequest

VARIABLE = re.compile(r"\{(\w*)\}")
VARIABLES = {"nom": "nom du demandeur", "numero": "numéro de la demande", "agent": "nom de l’agent"}
"""All that a canned answer may name."""


def filled(answer: CannedAnswer, contact: ContactRequest, acting: Acting) -> str:
    """The text for this request, to be read over before it leaves."""
    values = {"nom": contact.name, "numero": contact.number, "agent": acting.display_name}
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), answer.text)


def keep(answer: CannedAnswer, acting: Acting, values: dict[str, Any]) -> CannedAnswer:
    """Write a new one, or change one. DomainError for an unknown variable or a title that is taken."""
    unknown = [name for name in VARIABLE.findall(values["text"]) if name not in VARIABLES]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        raise DomainError(f"Variable inconnue : {{{unknown[0]}}}. Sont connues : {known}.", field="text")
    for name, value in values.items():
        setattr(answer, name, value)
    try:
        with action(acting, "keep_canned_answer"):
            answer.save()
    except IntegrityError:
        raise DomainError("Une autre réponse type a déjà ce titre.", code="taken", field="title") from None
    return answer
