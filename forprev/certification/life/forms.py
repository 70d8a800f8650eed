"""What putting an end to certificates takes."""

from __future__ import annotations

from django import forms

from forprev.certification.life.services import REASON_MIN


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        help_text=f"Au moins {REASON_MIN} caractères. Le titulaire et les gestionnaires de l’entité le reçoivent ; il "
        "reste dans l’historique, et la vérification publique ne le montre pas.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Le motif doit être renseigné."},
    )
