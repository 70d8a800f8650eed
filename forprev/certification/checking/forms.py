"""What whoever checks a certificate types, or drops."""

from __future__ import annotations

from typing import Any

from django import forms

from forprev.certification.checking.codes import read_typed_code
from forprev.core.forms import NAME_LENGTH, CleanCharField
from forprev.core.uploads import MEGABYTE, NO_BREAK, PDF

MOST = 5
"""Megabytes of a file: a hundred times what a certificate takes."""

_WITHOUT = {"autocomplete": "off", "spellcheck": "false"}


class SurnameField(CleanCharField):
    """The holder's surname, as the paper or the person says it: whatever it looks like, it is compared and not kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Nom du titulaire",
            max_length=NAME_LENGTH,
            help_text="Sans le prénom. Les accents et les majuscules ne comptent pas.",
            error_messages={"required": "Le nom du titulaire doit être renseigné."},
            **kwargs,
        )
        self.widget.attrs |= _WITHOUT


class CodeForm(forms.Form):
    """`code` comes out as it was made; a slip in it is told here, before anything is looked for."""

    code = CleanCharField(
        label="Code du certificat",
        max_length=60,
        help_text="12 caractères, imprimés sous le QR code, par exemple 2345 6789 CDF3.",
        error_messages={"required": "Le code du certificat doit être renseigné."},
    )
    surname = SurnameField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= _WITHOUT | {"autocapitalize": "characters", "class": "typed-code"}

    def clean_code(self) -> str:
        code = read_typed_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                "Ce code comporte une erreur : vérifiez la saisie. Il compte 12 caractères, sans voyelle, ni 0, ni 1.",
                code="invalid",
            )
        return code


class HolderForm(forms.Form):
    """Once the QR code has led to a certificate."""

    surname = SurnameField()


class FileForm(forms.Form):
    """The file as it was delivered. What else it may hold does not matter: its seal says whether we wrote it."""

    file = forms.FileField(
        label="Fichier PDF du certificat",
        help_text=f"Choisissez le fichier reçu, ou déposez-le ici. Il n’est pas conservé. {MOST}{NO_BREAK}Mo au plus.",
        error_messages={"required": "Choisissez un fichier PDF.", "empty": "Ce fichier est vide."},
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
    )

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > MOST * MEGABYTE:
            raise forms.ValidationError(f"Ce fichier dépasse {MOST}{NO_BREAK}Mo : ce n’est pas un certificat Forprev.")
        content: bytes = upload.read()
        if not content.startswith(PDF.magic):
            raise forms.ValidationError("Ce fichier n’est pas un PDF : choisissez le fichier du certificat.")
        return content
