"""The life of a contact request: its states and the one table of what may be done to it, by whom."""

from __future__ import annotations

from django.db import models

from forprev.accounts.models import Role
from forprev.core.workflow import Workflow, transition


class ContactState(models.TextChoices):
    NEW = "new", "Nouvelle"
    ONGOING = "ongoing", "En cours"
    WAITING = "waiting", "En attente du demandeur"
    RESOLVED = "resolved", "Résolue"


OPEN = (ContactState.NEW, ContactState.ONGOING)
"""What waits for the hotline."""
REQUESTER = "requester"
"""As a role: whoever asks, by the form or by mail."""


class ContactAction(models.TextChoices):
    """What can be done; the label is what the history says of it."""

    ASK = "ask_contact", "Demande reçue"
    WRITE = "write_contact", "Réponse du demandeur"
    ASSIGN = "assign_contact", "Affectation"
    ANSWER = "answer_contact", "Réponse envoyée"
    NOTE = "note_contact", "Note interne ajoutée"
    LINK = "link_contact", "Personne rattachée"
    LINK_ORGANISATION = "link_contact_organisation", "Entité rattachée"
    RESOLVE = "resolve_contact", "Marquée comme résolue"
    REOPEN = "reopen_contact", "Rouverte"


_AGENT = [Role.SUPPORT_AGENT]
_UNRESOLVED = [ContactState.NEW, ContactState.ONGOING, ContactState.WAITING]

CONTACT_WORKFLOW = Workflow(
    (
        transition(ContactAction.ANSWER, ContactState, ContactState.WAITING, ContactAction.ANSWER.label, _AGENT),
        transition(ContactAction.ASSIGN, _UNRESOLVED, ContactState.ONGOING, ContactAction.ASSIGN.label, _AGENT),
        transition(ContactAction.NOTE, ContactState, None, ContactAction.NOTE.label, _AGENT),
        transition(ContactAction.LINK, ContactState, None, ContactAction.LINK.label, _AGENT),
        transition(ContactAction.LINK_ORGANISATION, ContactState, None, ContactAction.LINK_ORGANISATION.label, _AGENT),
        transition(ContactAction.RESOLVE, _UNRESOLVED, ContactState.RESOLVED, ContactAction.RESOLVE.label, _AGENT),
        transition(
            ContactAction.REOPEN, [ContactState.RESOLVED], ContactState.ONGOING, ContactAction.REOPEN.label, _AGENT
        ),
        transition(ContactAction.WRITE, ContactState, ContactState.ONGOING, ContactAction.WRITE.label, [REQUESTER]),
    )
)
