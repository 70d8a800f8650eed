"""What is typed about personal data."""

from __future__ import annotations

from typing import Any

from django import forms

from forprev.core.forms import CleanCharField, VersionedForm
from forprev.people.retention.registry import Kind
from forprev.people.retention.rules import REASON_LENGTH, bounds


class DelayForm(VersionedForm):
    """`simulated` is signed: what a delay would do was shown before it counts."""

    months = forms.IntegerField(label="Durée de conservation (mois)")
    reason = CleanCharField(
        label="Motif",
        max_length=REASON_LENGTH,
        error_messages={"required": "Le motif doit être renseigné."},
        help_text="Par exemple : avis du délégué à la protection des données du 12 mars.",
    )
    simulated = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["months"].help_text = bounds(kind)
        self.fields["months"].widget.attrs |= {"min": kind.least, "max": kind.most}

    def clean_months(self) -> int:
        months: int = self.cleaned_data["months"]
        if not self.kind.least <= months <= self.kind.most:
            raise forms.ValidationError(bounds(self.kind), code="out_of_bounds")
        return months


class PersonForm(forms.Form):
    """Whose data somebody asks for, by a letter."""

    number = CleanCharField(
        label="N° Forprev", max_length=20, error_messages={"required": "Le n° Forprev doit être renseigné."}
    )
    surname = CleanCharField(
        label="Nom de famille",
        max_length=100,
        error_messages={"required": "Le nom doit être renseigné."},
        help_text="Tel que la personne l’a écrit dans sa demande.",
    )
    reason = CleanCharField(
        label="Motif",
        max_length=500,
        error_messages={"required": "Le motif doit être renseigné."},
        help_text="La demande reçue et la vérification faite de l’identité : courrier du 12 mars, copie de pièce.",
    )
    form = forms.ChoiceField(label="Format", choices=[("pdf", "PDF"), ("json", "JSON")], initial="pdf")
