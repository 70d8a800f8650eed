"""Changing the words of a mail."""

from __future__ import annotations

from typing import Any

from django import forms

from forprev.core.forms import CleanCharField, VersionedForm
from forprev.notices.texts import SUBJECT_LENGTH, TEXT_LENGTH


class MailTextForm(VersionedForm):
    subject = CleanCharField(
        label="Objet",
        max_length=SUBJECT_LENGTH,
        error_messages={"required": "L’objet doit être renseigné."},
    )
    text = forms.CharField(
        label="Texte",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Une ligne vide sépare deux paragraphes ; une ligne qui commence par « - » est un point d’une liste.",
        error_messages={"required": "Le texte doit être renseigné."},
    )

    @classmethod
    def of(cls, subject: str, text: str, version: int, data: Any) -> MailTextForm:
        return cls(data, initial={"subject": subject, "text": text, "version": version})
