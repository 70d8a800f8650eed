"""What reviewers fill in; each form of a dossier carries its version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField

from forprev.accreditation.dossiers.selectors import Demand
from forprev.accreditation.dossiers.thread import MESSAGE_LENGTH
from forprev.accreditation.models import Dossier, Opinion, PieceState
from forprev.accreditation.review.selectors import label_of, reviewers_of
from forprev.accreditation.review.services import REASON_MISSING, Mark
from forprev.core.forms import VersionedForm


class Words(forms.CharField):
    """Several lines that somebody has to say."""

    def __init__(self, *, missing: str = "", rows: int = 4, **kwargs: Any) -> None:
        errors = {"required": missing} if missing else {}
        super().__init__(
            max_length=MESSAGE_LENGTH,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages=errors,
            required=bool(missing),
            **kwargs,
        )


class PieceRow(NamedTuple):
    """A piece that was sent, with its two fields; or one that was not, without."""

    demand: Demand
    label: str
    state: BoundField | None = None
    remark: BoundField | None = None


class PiecesForm(VersionedForm):
    """The state and the remark of each piece that was sent."""

    def __init__(self, data: Any = None, *, dossier: Dossier, demands: Sequence[Demand]) -> None:
        super().__init__(data, initial={"version": dossier.version})
        self.demands = demands
        for piece, label in self._sent():
            self.fields[f"state-{piece.pk}"] = forms.ChoiceField(
                label=f"État, {label}",
                choices=PieceState.choices,
                initial=piece.state,
                widget=forms.RadioSelect,
                error_messages={"required": f"Choisissez l’état de la pièce : {label}."},
            )
            self.fields[f"remark-{piece.pk}"] = Words(
                label=f"Remarque, {label}",
                initial=piece.remark,
                rows=2,
            )

    def _sent(self) -> Iterator[tuple[Any, str]]:
        return ((demand.piece, label_of(demand)) for demand in self.demands if demand.piece is not None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for piece, label in self._sent():
            to_correct = cleaned.get(f"state-{piece.pk}") == PieceState.TO_CORRECT
            if to_correct and not cleaned.get(f"remark-{piece.pk}"):
                self.add_error(f"remark-{piece.pk}", f"Dites ce qui est à corriger : {label}.")
        return cleaned

    @property
    def has_pieces(self) -> bool:
        return any(True for _ in self._sent())

    def rows(self) -> list[PieceRow]:
        return [
            PieceRow(demand, label_of(demand), self[f"state-{demand.piece.pk}"], self[f"remark-{demand.piece.pk}"])
            if demand.piece is not None
            else PieceRow(demand, label_of(demand))
            for demand in self.demands
        ]

    def marks(self) -> dict[int, Mark]:
        """Of a form that is valid."""
        cleaned = self.cleaned_data
        return {
            piece.pk: Mark(cleaned[f"state-{piece.pk}"], cleaned[f"remark-{piece.pk}"]) for piece, _ in self._sent()
        }


class AssignForm(VersionedForm):
    person = forms.ChoiceField(label="Confier à", required=False)

    def __init__(self, data: Any = None, *, dossier: Dossier) -> None:
        super().__init__(data, initial={"version": dossier.version, "person": dossier.assigned_to_id or ""})
        people = [(str(person.pk), person.display_name) for person in reviewers_of(dossier)]
        self.fields["person"].choices = [("", "Personne"), *people]  # type: ignore[attr-defined]

    @property
    def person_id(self) -> int | None:
        return int(self.cleaned_data["person"]) if self.cleaned_data["person"] else None


class CompletionForm(VersionedForm):
    text = Words(
        label="Ce qui est à compléter",
        missing="Dites ce que le demandeur doit compléter.",
        rows=8,
        help_text="Envoyé au demandeur par e-mail et affiché sur sa demande.",
    )


class OpinionForm(VersionedForm):
    opinion = forms.ChoiceField(
        label="Avis",
        choices=Opinion.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "L’avis doit être renseigné."},
    )
    reason = Words(
        label="Motif",
        help_text="Obligatoire sauf pour un avis favorable. Lu par la commission, pas par le demandeur.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opinion = cleaned.get("opinion")
        if opinion and opinion != Opinion.FAVOURABLE and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", REASON_MISSING)
        return cleaned


class RefusalForm(VersionedForm):
    reason = Words(
        label="Motif",
        missing=REASON_MISSING,
        help_text="Envoyé à l’entité. Dites aussi ce qu’elle peut faire : envoyer une autre attestation, par exemple.",
    )


class SendBackForm(VersionedForm):
    reason = Words(
        label="Motif", missing=REASON_MISSING, help_text="Envoyé à qui instruit la demande, pas au demandeur."
    )


class MessageForm(forms.Form):
    text = Words(label="Message", missing="Le message doit être renseigné.", rows=3)


class NoteForm(forms.Form):
    text = Words(label="Note interne", missing="La note doit être renseignée.", rows=3)
