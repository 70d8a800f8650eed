"""How long what people were told and written is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from forprev.accounts.retention import on_erase
from forprev.core.dates import start_of
from forprev.notices.models import Notice, OutgoingMail
from forprev.people.retention.registry import Kind, Part, deleted, register

State = OutgoingMail.State


@on_erase
def forget_what_was_told(persons: Sequence[int]) -> None:
    Notice.objects.filter(person__in=persons).delete()
    OutgoingMail.objects.filter(person__in=persons).delete()


def _worded(limit: date) -> QuerySet[OutgoingMail]:
    done = OutgoingMail.objects.exclude(state=State.WAITING).filter(created_at__lt=start_of(limit))
    return done.exclude(Q(text="") & Q(html="") & Q(subject="") & Q(problem=""))


def _forget_words(pks: list[Any]) -> None:
    """What was written only once is known by its key, which stays."""
    words = {"text": "", "html": "", "subject": "", "problem": "", "unsubscribe_url": ""}
    OutgoingMail.objects.filter(pk__in=pks).update(**words)


def register_kinds() -> None:
    register(
        Kind(
            "mail_words",
            "Texte des courriels",
            holds="L’objet et le texte des courriels remis ou abandonnés.",
            purpose="Répondre à qui dit n’avoir rien reçu ; envoyer de nouveau.",
            starts="Écriture",
            becomes="Effacé ; l’adresse et la date restent",
            recipients="L’assistance, pour les courriels non remis",
            months=6,
            least=1,
            most=24,
            parts=(Part(OutgoingMail, _worded, _forget_words),),
        )
    )
    register(
        Kind(
            "mails",
            "Traces des courriels",
            holds="L’adresse, la date et l’état de chaque courriel.",
            purpose="Ne pas écrire deux fois la même chose.",
            starts="Écriture",
            recipients="L’assistance, pour les courriels non remis",
            months=24,
            least=12,
            most=60,
            parts=(deleted(OutgoingMail, "created_at"),),
        )
    )
    register(
        Kind(
            "notices",
            "Messages de la messagerie",
            holds="Ce dont la personne a été prévenue, lu ou non.",
            purpose="Informer la personne de ce qui la concerne.",
            starts="Message",
            recipients="La personne",
            months=24,
            least=6,
            most=60,
            parts=(deleted(Notice, "created_at"),),
        )
    )
