"""What the national administration fills in of a fund."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from forprev.core.forms import CleanCharField, PrintableField
from forprev.organisations.departments import label_of
from forprev.organisations.models import Department, RegionalFund


class FundForm(forms.Form):
    """`version` only for a fund that exists."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    name = PrintableField(label="Nom", max_length=80, error_messages={"required": "Le nom doit être renseigné."})
    address = CleanCharField(
        label="Adresse", max_length=200, required=False, help_text="Sur une ligne : rue, code postal et ville."
    )
    phone = CleanCharField(label="Téléphone", max_length=30, required=False)
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        required=False,
        help_text="De préférence une boîte du service, pas celle d’une personne.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    @classmethod
    def of(cls, fund: RegionalFund, data: Any) -> FundForm:
        return cls(data, initial={name: getattr(fund, name) for name in cls.base_fields})


class DepartmentsForm(forms.Form):
    """The departments to move, each with the fund that it had when the page was shown: `26:15`."""

    departments = forms.MultipleChoiceField(
        label="Départements",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez au moins un département.",
            "invalid_choice": "Un département a changé de caisse entre-temps : choisissez de nouveau.",
        },
    )

    def __init__(self, elsewhere: Iterable[tuple[str, list[Department]]], data: Any) -> None:
        super().__init__(data)
        self.fields["departments"].choices = [  # type: ignore[attr-defined]
            (name, [(f"{each.code}:{each.fund_id}", label_of(each.code)) for each in group])
            for name, group in elsewhere
        ]

    @property
    def shown(self) -> dict[str, int]:
        """Of a valid form: the fund of each department chosen, by its code."""
        pairs = (value.split(":") for value in self.cleaned_data["departments"])
        return {code: int(fund) for code, fund in pairs}
