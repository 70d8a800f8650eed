"""What the change of an accreditation's status takes."""

from __future__ import annotations

from django import forms

from forprev.core.dates import today
from forprev.core.forms import FrenchDateField


class StatusForm(forms.Form):
    since = FrenchDateField(label="Date", initial=today, error_messages={"required": "La date doit être renseignée."})
    reason = forms.CharField(
        label="Motif",
        help_text="Les gestionnaires de l’entité le reçoivent, et il reste dans l’historique.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Le motif doit être renseigné."},
    )
