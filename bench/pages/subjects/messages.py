"""Targeted messages, as their authors write them."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bench.pages.asking import Ask, Desk, last_number, of_one, plain

AUDIENCES = {"gestionnaires": "manager", "formateurs": "trainer"}
"""Managers of a region are few, trainers many; of a national message, both are all."""


def targeted(desk: Desk) -> Iterator[Ask]:
    """Each step measured, then done; the check counts who it is for."""
    from forprev.core.dates import today
    from forprev.network.messages.models import TargetedMessage
    from forprev.network.messages.selectors import audience_of, people, visible_to
    from tests.documents import pdf

    yield from plain({"network:messages": "messages ciblés", "network:new_message": "message ciblé : nouveau"})
    sent = visible_to(desk.acting).filter(state="sent").order_by("-pk")
    yield from desk.of(sent, {"network:message": "message ciblé envoyé"})
    for said, role in AUDIENCES.items():
        new = desk.filled(f"message aux {said} : destinataires", reverse("network:new_message"), roles=role)
        yield new
        message = TargetedMessage.objects.get(pk=last_number(desk.done(new)["Location"]))
        words = reverse("network:message_words", args=[message.pk])
        document = SimpleUploadedFile("note.pdf", pdf(), "application/pdf")
        typed = {"subject": "Nouveau référentiel", "text": "Il s’applique au 1er janvier.", "document": document}
        yield desk.filled(f"message aux {said} : écrit", words, **typed)
        desk.do(words, **typed)
        pages = {
            "network:message_audience": f"message aux {said} : qui",
            "network:message_words": f"message aux {said} : texte",
            "network:message_check": f"message aux {said} : vérification",
            "network:message_document": f"message aux {said} : pièce jointe",
            "network:cancel_message": f"message aux {said} : annulation",
        }
        yield from of_one(message, pages)
        if not people(audience_of(message), today()).exists():
            continue
        checking = reverse("network:message_check", args=[message.pk])
        send = desk.filled(f"message aux {said} : part", checking, at=checking)
        yield send
        desk.done(send)
        yield from of_one(message, {"network:message": f"message aux {said} : suivi"})
