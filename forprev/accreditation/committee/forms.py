"""What the screens of the national committee take."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from forprev.accreditation.committee.services import Decision
from forprev.accreditation.decisions import LineDecision, outcome_field, reason_field
from forprev.accreditation.models import Dossier, DossierLine, Outcome
from forprev.accreditation.workflow import Action
from forprev.core.forms import FrenchDateField, VersionedForm

VERDICTS = [("", "Pas encore"), *((each.value, each.label) for each in (Action.ACCEPT, Action.REFUSE, Action.ADJOURN))]


class MeetingForm(forms.Form):
    held_on = FrenchDateField(
        label="Date de la commission", error_messages={"required": "La date de la commission doit être renseignée."}
    )


class ClosingForm(forms.Form):
    attendance = forms.CharField(
        label="Membres présents",
        help_text="Un par ligne, tels qu’ils figurent au procès-verbal.",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Les membres présents doivent être renseignés."},
    )


class DossierForm(VersionedForm):
    """One dossier of a sitting: a verdict, none as long as nothing is decided, and what goes with it."""

    verdict = forms.ChoiceField(
        label="Décision",
        choices=VERDICTS,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
    )
    reason = forms.CharField(
        label="Motif",
        required=False,
        help_text="Obligatoire pour refuser ou ajourner : dites aussi ce que le demandeur peut faire. Il le lira.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, dossier: Dossier, data: QueryDict | None = None) -> None:
        """`dossier` as `selectors.agenda` gives it."""
        self.dossier = dossier
        self.asked: list[DossierLine] = list(dossier.lines.all())
        super().__init__(data, prefix=f"d{dossier.pk}", initial={"version": dossier.version, "verdict": ""})
        for line in self.asked:
            self.fields[outcome_field(line.pk)] = forms.ChoiceField(
                label=f"{line}",
                choices=Outcome.choices,
                required=False,
                initial=Outcome.GRANTED,
                widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
            )
            self.fields[reason_field(line.pk)] = forms.CharField(
                label=f"Motif du refus de {line.level}", required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    @property
    def lines(self) -> list[tuple[BoundField, BoundField]]:
        """The outcome and the reason of each line."""
        return [(self[outcome_field(line.pk)], self[reason_field(line.pk)]) for line in self.asked]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("verdict") and cleaned.get("reason"):
            self.add_error("verdict", "Choisissez une décision, ou effacez le motif.")
        return cleaned

    @property
    def decision(self) -> Decision | None:
        """Once it is valid; None where nothing is decided."""
        cleaned = self.cleaned_data
        if not cleaned["verdict"]:
            return None
        verdict = Action(cleaned["verdict"])
        lines = {}
        if verdict == Action.ACCEPT:
            lines = {
                line.pk: LineDecision(cleaned[outcome_field(line.pk)], cleaned[reason_field(line.pk)])
                for line in self.asked
            }
        return Decision(self.dossier.pk, cleaned["version"], verdict, cleaned["reason"], lines)

    def take_up(self, version: int) -> None:
        """Show it again for the version of now: what was typed stays."""
        sent = cast(QueryDict, self.data).copy()
        sent[self.add_prefix("version")] = str(version)
        self.data = sent
