"""What the national administration writes of the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from forprev.catalogue.models import (
    ORIGIN,
    CertificateTemplate,
    Level,
    Qualification,
    QualificationRules,
    Scheme,
    Signatory,
    TraineeKind,
)
from forprev.catalogue.models.qualifications import NUMBERS, RELATIONS
from forprev.core.forms import FrenchDateField, PrintableField

CODE = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9 -]*$",
    "Un code n’admet que des lettres sans accent, des chiffres, des espaces et des traits d’union.",
)
LEVELS = [(number, str(number)) for number in (1, 2, 3)]
MOST_HOURS, MOST_MONTHS, MOST_PEOPLE, MOST_AGE = 2_000, 240, 100, 99


class _Edited(forms.Form):
    """`version` only for a row that exists; its code is given once, at creation."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def without(self, *names: str) -> _Edited:
        for name in names:
            del self.fields[name]
        return self


class SchemeForm(_Edited):
    code = forms.CharField(
        label="Code",
        max_length=20,
        validators=[CODE],
        error_messages={"required": "Le code doit être renseigné."},
        help_text="Tel qu’il figure dans les numéros d’habilitation ; il ne change plus ensuite.",
    )
    name = PrintableField(
        label="Nom court", max_length=40, error_messages={"required": "Le nom court doit être renseigné."}
    )
    title = PrintableField(
        label="Intitulé", max_length=200, error_messages={"required": "L’intitulé doit être renseigné."}
    )
    site_required = forms.BooleanField(
        label="Plateforme pédagogique exigée",
        required=False,
        help_text="Les sessions ont lieu sur une plateforme que l’entité a déclarée.",
    )
    is_active = forms.BooleanField(
        label="Ouvert aux demandes d’habilitation",
        required=False,
        help_text="Fermé, il n’est plus proposé dans les demandes ; les habilitations accordées continuent.",
    )

    @classmethod
    def of(cls, scheme: Scheme | None, data: Any) -> forms.Form:
        if scheme is None:
            return cls(data).without("is_active")
        initial = {name: getattr(scheme, name) for name in ("name", "title", "site_required", "is_active", "version")}
        return cls(data, initial=initial).without("code")


class LevelForm(_Edited):
    """1 trains acteurs, 2 formateurs, 3 the trainers of formateurs (B01)."""

    number = forms.TypedChoiceField(label="Niveau", choices=LEVELS, coerce=int)
    trainee_kind = forms.ChoiceField(
        label="Ses stagiaires deviennent",
        choices=TraineeKind.choices,
        help_text="Un formateur a un compte sur Forprev, un acteur n’en a pas.",
    )
    inrs_only = forms.BooleanField(
        label="Réservé à l’INRS", required=False, help_text="Aucun organisme ne peut en demander l’habilitation."
    )

    @classmethod
    def of(cls, level: Level, data: Any) -> forms.Form:
        names = ("trainee_kind", "inrs_only", "version")
        return cls(data, initial={name: getattr(level, name) for name in names}).without("number")


class SignatoryForm(_Edited):
    name = PrintableField(
        label="Prénom et nom", max_length=100, error_messages={"required": "Le nom doit être renseigné."}
    )
    title = PrintableField(
        label="Fonction", max_length=150, error_messages={"required": "La fonction doit être renseignée."}
    )


