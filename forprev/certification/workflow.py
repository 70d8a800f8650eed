"""The life of a session (A36 to A39): its states and the one table of what may be done, from where, by whom."""

from __future__ import annotations

from django.db import models

from forprev.accounts.models import Role
from forprev.core.workflow import Workflow, transition


class State(models.TextChoices):
    DRAFT = "draft", "En cours de saisie"
    TRAINER = "trainer", "En cours de validation Formateur"
    ENTITY = "entity", "En cours de validation Entité"
    ISSUED = "issued", "Certificats générés"
    DELETED = "deleted", "Supprimée"


ENTITY_ROLES = (Role.MANAGER, Role.DELEGATE)
AWAITING_ENTITY = (State.DRAFT, State.ENTITY)
OPEN = (State.DRAFT, State.TRAINER, State.ENTITY)


class Action(models.TextChoices):
    """What can be done to a session; the label is the one of the screen and of the history."""

    CREATE = "create", "Nouvelle session"
    EDIT = "edit", "Saisie de la session"
    SEND = "send", "Envoyer au formateur"
    SAVE_RESULTS = "save_results", "Enregistrer les résultats"
    SEND_RESULTS = "send_results", "Envoyer les résultats des stagiaires"
    RETURN = "return", "Retour commenté"
    GENERATE = "generate", "Générer les certificats"
    MODIFY = "modify", "Modifier la saisie de la session"
    DELETE = "delete", "Supprimer la session"
    REOPEN = "reopen", "Rouvrir la session"
    CANCEL_CERTIFICATES = "cancel_certificates", "Annuler tous les certificats de la session"
    DOWNLOAD = "download", "Premier téléchargement des certificats"


SESSION_WORKFLOW = Workflow(
    (
        transition(Action.EDIT, [State.DRAFT], None, Action.EDIT.label, ENTITY_ROLES),
        transition(Action.SEND, [State.DRAFT], State.TRAINER, Action.SEND.label, ENTITY_ROLES),
        transition(Action.SAVE_RESULTS, [State.TRAINER], None, Action.SAVE_RESULTS.label, [Role.TRAINER]),
        transition(Action.SEND_RESULTS, [State.TRAINER], State.ENTITY, Action.SEND_RESULTS.label, [Role.TRAINER]),
        transition(Action.RETURN, [State.TRAINER], State.DRAFT, Action.RETURN.label, [Role.TRAINER]),
        transition(Action.GENERATE, [State.ENTITY], State.ISSUED, Action.GENERATE.label, ENTITY_ROLES),
        transition(Action.MODIFY, [State.ENTITY], State.DRAFT, Action.MODIFY.label, ENTITY_ROLES),
        transition(Action.DELETE, AWAITING_ENTITY, State.DELETED, Action.DELETE.label, ENTITY_ROLES),
        transition(Action.REOPEN, OPEN, None, Action.REOPEN.label, [Role.FUND_OFFICER]),
        transition(
            Action.CANCEL_CERTIFICATES,
            [State.ISSUED],
            None,
            Action.CANCEL_CERTIFICATES.label,
            [Role.FUND_OFFICER, Role.NATIONAL_ADMINISTRATOR],
        ),
    )
)
