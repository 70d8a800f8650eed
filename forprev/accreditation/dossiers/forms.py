"""What the screens of an applicant take. The rules are in `rules` and `services`; here only shapes are checked."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from forprev.accreditation.dossiers.rules import in_force, under_review, why_not_renewable
from forprev.accreditation.dossiers.services import DECLARATION, WORDS_LENGTH, Common, Wish
from forprev.accreditation.dossiers.thread import MESSAGE_LENGTH
from forprev.accreditation.models import AccreditationSettings, Dossier, LineKind
from forprev.catalogue.models import Level
from forprev.core.dates import french, today
from forprev.core.forms import CleanCharField, FrenchDateField, NameField, PrintableField, VersionedForm
from forprev.core.text import clean_lines
from forprev.core.uploads import DocumentField
from forprev.organisations.models import Organisation, OrganisationKind, Regime
from forprev.organisations.updating.forms import PlaceForm, SiretField

ACTIVITIES_LENGTH = 2000


class LinesField(forms.CharField):
    """A text of several lines, without control characters."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        return clean_lines(super().to_python(value) or "")


class OrganisationNameForm(forms.Form):
    """Of whoever is signed in: Forprev knows who it is."""

    organisation_name = PrintableField(
        label="Raison sociale de l’organisme",
        max_length=150,
        error_messages={"required": "La raison sociale doit être renseignée."},
    )


class WhoForm(forms.Form):
    """Who begins a first request without an account, and for which organisation."""

    last_name = NameField(label="Nom", error_messages={"required": "Le nom doit être renseigné."})
    first_name = NameField(label="Prénom", error_messages={"required": "Le prénom doit être renseigné."})
    birth_date = FrenchDateField(
        label="Date de naissance", error_messages={"required": "La date de naissance doit être renseignée."}
    )
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        help_text="Le lien qui permet de continuer y sera envoyé.",
        error_messages={"required": "L’e-mail doit être renseigné."},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    organisation_name = PrintableField(
        label="Raison sociale de l’organisme",
        max_length=150,
        error_messages={"required": "La raison sociale doit être renseignée."},
    )


