"""The criteria of the directory: they stand in the address, and none of them is needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms

from forprev.accreditation.directory.selectors import DEPARTMENT
from forprev.catalogue.models import Level
from forprev.core.forms import CleanCharField
from forprev.organisations.departments import label_of, rank
from forprev.organisations.models import Department

NAME_LENGTH = 100

Choices = list[tuple[str, str]]


class OneOf(forms.ChoiceField):
    """A closed list, or any of it; a value from elsewhere is told back, for a list cannot show it."""

    def __init__(self, label: str, article: str, every: str) -> None:
        wrong = f"Choisissez {article} de la liste. Vous aviez saisi «\N{NO-BREAK SPACE}%(value)s\N{NO-BREAK SPACE}»."
        super().__init__(label=label, required=False, error_messages={"invalid_choice": wrong})
        self.every = every

    def offer(self, choices: Choices) -> None:
        self.labels = dict(choices)
        self.choices = [("", self.every), *choices]


class DirectoryForm(forms.Form):
    """`in_force` holds what can be used of the address; what cannot is told beside its field, and left out."""

    nom = CleanCharField(label="Nom de l’organisme", required=False, max_length=NAME_LENGTH)
    dispositif = OneOf("Dispositif", "un dispositif", "Tous les dispositifs")
    niveau = OneOf("Niveau", "un niveau", "Tous les niveaux")
    departement = OneOf("Département", "un département", "Tous les départements")

    def __init__(self, data: Any, *, with_department: bool = True) -> None:
        super().__init__(data)
        self.fields["nom"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        schemes, levels = _taught()
        self._offer("dispositif", schemes)
        self._offer("niveau", levels)
        if with_department:
            self._offer(DEPARTMENT, _departments())
        else:
            del self.fields[DEPARTMENT]

    def clean_nom(self) -> str:
        name: str = self.cleaned_data["nom"]
        if name and not any(character.isalnum() for character in name):
            raise forms.ValidationError("Saisissez au moins une lettre ou un chiffre.")
        return name

    @property
    def in_force(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def told(self, name: str, value: str) -> str:
        """`Département : 69 – Rhône`."""
        field = self.fields[name]
        shown = field.labels[value] if isinstance(field, OneOf) else value
        return f"{field.label}\N{NO-BREAK SPACE}: {shown}"

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, OneOf)  # noqa: S101 (for the type checker)
        field.offer(choices)


def address(path: str, criteria: Iterable[tuple[str, str]]) -> str:
    query = urlencode([*criteria])
    return f"{path}?{query}" if query else path


def _taught() -> tuple[Choices, Choices]:
    """The schemes and the numbers of their levels, in one query."""
    levels = Level.objects.select_related("scheme").order_by("scheme__name", "number")
    schemes = {level.scheme.code: level.scheme.name for level in levels}
    return [*schemes.items()], [(str(n), f"Niveau {n}") for n in sorted({level.number for level in levels})]


def _departments() -> Choices:
    codes = Department.objects.values_list("code", flat=True)
    return [(code, label_of(code)) for code in sorted(codes, key=rank)]
