"""What the national administration writes of a chapter."""

from __future__ import annotations

from typing import Any

from django import forms

from forprev.core.forms import CleanCharField, VersionedForm
from forprev.core.text import clean_lines
from forprev.support.help.selectors import VARIABLES
from forprev.support.manuals.illustrations import all_illustrations


class ChapterForm(forms.Form):
    """`version` only for a chapter that exists; the illustration is for the text, not kept beside it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    title = CleanCharField(label="Titre", max_length=120, error_messages={"required": "Le titre doit être renseigné."})
    text = forms.CharField(
        label="Texte",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        error_messages={"required": "Le texte doit être renseigné."},
        help_text="Une ligne vide sépare les paragraphes. « ## » commence un intertitre, « - » le point d’une liste, "
        "« 1. » une étape, « > Astuce : », « > Attention : » et « > À savoir : » un encadré ; **gras** ; "
        "[mots](#adresse-du-chapitre) mène à un autre chapitre. "
        f"Variables : {', '.join(f'{{{name}}} ({meaning})' for name, meaning in VARIABLES.items())}.",
    )
    illustration = forms.ChoiceField(label="Illustration", required=False)
    alternative = CleanCharField(
        label="Texte de remplacement",
        max_length=250,
        required=False,
        help_text="Ce que montre l’image, pour qui ne la voit pas.",
    )
    caption = CleanCharField(label="Légende", max_length=200, required=False, help_text="Facultative.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in all_illustrations()]
        self.fields["illustration"].choices = [("", "Choisir…"), *names]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_text(self) -> str:
        return clean_lines(self.cleaned_data["text"])

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("title", "text")}

    def with_illustration(self) -> str:
        """The text and, at its end, the illustration chosen; beside the fields, what is missing for that."""
        name, alternative = self.cleaned_data.get("illustration"), self.cleaned_data.get("alternative")
        if not name:
            self.add_error("illustration", "Choisissez l’illustration à insérer.")
        if not alternative:
            self.add_error("alternative", "Dites ce que montre l’image.")
        if self.errors:
            return ""
        caption = self.cleaned_data["caption"].replace('"', "”")
        shown = str(alternative).replace("[", "(").replace("]", ")")
        line = f'![{shown}]({name} "{caption}")' if caption else f"![{shown}]({name})"
        return f"{self.cleaned_data['text']}\n\n{line}"


class RemovalForm(VersionedForm):
    """The version alone."""