class CommonForm(VersionedForm, PlaceForm):
    """The organisation of a first request. All of it is needed to send the dossier, none of it to keep the draft."""

    organisation_name = PrintableField(label="Raison sociale", max_length=150)
    kind = forms.ChoiceField(label="Type", choices=OrganisationKind.choices, widget=forms.RadioSelect)
    regime = forms.ChoiceField(label="Régime", choices=Regime.choices, widget=forms.RadioSelect)
    siret = SiretField(
        label="SIRET",
        help_text="14 chiffres",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    nda = forms.CharField(
        label="Numéro de déclaration d’activité",
        help_text="11 chiffres. Des organismes de formation seulement.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    address = CleanCharField(label="Adresse", max_length=200)
    signatory_name = PrintableField(label="Nom", max_length=100)
    signatory_title = PrintableField(label="Fonction", max_length=100)
    activities = LinesField(
        label="Activités",
        max_length=ACTIVITIES_LENGTH,
        help_text="Ce que fait l’organisme, et à qui s’adressent ses formations.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any = None, *, dossier: Dossier) -> None:
        candidate = dossier.candidate
        shown = {name: getattr(candidate, name) for name in Common.__dataclass_fields__ if hasattr(candidate, name)}
        recorded = {(candidate.postal_code, candidate.city)}
        super().__init__(
            data,
            initial={**shown, "organisation_name": dossier.organisation_name, "version": dossier.version},
            recorded=recorded,
        )
        for name in Common.__dataclass_fields__:
            self.fields[name].required = False

    def clean_nda(self) -> str:
        nda = "".join(self.cleaned_data["nda"].split())
        if nda and not (nda.isascii() and nda.isdigit() and len(nda) == 11):
            raise forms.ValidationError("Un numéro de déclaration d’activité compte 11 chiffres.")
        return nda

    def _clean_city(self, cleaned: dict[str, Any], postal_code: str, city: str) -> None:
        if postal_code or city:
            super()._clean_city(cleaned, postal_code, city)

    @property
    def common(self) -> Common:
        return Common(**{name: self.cleaned_data[name] for name in Common.__dataclass_fields__})


class LinesForm(forms.Form):
    """Which levels a dossier asks for: new ones, and those of the entity that are to be renewed.

    `reasons` says, for the levels and accreditations that are not offered, why.
    """

    renewals = forms.MultipleChoiceField(
        label="Habilitations à renouveler", widget=forms.CheckboxSelectMultiple, required=False
    )
    levels = forms.MultipleChoiceField(
        label="Nouvelles habilitations", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self,
        data: Any = None,
        *,
        organisation: Organisation | None = None,
        dossier: Dossier | None = None,
        renew: int | None = None,
    ) -> None:
        super().__init__(data)
        self.reasons: list[str] = []
        lines = list(dossier.lines.all()) if dossier else []
        elsewhere = under_review(organisation, but=dossier)
        renewable = self._offer_renewals(organisation, elsewhere)
        self._offer_levels({*elsewhere, *renewable})
        self.initial = {
            "levels": [str(line.level_id) for line in lines if line.kind == LineKind.NEW],
            "renewals": [str(line.accreditation_id) for line in lines if line.kind == LineKind.RENEWAL],
        }
        if renew is not None:
            self.initial["renewals"].append(str(renew))
        if not self.fields["renewals"].choices:  # type: ignore[attr-defined]
            del self.fields["renewals"]

    def _offer_renewals(self, organisation: Organisation | None, elsewhere: dict[int, str]) -> set[int]:
        """Gives the levels that the entity holds."""
        day, settings = today(), AccreditationSettings.current()
        held = list(in_force(organisation, day).order_by("level__scheme__name", "level__number", "ends_on"))
        last = {each.level_id: each for each in held}
        offered = []
        for each in last.values():
            if each.level_id in elsewhere:
                number = elsewhere[each.level_id]
                self.reasons.append(f"{each.level} : la demande {number} est en cours.")
            elif reason := why_not_renewable(each, day, settings):
                self.reasons.append(reason)
            else:
                offered.append((str(each.pk), f"{each.level} : {each.number}, fin le {french(each.ends_on)}"))
        self.fields["renewals"].choices = offered  # type: ignore[attr-defined]
        return set(last)

    def _offer_levels(self, left_out: set[int]) -> None:
        levels = Level.objects.filter(inrs_only=False, scheme__is_active=True).exclude(pk__in=left_out)
        groups: dict[str, list[tuple[str, str]]] = {}
        for level in levels.select_related("scheme").order_by("scheme__name", "number"):
            trained = "formation de formateurs" if level.trains_trainers else "formation d’acteurs"
            label = f"{level.scheme.name}, niveau {level.number} ({trained})"
            groups.setdefault(level.scheme.title, []).append((str(level.pk), label))
        self.fields["levels"].choices = list(groups.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("levels") and not cleaned.get("renewals"):
            raise forms.ValidationError("Choisissez au moins une habilitation.")
        return cleaned

    @property
    def wish(self) -> Wish:
        levels, renewals = self.cleaned_data["levels"], self.cleaned_data.get("renewals", [])
        return Wish(sorted(map(int, levels)), sorted(map(int, renewals)))


class NewLinesForm(LinesForm):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ChangedLinesForm(LinesForm, VersionedForm):
    def __init__(self, data: Any = None, *, dossier: Dossier) -> None:
        super().__init__(data, organisation=dossier.organisation, dossier=dossier)
        self.initial["version"] = dossier.version

    @property
    def stored_wish(self) -> Wish:
        """What the dossier asks for now."""
        return Wish(*(sorted(map(int, self.initial[name])) for name in ("levels", "renewals")))


class PieceForm(VersionedForm):
    document = DocumentField(label="Document", error_messages={"required": "Choisissez un fichier."})


class SubmitForm(VersionedForm):
    declared = forms.BooleanField(
        label=DECLARATION, error_messages={"required": "Cochez la déclaration pour transmettre la demande."}
    )


class CompleteForm(VersionedForm):
    comment = LinesField(
        label="Votre réponse",
        required=False,
        max_length=WORDS_LENGTH,
        help_text="Facultative : ce que vous avez changé.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WithdrawForm(VersionedForm):
    reason = LinesField(
        label="Motif",
        required=False,
        max_length=WORDS_LENGTH,
        help_text="Facultatif.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MessageForm(forms.Form):
    text = LinesField(
        label="Votre message",
        max_length=MESSAGE_LENGTH,
        error_messages={"required": "Le message doit être renseigné."},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
