"""The words and colours of a version."""

from __future__ import annotations

from typing import Any

from django import forms

from forprev.catalogue.models import TemplateVersion
from forprev.catalogue.models.papers import HEX_COLOUR
from forprev.core.forms import PrintableField

READABLE, VISIBLE = 4.5, 3.0
"""Least contrast with the white of the paper, of text and of ornaments (WCAG 2.1, 1.4.3 and 1.4.11)."""


class TemplateForm(forms.Form):
    name = PrintableField(label="Nom", max_length=80, error_messages={"required": "Le nom doit être renseigné."})


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    awarded_text = PrintableField(label="Au-dessus du nom du titulaire", max_length=60)
    mention = PrintableField(
        label="Mention",
        max_length=160,
        required=False,
        help_text="Sous les dates, par exemple le texte qui fonde le certificat.",
    )
    partner_text = PrintableField(label="Au-dessus du nom de l’entité", max_length=60)
    stamp_text = PrintableField(label="Place du cachet", max_length=60)
    check_text = PrintableField(label="À côté du QR code", max_length=40)
    colour = forms.CharField(label="Couleur", validators=[HEX_COLOUR], widget=forms.TextInput(attrs={"type": "color"}))
    accent = forms.CharField(
        label="Couleur des ornements", validators=[HEX_COLOUR], widget=forms.TextInput(attrs={"type": "color"})
    )

    def clean_colour(self) -> str:
        return self._seen("colour", READABLE)

    def clean_accent(self) -> str:
        return self._seen("accent", VISIBLE)

    def _seen(self, name: str, least: float) -> str:
        colour: str = self.cleaned_data[name]
        if contrast_with_white(colour) < least:
            raise forms.ValidationError("Cette couleur est trop claire pour être lue sur du blanc.", code="too_light")
        return colour

    @classmethod
    def of(cls, version: TemplateVersion, data: Any) -> VersionForm:
        return cls(data, initial={name: getattr(version, name) for name in (*WRITTEN, "version")})


WRITTEN = ("awarded_text", "mention", "partner_text", "stamp_text", "check_text", "colour", "accent")


def contrast_with_white(colour: str) -> float:
    """1 (white) to 21 (black), of a colour written as `#0b4f64`, as WCAG 2.1 defines the contrast ratio."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)
