"""What an agent says before it sees as a user does."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from forprev.accounts.acting import Acting
from forprev.core.forms import CleanCharField
from forprev.support.contact.models import ContactRequest
from forprev.support.seeing.models import REASON_LENGTH

_NUMBER = re.compile(r"C\d\d-0*(\d{1,9})", re.IGNORECASE)


class SeeAsForm(forms.Form):
    reason = CleanCharField(
        label="Motif",
        max_length=REASON_LENGTH,
        help_text="La personne le lira.",
        error_messages={"required": "Le motif doit être renseigné."},
    )
    contact = CleanCharField(
        label="Demande de contact", max_length=20, required=False, help_text="Son numéro s’il y en a une : C26-000123."
    )
    role = forms.ChoiceField(
        label="Rôle à voir",
        widget=forms.RadioSelect,
        error_messages={"required": "Le rôle doit être choisi.", "invalid_choice": "Ce rôle n’est pas de ceux-ci."},
    )

    def __init__(self, *args: Any, roles: list[Acting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [(role.key, role.label) for role in roles]
        if len(roles) == 1:
            field.initial = roles[0].key

    def clean_contact(self) -> ContactRequest | None:
        typed = self.cleaned_data["contact"]
        if not typed:
            return None
        number = _NUMBER.fullmatch(typed)
        found = ContactRequest.objects.filter(pk=int(number[1])).first() if number else None
        if found is None or found.number != typed.upper():
            raise forms.ValidationError("Aucune demande de contact ne porte ce numéro.")
        return found
