"""What the network writes of a question."""

from __future__ import annotations

from typing import Any

from django import forms

from forprev.core.errors import DomainError
from forprev.core.forms import CleanCharField
from forprev.core.text import clean_lines
from forprev.support.help.models import Module
from forprev.support.help.selectors import VARIABLES
from forprev.support.help.services import check_variables


class QuestionForm(forms.Form):
    """`version` only for a question that exists."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    module = forms.ChoiceField(label="Module", choices=Module.choices)
    rank = forms.IntegerField(
        label="Rang dans le module",
        min_value=1,
        max_value=32_000,
        initial=1000,
        help_text="Du plus petit au plus grand.",
    )
    text = CleanCharField(
        label="Question",
        max_length=200,
        error_messages={"required": "La question doit être renseignée."},
    )
    answer = forms.CharField(
        label="Réponse",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": "La réponse doit être renseignée."},
        help_text="Une ligne vide sépare les paragraphes ; une ligne qui commence par « - » est un point d’une liste. "
        f"Variables : {', '.join(f'{{{name}}} ({meaning})' for name, meaning in VARIABLES.items())}.",
    )
    words = CleanCharField(
        label="Autres mots",
        max_length=300,
        required=False,
        help_text="Les mots que les utilisateurs emploient et qui ne sont ni dans la question, ni dans la réponse.",
    )
    is_published = forms.BooleanField(label="Publiée", required=False, initial=True)

    def clean_answer(self) -> str:
        answer = clean_lines(self.cleaned_data["answer"])
        try:
            check_variables(answer)
        except DomainError as error:
            raise forms.ValidationError(error.message, code="unknown_variable") from None
        return answer

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