class QualificationForm(_Edited):
    """What the certificate says; its rules have a form of their own."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        validators=[CODE],
        error_messages={"required": "Le code doit être renseigné."},
        help_text="Tel qu’il figure dans les numéros de certificat, par exemple SST-1 ; il ne change plus ensuite.",
    )
    short_label = PrintableField(
        label="Libellé court",
        max_length=80,
        error_messages={"required": "Le libellé court doit être renseigné."},
        help_text="Celui des listes et des sessions.",
    )
    title = PrintableField(
        label="Titre",
        max_length=200,
        error_messages={"required": "Le titre doit être renseigné."},
        help_text="Tel qu’il est imprimé sur le certificat.",
    )
    signatory = forms.ModelChoiceField(label="Signataire", queryset=Signatory.objects.all(), empty_label=None)
    template = forms.ModelChoiceField(
        label="Modèle de certificat", queryset=CertificateTemplate.objects.all(), empty_label=None
    )

    @classmethod
    def of(cls, qualification: Qualification, data: Any) -> forms.Form:
        names = ("short_label", "title", "signatory", "template", "version")
        return cls(data, initial={name: getattr(qualification, name) for name in names}).without("code")


def _number(label: str, most: int, *, required: bool = False, least: int = 1, help_text: str = "") -> forms.Field:
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=least,
        max_value=most,
        help_text=help_text,
        error_messages={"required": "Ce nombre doit être renseigné.", "invalid": "Tapez un nombre entier."},
    )


def _others(label: str, help_text: str, **those: Any) -> forms.Field:
    return forms.ModelMultipleChoiceField(
        label=label,
        queryset=Qualification.objects.filter(**those).select_related("level__scheme"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-columns"}),
        help_text=help_text,
    )


class RulesForm(_Edited):
    """The rules of a certificate (B20)."""

    effective_on = FrenchDateField(
        label="Sessions qui se terminent à partir du",
        error_messages={"required": "Ce jour doit être renseigné."},
        help_text="JJ/MM/AAAA, demain au plus tôt : les sessions qui se terminent avant gardent les règles d’avant.",
    )
    validity_months = _number("Validité (mois)", MOST_MONTHS, required=True)
    trainers_required = forms.TypedChoiceField(
        label="Nombre de formateurs", choices=[(1, "1"), (2, "2")], coerce=int, initial=1
    )
    initial_hours = _number("Durée du stage initial (heures)", MOST_HOURS)
    refresher_hours = _number("Durée de la MAC (heures)", MOST_HOURS)
    group_min = _number("Effectif minimal", MOST_PEOPLE, help_text="En dessous, la session est avertie.")
    group_max = _number("Effectif maximal", MOST_PEOPLE, help_text="Au-dessus, la session est avertie.")
    minimum_age = _number("Âge minimal", MOST_AGE)
    taught_by = _others(
        "Formateur qualifié par",
        "L’un de ces certificats, valide à la fin de la session, est exigé du formateur.",
        level__trainee_kind=TraineeKind.TRAINER,
    )
    prerequisites = _others("Prérequis", "L’un d’eux, valide, est exigé des stagiaires d’un stage initial.")
    bases_required = forms.BooleanField(label="« Bases en prévention » exigées des stagiaires", required=False)
    equivalents = _others("Tiennent lieu de ce certificat", "Pour une MAC ou comme prérequis.")
    renews = _others("Sa MAC renouvelle aussi", "Chaque réussite à une MAC délivre aussi ces certificats.")
    sessions_expected = _number(
        "Sessions animées attendues",
        MOST_HOURS,
        help_text="Des stagiaires d’un stage initial, sur les trois années civiles précédentes.",
    )
    initial_sessions_expected = _number("Dont stages initiaux", MOST_HOURS)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        every = [(each.pk, str(each)) for each in Qualification.objects.select_related("level__scheme")]
        for name in ("prerequisites", "equivalents", "renews"):
            self.fields[name].choices = every  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, high = cleaned.get("group_min"), cleaned.get("group_max")
        if low and high and low > high:
            self.add_error("group_max", "L’effectif maximal est plus petit que le minimal.")
        total, initial = cleaned.get("sessions_expected"), cleaned.get("initial_sessions_expected")
        if initial and initial > (total or 0):
            self.add_error("initial_sessions_expected", "Il y en a plus que de sessions attendues.")
        return cleaned

    @classmethod
    def of(cls, rules: QualificationRules, data: Any, *, planned: bool) -> forms.Form:
        """Filled in from `rules`: to change them, or with `planned` to write those that follow them."""
        initial = {name: getattr(rules, name) for name in NUMBERS}
        initial |= {name: [each.pk for each in getattr(rules, name).all()] for name in RELATIONS}
        if planned:
            return cls(data, initial=initial)
        form = cls(data, initial=initial | {"version": rules.version, "effective_on": rules.effective_on})
        return form.without("effective_on") if rules.effective_on == ORIGIN else form

    @classmethod
    def first(cls, data: Any) -> forms.Form:
        return cls(data).without("effective_on")


def level_choices(taken: list[Level]) -> list[tuple[int, str]]:
    numbers = {level.number for level in taken}
    return [(number, label) for number, label in LEVELS if number not in numbers]
