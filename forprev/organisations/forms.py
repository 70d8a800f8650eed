"""What the screens of entities and funds take."""

from __future__ import annotations

from django import forms

from forprev.organisations.models import RegionalFund


class FundForm(forms.Form):
    fund = forms.ModelChoiceField(
        RegionalFund.objects.all(),
        label="Caisse de rattachement",
        empty_label="Choisir…",
        error_messages={"required": "Choisissez votre caisse de rattachement."},
    )
