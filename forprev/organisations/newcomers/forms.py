"""Tab `Informations` of somebody who is to get a role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from forprev.core.forms import CleanCharField, FrenchDateField, NameField
from forprev.people.models import Identity


class InformationForm(forms.Form):
    """Tab `Informations` (A11): a n° Forprev with the last name, or the papers and the e-mail, all of them."""

    number = CleanCharField(
        label="N° Forprev",
        required=False,
        max_length=20,
        help_text="Si la personne en a un, il suffit avec son nom : 3 lettres et 5 chiffres.",
    )
    last_name = NameField(label="Nom", error_messages={"required": "Le nom doit être renseigné."})
    first_name = NameField(label="Prénom", error_messages={"required": "Le prénom doit être renseigné."})
    birth_date = FrenchDateField(
        label="Date de naissance", error_messages={"required": "La date de naissance doit être renseignée."}
    )
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        help_text="Si la personne a déjà un compte, elle garde l’adresse de son compte.",
        error_messages={"required": "L’e-mail doit être renseigné."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        if data is not None and data.get("number", "").strip():
            for name in ("first_name", "birth_date", "email"):
                self.fields[name].required = False

    @property
    def identity(self) -> Identity:
        cleaned = self.cleaned_data
        return Identity(cleaned["last_name"], cleaned["first_name"], cleaned["birth_date"])
