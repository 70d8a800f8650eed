"""What the register itself keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from pghistory.models import Context

from forprev.core import uploads
from forprev.core.dates import start_of
from forprev.core.history import events_of
from forprev.people.models import (
    Consultation,
    Erasure,
    IssuedNumber,
    Lookup,
    Merge,
    NameCount,
    Person,
)
from forprev.people.retention import persons
from forprev.people.retention.registry import OPERATORS, Kind, Part, deleted, kept, register, removed_history

HISTORY: list[Part] = []
"""Of the kind `removed_history`: packages add theirs."""


def _commented(limit: date) -> QuerySet[Any]:
    found = Context._base_manager.annotate(comment=KeyTextTransform("comment", "metadata"))
    return found.filter(created_at__lt=start_of(limit), comment__gt="")


_BLANK = """UPDATE pghistory_context SET metadata = jsonb_set(metadata, '{comment}', '""') WHERE id = ANY(%s)"""


def _forget_comments(pks: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BLANK, [pks])


def _of_persons_gone(limit: date) -> QuerySet[Any]:
    """But for those whom undoing a merge brings back."""
    comes_back = Merge.objects.filter(duplicate_id=OuterRef("pgh_obj_id")).exclude(undo="")
    return _GONE.due(limit).filter(~Exists(comes_back))


_GONE = removed_history(Person)


def register_kinds() -> None:
    register(
        Kind(
            "persons",
            "Personnes",
            holds="Nom, prénom, date de naissance et n° Forprev des personnes inscrites, sur leur fiche, leurs "
            "certificats et leurs inscriptions.",
            purpose="Établir et prouver les qualifications ; retrouver une personne d’une formation à l’autre.",
            starts="Fin de validité du dernier certificat, de la dernière session ou du dernier rôle",
            becomes="Anonymisées : les certificats restent vérifiables, sans nom",
            months=60,
            least=12,
            most=120,
            parts=(Part(Person, persons.due, persons.anonymise),),
            covers=(Merge, events_of(Person).model),
        )
    )
    register(
        Kind(
            "history_comments",
            "Commentaires de l’historique",
            holds="Ce qu’une personne a écrit en agissant : motif, commentaire d’un retour.",
            purpose="Expliquer une décision tant qu’elle peut être contestée.",
            starts="Action",
            becomes="Effacés ; l’action et son auteur restent",
            months=60,
            least=12,
            most=120,
            parts=(Part(Context, _commented, _forget_comments),),
        )
    )
    HISTORY.append(Part(_GONE.model, _of_persons_gone, _GONE.dispose))
    register(
        Kind(
            "removed_history",
            "Historique de ce qui a été supprimé",
            holds="Les versions successives de lignes qui n’existent plus : stagiaire retiré d’une session, brouillon "
            "supprimé, fiche réunie à une autre.",
            purpose="Comprendre une suppression faite par erreur.",
            starts="Version",
            recipients=OPERATORS,
            months=12,
            least=1,
            most=60,
            parts=HISTORY,
        )
    )
    register(
        Kind(
            "lookups",
            "Recherches de personnes",
            holds="Qui a recherché une personne, et quand ; ce qui a été cherché est haché.",
            purpose="Empêcher que le registre soit lu de bout en bout.",
            starts="Recherche",
            months=12,
            least=1,
            most=36,
            parts=(deleted(Lookup, "at"),),
        )
    )
    register(
        Kind(
            "consultations",
            "Consultations de fiches par le réseau",
            holds="Qui, dans le réseau, a ouvert une page qui montre une personne, en quelle qualité, et quand.",
            purpose="Savoir qui a vu les données d’une personne, et le lui dire.",
            starts="Consultation",
            recipients="La personne concernée ; l’administration nationale",
            months=12,
            least=6,
            most=36,
            parts=(deleted(Consultation, "at"),),
        )
    )
    register(
        Kind(
            "merge_undo",
            "Annulation d’une fusion de doublons",
            holds="De quoi rendre la fiche réunie telle qu’elle était, chiffré.",
            purpose="Revenir sur une fusion faite par erreur.",
            starts="Fusion",
            recipients=OPERATORS,
            elsewhere="Délai des paramètres, « annulation d’une fusion de doublons »",
            covers=(Merge,),
        )
    )
    register(
        Kind(
            "orphan_files",
            "Fichiers sans attache",
            holds="Un document resté dans le stockage alors que plus rien n’y mène, après une panne.",
            purpose="Aucune : il est effacé.",
            starts="Envoi",
            recipients="Personne",
            elsewhere=f"{uploads.ORPHAN_HOURS} heures",
            sweep=lambda pretend: uploads.sweep(pretend=pretend),
        )
    )
    kept("Un n° Forprev n’est jamais redonné ; il ne dit rien de qui est anonymisé.", IssuedNumber)
    kept("Ne compte que les noms que plusieurs personnes portent.", NameCount)
    kept("Ne porte que des numéros : rejoué, il empêche une sauvegarde de ramener des données effacées.", Erasure)
