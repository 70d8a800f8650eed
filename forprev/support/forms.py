"""What people ask, and what the hotline answers."""

from __future__ import annotations

from typing import Any

from django import forms

from forprev.core.forms import CleanCharField, FrenchDateField, NameField
from forprev.core.uploads import DocumentField
from forprev.people.models import Identity, Person
from forprev.support.services import TEXT_LENGTH


class CorrectionForm(forms.Form):
    """The identity wished, filled in with the present one (A04)."""

    last_name = NameField(label="Nom", error_messages={"required": "Le nom doit être renseigné."})
    first_name = NameField(label="Prénom", error_messages={"required": "Le prénom doit être renseigné."})
    birth_date = FrenchDateField(
        label="Date de naissance", error_messages={"required": "La date de naissance doit être renseignée."}
    )
    message = forms.CharField(
        label="Message",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=TEXT_LENGTH,
        help_text="Facultatif. Expliquez la correction, par exemple un nom d’usage ou une erreur de saisie.",
    )
    document = DocumentField(label="Justificatif", required=False)

    def __init__(self, data: Any = None, files: Any = None, *, person: Person) -> None:
        super().__init__(data, files, initial=person.identity._asdict())
        self.fields["document"].help_text = (
            "Facultatif : une pièce d’identité ou un acte d’état civil. " + self.fields["document"].help_text
        )

    @property
    def wished(self) -> Identity:
        return Identity(*(self.cleaned_data[field] for field in Identity._fields))

    @property
    def document_to_join_again(self) -> bool:
        """Whether a document was sent that a browser will not send twice, the form coming back."""
        return bool(self.errors) and "document" in self.files and "document" not in self.errors


class DuplicatesForm(forms.Form):
    """The n° Forprev of two records; with the first alone, those that resemble it are proposed."""

    number = CleanCharField(
        label="N° Forprev",
        max_length=20,
        help_text="3 lettres et 5 chiffres.",
        error_messages={"required": "Le n° Forprev doit être renseigné."},
    )
    other = CleanCharField(
        label="N° Forprev de l’autre fiche",
        max_length=20,
        required=False,
        help_text="Laissez vide pour chercher les fiches qui ressemblent à la première.",
    )


class MergeForm(forms.Form):
    reason = CleanCharField(
        label="Motif",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Gardé dans l’historique : ce qui vous rend sûr qu’il s’agit de la même personne.",
        error_messages={"required": "Le motif doit être renseigné."},
    )


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=TEXT_LENGTH,
        help_text="Envoyé à la personne, avec la réponse.",
        error_messages={"required": "Le motif doit être renseigné."},
    )
