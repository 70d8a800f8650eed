"""What the national administration fills in to give and to end a role of the network."""

from __future__ import annotations

from typing import Any

from django import forms

from forprev.accounts.models import NETWORK_ROLES, Role
from forprev.core.forms import CleanCharField
from forprev.organisations.models import RegionalFund


class NetworkRoleForm(forms.Form):
    role = forms.ChoiceField(
        label="Rôle",
        choices=[(role.value, role.label) for role in NETWORK_ROLES],
        widget=forms.RadioSelect,
        error_messages={"required": "Le rôle doit être choisi."},
    )
    fund = forms.ModelChoiceField(
        RegionalFund.objects.all(),
        label="Caisse",
        required=False,
        empty_label="Choisir…",
        help_text="Pour un instructeur de caisse seulement.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("role") != Role.FUND_OFFICER:
            cleaned["fund"] = None
        elif cleaned.get("fund") is None and "fund" not in self.errors:
            self.add_error("fund", "La caisse de l’instructeur doit être choisie.")
        return cleaned


class EndForm(forms.Form):
    reason = CleanCharField(
        label="Motif",
        max_length=500,
        help_text="Il est dit à la personne et reste dans l’historique.",
        error_messages={"required": "Le motif doit être renseigné."},
    )
