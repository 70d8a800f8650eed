"""What the screens of entities and funds take."""

from __future__ import annotations

from typing import Any

from django import forms

from forprev.organisations.funds.selectors import offered
from forprev.organisations.models import RegionalFund


class FundForm(forms.Form):
    fund = forms.ModelChoiceField(
        RegionalFund.objects.none(),
        label="Caisse de rattachement",
        empty_label="Choisir…",
        error_messages={"required": "Choisissez votre caisse de rattachement."},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund"].queryset = offered()  # type: ignore[attr-defined]
