"""What people find in their inbox, and the hotline among the mails that did not arrive."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, QuerySet, Value, When

from forprev.core.history import Told
from forprev.notices.models import MailText, Notice, OutgoingMail
from forprev.notices.texts import Mail
from forprev.people.models import Person

MOST_COUNTED = 100


def unread_count(person_id: int) -> int:
    """`MOST_COUNTED` stands for any larger number; read from the index alone."""
    return Notice.objects.filter(person=person_id, read_at=None, archived_at=None)[:MOST_COUNTED].count()


def notices_of(person: Person) -> QuerySet[Notice]:
    return Notice.objects.filter(person=person)


def inbox_of(person: Person) -> QuerySet[Notice]:
    """What is not archived, unread first, then the latest first."""
    return _listed(notices_of(person).filter(archived_at=None), "-state", "-created_at")


def archive_of(person: Person) -> QuerySet[Notice]:
    return _listed(notices_of(person).exclude(archived_at=None), "-created_at")


def dead_letters() -> QuerySet[OutgoingMail]:
    """The latest first, without their words, which are nobody else's."""
    failed = OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED)
    return failed.select_related("person").defer("html").order_by("-failed_at")


def _listed(notices: QuerySet[Notice], *order: str) -> QuerySet[Notice]:
    state = Case(When(read_at=None, then=Value("unread")), default=Value("read"))
    return notices.defer("text").annotate(state=state).order_by(*order)


GROUPS = {
    "accreditation": "Habilitations et demandes",
    "certification": "Sessions et certificats",
    "network": "Messages ciblés",
    "notices": "Comptes",
    "organisations": "Rôles",
    "support": "Assistance",
}
"""How the mails of each package are called on the screen."""
TEXT_ACTIONS = {"change_mail_text": "Nouveau texte", "restore_mail_text": "Retour au texte d’origine"}


def history_of_text(mail: Mail) -> list[Told]:
    """What the words were and became, the latest first, in one query; the first is told against the template's."""
    events: Any = MailText
    found, before = [], (mail.subject, mail.text)
    rows = events.pgh_event_model.objects.filter(template=mail.template).select_related("pgh_context")
    for event in rows.order_by("pgh_id"):
        by = event.pgh_context.metadata if event.pgh_context else {}
        now = (event.subject, event.text) if event.in_force else (mail.subject, mail.text)
        changes = [
            f"{label}, avant :\n{was}\n{label}, après :\n{became}"
            for label, was, became in zip(("Objet", "Texte"), before, now, strict=True)
            if was != became
        ]
        what = TEXT_ACTIONS.get(by.get("action", ""), "Modification")
        found.append(
            Told(event.pgh_created_at, by.get("actor", "Forprev"), by.get("role", ""), what, "\n\n".join(changes))
        )
        before = now
    return found[::-1]
