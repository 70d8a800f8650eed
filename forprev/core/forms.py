"""Form fields that every screen shares: French dates, names, the version of what was shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms

from forprev.core.dates import french, parse_french_date
from forprev.core.documents import printable
from forprev.core.errors import Conflict, Difference, DomainError
from forprev.core.text import clean, is_name

NAME_LENGTH = 100


class FrenchDateField(forms.CharField):
    """A day typed as `01/02/1980`, `1.2.80` or `010280`; gives a `date`, or None if empty and not required."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "JJ/MM/AAAA")
        super().__init__(**kwargs)
        # Not max_length: its validator would measure the date.
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "maxlength": "20", "data-kind": "date"}

    def prepare_value(self, value: object) -> object:
        return french(value) if isinstance(value, date) else value

    def to_python(self, value: object) -> Any:
        if isinstance(value, date):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_french_date(text)
        except ValueError:
            raise forms.ValidationError(
                "Cette date n’existe pas ou n’est pas écrite sous la forme JJ/MM/AAAA, par exemple 01/02/1980.",
                code="invalid",
            ) from None

    def has_changed(self, initial: object, data: object) -> bool:
        return super().has_changed(french(initial) if isinstance(initial, date) else initial, data)


class NameField(forms.CharField):
    """A last or first name: letters, hyphens, apostrophes and spaces, `NAME_LENGTH` characters at the most."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", NAME_LENGTH)
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def to_python(self, value: object) -> str:
        name = clean(super().to_python(value) or "")
        if name and not is_name(name):
            raise forms.ValidationError(
                f"{self.label} : seuls les lettres latines, espaces, traits d’union et apostrophes sont admis.",
                code="invalid",
            )
        return name


class CleanCharField(forms.CharField):
    """A line of text without control characters; its length is measured once it is composed."""

    def to_python(self, value: object) -> str:
        return clean(super().to_python(value) or "")


class PrintableField(CleanCharField):
    """A line of text that certificates can bear."""

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        if unknown := sorted({character for character in text if printable(character) != character}):
            raise forms.ValidationError(
                f"Ces caractères ne peuvent pas être imprimés sur un certificat : {' '.join(unknown)}", code="printable"
            )
        return text


class VersionedForm(forms.Form):
    """A form that carries the version of the object that it was filled in from."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def tell(form: forms.Form, error: DomainError) -> None:
    """Bring a refusal to the form: each of its reasons beside its field, or on top."""
    for field, message in error.told:
        form.add_error(field if field in form.fields else None, message)


def done(form: forms.Form, write: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the form was right and its values are written; a refusal is told in the form, a Conflict is raised."""
    if not form.is_valid():
        return False
    try:
        write({name: value for name, value in form.cleaned_data.items() if name != "version"})
    except Conflict:
        raise
    except DomainError as error:
        tell(form, error)
        return False
    return True


def version_of(form: forms.Form) -> int:
    """That of the row from which a valid form was filled in; 0, which is none's, if it bears none."""
    return form.cleaned_data.get("version") or 0


def differences(typed: forms.Form, stored: forms.Form) -> list[Difference]:
    """What a person typed against what is stored now, for the page of a conflict."""
    found = []
    for field in stored.visible_fields():
        yours, current = _shown(typed, field.name), _shown(stored, field.name)
        if yours != current:
            found.append(Difference(str(field.label), yours, current))
    return found


def _shown(form: forms.Form, name: str) -> str:
    """A field's value as the screen writes it: the label of a choice, a French date."""
    bound = form[name]
    cleaned = form.cleaned_data if form.is_bound else {}
    value = str((bound.field.prepare_value(cleaned[name]) if name in cleaned else bound.value()) or "")
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, value)) if value else ""
