"""What people write to the hotline, and what its agents answer."""

from __future__ import annotations

from typing import Any

from django import forms

from forprev.accounts.selectors import find_account
from forprev.core.forms import CleanCharField, FrenchDateField, NameField, VersionedForm
from forprev.core.text import clean_lines
from forprev.core.uploads import DocumentField
from forprev.people.models import Identity, Person
from forprev.people.selectors import by_number
from forprev.support.contact.canned import VARIABLES
from forprev.support.contact.models import NAME_LENGTH, TEXT_LENGTH, Subject
from forprev.support.contact.selectors import agents


class ContactForm(forms.Form):
    """`key` makes one request of two clicks; `page` is where help was asked for."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    page = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    name = CleanCharField(
        label="Nom et prénom",
        max_length=NAME_LENGTH,
        error_messages={"required": "Le nom doit être renseigné."},
    )
    email = forms.EmailField(
        label="E-mail",
        help_text="La réponse vous sera envoyée à cette adresse.",
        error_messages={"required": "L’e-mail doit être renseigné."},
    )
    number = CleanCharField(
        label="N° Forprev", max_length=20, required=False, help_text="Si vous en avez un, par exemple AAA01234."
    )
    subject = forms.ChoiceField(
        label="Objet",
        choices=[("", "Choisissez…"), *Subject.choices],
        error_messages={"required": "L’objet doit être choisi."},
    )
    text = forms.CharField(
        label="Message",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Le message doit être renseigné."},
        help_text="Indiquez, s’il y a lieu, le numéro de la session ou de la demande. Jamais de mot de passe.",
    )
    document = DocumentField(label="Pièce jointe", required=False)

    def __init__(self, *args: Any, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signed_in:
            for name in ("name", "email", "number"):
                del self.fields[name]

    def clean_page(self) -> str:
        return page_of(self.cleaned_data["page"])

    @property
    def document_to_join_again(self) -> bool:
        """Whether a document was sent that a browser will not send twice, the form coming back."""
        return bool(self.errors) and "document" in self.files and "document" not in self.errors


def page_of(path: str) -> str:
    """A path of ours; empty for anything else."""
    return path[:300] if path.startswith("/") and not path.startswith("//") and path.isprintable() else ""


class AnswerForm(VersionedForm):
    """`note` keeps it for the hotline."""

    text = forms.CharField(
        label="Message",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Le message doit être renseigné."},
    )


class AssignForm(VersionedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"] = forms.ModelChoiceField(
            label="Affectée à", queryset=agents(), required=False, empty_label="Personne"
        )


class LinkForm(VersionedForm):
    """The person by its number, one that it had before a merge too, or by the address of its account."""

    number = CleanCharField(
        label="N° Forprev ou e-mail", max_length=254, required=False, help_text="Vide : personne de connu."
    )
    person: Person | None = None

    def clean_number(self) -> str:
        typed = str(self.cleaned_data["number"])
        if typed:
            account = find_account(typed) if "@" in typed else None
            self.person = account.person if account else by_number(typed)
            if self.person is None:
                raise forms.ValidationError("Aucune personne ne porte ce n° Forprev ou cet e-mail.")
        return typed


class IdentityForm(VersionedForm):
    """Somebody looked for by its papers, among whom one is chosen."""

    last_name = NameField(label="Nom", error_messages={"required": "Le nom doit être renseigné."})
    first_name = NameField(label="Prénom", error_messages={"required": "Le prénom doit être renseigné."})
    birth_date = FrenchDateField(
        label="Date de naissance", error_messages={"required": "La date de naissance doit être renseignée."}
    )

    @property
    def identity(self) -> Identity:
        return Identity(*(self.cleaned_data[field] for field in Identity._fields))


class OrganisationSearchForm(forms.Form):
    q = CleanCharField(label="Raison sociale ou SIRET", max_length=150, required=False)


class CannedForm(forms.Form):
    title = CleanCharField(label="Titre", max_length=100, error_messages={"required": "Le titre doit être renseigné."})
    text = forms.CharField(
        label="Texte",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Le texte doit être renseigné."},
        help_text="Sans « Bonjour » ni signature, que le courriel ajoute. "
        f"Variables : {', '.join(f'{{{name}}} ({meaning})' for name, meaning in VARIABLES.items())}.",
    )
    is_active = forms.BooleanField(label="Proposée aux agents", required=False, initial=True)

    def clean_text(self) -> str:
        return clean_lines(self.cleaned_data["text"])
