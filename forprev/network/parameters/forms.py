"""Changing the parameters of a subject."""

from __future__ import annotations

from typing import Any

from django import forms

from forprev.core.forms import VersionedForm
from forprev.core.parameters import Parameter, Settings, Subject
from forprev.core.text import clean_lines

REASON_LENGTH = 500


class ParametersForm(VersionedForm):
    """Its fields are the subject's parameters, each with its bounds; then why."""

    def __init__(self, subject: Subject, row: Settings, data: Any) -> None:
        super().__init__(data, initial={name: getattr(row, name) for name in (*subject.names, "version")})
        self.subject = subject
        for each in subject.parameters:
            self.fields[each.name] = _field(subject.label(each.name), each)
        self.fields["reason"] = forms.CharField(
            label="Motif",
            max_length=REASON_LENGTH,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="Gardé dans l’historique, par exemple la décision qui demande ce changement.",
            error_messages={"required": "Le motif doit être renseigné."},
        )

    @property
    def parameter_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.subject.names]

    @property
    def values(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in self.subject.names}

    def clean_reason(self) -> str:
        return clean_lines(self.cleaned_data["reason"])


def _field(label: str, parameter: Parameter) -> forms.IntegerField:
    bounds = f"De {parameter.least} à {parameter.unit.count(parameter.most)}."
    return forms.IntegerField(
        label=f"{label} (en {parameter.unit.many})",
        min_value=parameter.least,
        max_value=parameter.most,
        help_text=f"{parameter.governs} {bounds}",
        error_messages={
            "required": "Ce nombre doit être renseigné.",
            "invalid": "Tapez un nombre entier.",
            "min_value": bounds,
            "max_value": bounds,
        },
    )
