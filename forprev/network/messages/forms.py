"""Whom a message is for, what it says and when."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from forprev.catalogue.models import Level
from forprev.core.dates import day_of
from forprev.core.forms import CleanCharField, FrenchDateField
from forprev.core.uploads import NO_BREAK, DocumentField
from forprev.network.messages.models import ADDRESSABLE, TargetedMessage
from forprev.network.messages.selectors import Audience
from forprev.network.messages.services import SUBJECT_LENGTH, TEXT_LENGTH, Words
from forprev.organisations.models import OrganisationKind, RegionalFund

EARLY = time(8)
"""When a message leaves of which only the day was said."""
_HOUR = re.compile(r"\s*(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)?\s*")


class AudienceForm(forms.Form):
    """The criteria; `funds` only for national messages."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)
    roles = forms.MultipleChoiceField(
        label="Rôles",
        choices=[(role.value, role.label) for role in ADDRESSABLE],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        error_messages={"required": "Choisissez au moins un rôle."},
    )
    levels = forms.TypedMultipleChoiceField(
        label="Dispositifs et niveaux",
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-columns"}),
        required=False,
        help_text="Les gestionnaires des entités habilitées à ce niveau, les délégataires à qui une telle habilitation "
        "est rattachée, les formateurs dont le certificat en cours de validité permet de l’animer. "
        f"Aucun choix{NO_BREAK}: tous.",
    )
    funds = forms.TypedMultipleChoiceField(
        label="Caisses",
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-columns"}),
        required=False,
        help_text=f"La région des entités, la caisse de rattachement des formateurs. Aucun choix{NO_BREAK}: toutes.",
    )
    kinds = forms.MultipleChoiceField(
        label="Types d’entité",
        choices=OrganisationKind.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        required=False,
        help_text="Pour les gestionnaires et les délégataires, sans restreindre les formateurs. "
        f"Aucun choix{NO_BREAK}: tous.",
    )

    def __init__(self, *args: Any, national: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = Level.objects.select_related("scheme").order_by("scheme__name", "number")
        self._choices("levels").choices = [(level.pk, str(level)) for level in levels]
        if national:
            self._choices("funds").choices = list(RegionalFund.objects.values_list("pk", "name"))
        else:
            del self.fields["funds"]

    def _choices(self, name: str) -> forms.TypedMultipleChoiceField:
        return self.fields[name]  # type: ignore[return-value]

    @property
    def audience(self) -> Audience:
        """In the order of the choices; ids in their own."""
        cleaned = self.cleaned_data
        return Audience(
            roles=tuple(cleaned["roles"]),
            levels=tuple(sorted(cleaned["levels"])),
            funds=tuple(sorted(cleaned.get("funds", ()))),
            kinds=tuple(cleaned["kinds"]),
        )


class HourField(forms.CharField):
    """An hour typed as `8`, `8:30`, `8h30` or `08h`; gives a `time`, or None if empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "maxlength": "10", "class": "input-short"}

    def prepare_value(self, value: object) -> object:
        return f"{value:%H:%M}" if isinstance(value, time) else value

    def to_python(self, value: object) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        read = _HOUR.fullmatch(text)
        try:
            return time(int(read[1]), int(read[2] or 0)) if read else self._refuse()
        except ValueError:
            return self._refuse()

    def _refuse(self) -> None:
        raise forms.ValidationError("Cette heure n’est pas écrite sous la forme HH:MM, par exemple 08:30.") from None


class WordsForm(forms.Form):
    """Subject, text, document and date."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    subject = CleanCharField(
        label="Objet", max_length=SUBJECT_LENGTH, error_messages={"required": "L’objet doit être renseigné."}
    )
    text = forms.CharField(
        label="Texte",
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=TEXT_LENGTH,
        error_messages={"required": "Le texte doit être renseigné."},
        help_text=f"Sans mise en forme, {TEXT_LENGTH} caractères au plus. Le courriel n’en reprend que le début.",
    )
    document = DocumentField(label="Pièce jointe", required=False)
    without_document = forms.BooleanField(label="Retirer la pièce jointe", required=False)
    day = FrenchDateField(
        label="Date d’envoi",
        required=False,
        help_text=f"JJ/MM/AAAA. Vide{NO_BREAK}: dès la confirmation.",
    )
    hour = HourField(label="Heure d’envoi", required=False, help_text=f"HH:MM, heure de Paris. Vide{NO_BREAK}: 08:00.")

    def __init__(self, data: Any = None, files: Any = None, *, message: TargetedMessage) -> None:
        at = timezone.localtime(message.send_at) if message.send_at else None
        super().__init__(
            data,
            files,
            initial={
                "version": message.version,
                "subject": message.subject,
                "text": message.text,
                "day": day_of(at) if at else None,
                "hour": at.time() if at else None,
            },
        )
        self.fields["document"].help_text = "Facultatif. " + self.fields["document"].help_text
        if not message.document:
            del self.fields["without_document"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, hour = cleaned.get("day"), cleaned.get("hour")
        cleaned["send_at"] = None
        if hour and not day and "day" not in self.errors:
            self.add_error("day", "Indiquez aussi la date d’envoi.")
        if day and "hour" not in self.errors:
            moment = datetime.combine(day, hour or EARLY, timezone.get_current_timezone())
            if moment.astimezone(UTC).astimezone(moment.tzinfo).time() != moment.time():
                self.add_error("hour", "Cette heure n’existe pas ce jour-là : les horloges avancent d’une heure.")
            cleaned["send_at"] = moment
        return cleaned

    @property
    def words(self) -> Words:
        cleaned = self.cleaned_data
        return Words(
            cleaned["subject"],
            cleaned["text"],
            cleaned["send_at"],
            cleaned["document"],
            cleaned.get("without_document", False),
        )

    @property
    def document_to_join_again(self) -> bool:
        """Whether a document was sent that a browser will not send twice, the form coming back."""
        return bool(self.errors) and "document" in self.files and "document" not in self.errors
