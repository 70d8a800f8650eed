"""What the session screens take. The rules are those of `rules` and `services`; here only shapes are checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from forprev.accounts.acting import Acting
from forprev.accounts.proposals import NOBODY
from forprev.accreditation.models import Accreditation
from forprev.accreditation.selectors import visible_to
from forprev.catalogue.models import Level, Qualification, QualificationState
from forprev.certification.imports.judging import KEEP, LEAVE_OUT
from forprev.certification.models import Course, ImportLine, PlaceKind, Result, Trainee, TrainingSession, Verdict
from forprev.certification.services.entry import Details
from forprev.certification.services.exchange import COMMENT_LENGTH
from forprev.core.dates import today
from forprev.core.forms import CleanCharField, FrenchDateField, NameField, VersionedForm
from forprev.core.spreadsheets import MOST_PASTED, SpreadsheetField
from forprev.organisations.models import TrainingSite
from forprev.people.models import Identity

EMPTY = [("", "Choisir…")]


class TaggedSelect(forms.Select):
    """A select whose options bear data, so that a script can narrow them: `tags` by value."""

    tags: dict[str, dict[str, str]] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"] |= {f"data-{key}": text for key, text in self.tags.get(str(value), {}).items()}
        return option


class DetailsForm(VersionedForm):
    """The tab `Session`: offers what the accreditations allow on the end date; the service has the last word."""

    end_date = FrenchDateField(label="Date de fin de session", required=False)
    scheme = forms.ChoiceField(label="Dispositif", widget=TaggedSelect, required=False)
    level = forms.ChoiceField(label="Niveau", widget=TaggedSelect, required=False)
    qualification = forms.ChoiceField(label="Certificat", widget=TaggedSelect, required=False)
    course = forms.ChoiceField(label="Identification", choices=Course, widget=forms.RadioSelect, required=False)
    place_kind = forms.ChoiceField(label="Lieu de formation", widget=forms.RadioSelect, required=False)
    site = forms.ChoiceField(label="Plateforme pédagogique", widget=TaggedSelect, required=False)
    postal_code = forms.RegexField(
        r"^[0-9]{5}$",
        label="Code postal",
        required=False,
        error_messages={"invalid": "Le code postal compte cinq chiffres, par exemple 26800."},
    )
    city = CleanCharField(label="Ville", max_length=100, required=False)
    country = CleanCharField(label="Pays", max_length=100, required=False)

    def __init__(self, data: Any = None, *, session: TrainingSession, acting: Acting) -> None:
        super().__init__(data, initial=self._initial(session))
        self.accreditations = list(visible_to(acting).filter(organisation_id=session.organisation_id))
        day = session.end_date or today()
        offered = [each for each in self.accreditations if data is not None or each.serves_on(day)]
        if session.accreditation and session.accreditation not in offered:
            offered.append(session.accreditation)
        self._offer(session, offered)

    @staticmethod
    def _initial(session: TrainingSession) -> dict[str, object]:
        level = session.accreditation.level if session.accreditation else None
        return {
            "version": session.version,
            "end_date": session.end_date,
            "scheme": level.scheme.code if level else "",
            "level": str(level.number) if level else "",
            "qualification": session.qualification.code if session.qualification else "",
            "course": session.course,
            "place_kind": session.place_kind,
            "site": session.site_id or "",
            "postal_code": session.postal_code,
            "city": session.city,
            "country": session.country,
        }

    def _offer(self, session: TrainingSession, offered: Iterable[Accreditation]) -> None:
        levels = {a.level_id: a.level for a in offered}
        schemes = {level.scheme.code: level.scheme.name for level in levels.values()}
        self._set("scheme", EMPTY + sorted(schemes.items(), key=lambda pair: pair[1]))
        self._set("level", EMPTY + [(str(n), str(n)) for n in sorted({level.number for level in levels.values()})])
        self.qualifications = {
            q.code: q
            for q in Qualification.objects.filter(level__in=levels, state=QualificationState.OPEN).select_related(
                "level__scheme"
            )
        }
        self._set("qualification", EMPTY + [(q.code, q.short_label) for q in self.qualifications.values()])
        self._tag(
            "level",
            {
                str(n): {"schemes": "|".join(level.scheme.code for level in levels.values() if level.number == n)}
                for n in {level.number for level in levels.values()}
            },
        )
        self._tag(
            "qualification",
            {
                q.code: {"scheme": q.level.scheme.code, "level": str(q.level.number)}
                for q in self.qualifications.values()
            },
        )
        self.sites = {
            str(site.pk): site
            for site in TrainingSite.objects.filter(
                organisation_id=session.organisation_id, is_active=True
            ).select_related("scheme")
        }
        self._set("site", EMPTY + [(pk, str(site)) for pk, site in self.sites.items()])
        self._tag("site", {pk: {"scheme": site.scheme.code} for pk, site in self.sites.items()})
        site_schemes = {level.scheme.code for level in levels.values() if level.scheme.site_required}
        self._tag("scheme", {code: {"site-required": ""} for code in site_schemes})
        kinds = [PlaceKind.FRANCE, PlaceKind.ABROAD, *([PlaceKind.SITE] if self.sites or site_schemes else [])]
        self._set("place_kind", [(kind.value, kind.label) for kind in kinds])

    def _set(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _tag(self, name: str, tags: dict[str, dict[str, str]]) -> None:
        widget = self.fields[name].widget
        if isinstance(widget, TaggedSelect):
            widget.tags = tags

    def level_chosen(self) -> Level | None:
        """The level that dispositif and number name together, among the actor's accreditations."""
        wanted = (self.cleaned_data.get("scheme"), self.cleaned_data.get("level"))
        for accreditation in self.accreditations:
            if (accreditation.level.scheme.code, str(accreditation.level.number)) == wanted:
                return accreditation.level
        return None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        scheme, level = cleaned.get("scheme"), cleaned.get("level")
        if scheme and not level and "level" not in self.errors:
            self.add_error("level", "Le niveau doit être renseigné.")
        if level and not scheme and "scheme" not in self.errors:
            self.add_error("scheme", "Le dispositif doit être renseigné.")
        if scheme and level and self.level_chosen() is None:
            self.add_error("level", f"Vous n’avez pas d’habilitation de niveau {level} pour ce dispositif.")
        return cleaned

    def details(self) -> Details:
        cleaned = self.cleaned_data
        return Details(
            level=self.level_chosen(),
            qualification=self.qualifications.get(cleaned["qualification"]),
            course=cleaned["course"],
            place_kind=cleaned["place_kind"],
            postal_code=cleaned["postal_code"],
            city=cleaned["city"],
            country=cleaned["country"],
            site=self.sites.get(cleaned["site"]),
            end_date=cleaned["end_date"],
        )


class IdentityForm(forms.Form):
    """A person by n° Forprev, or by last name, first name and birth date (A34)."""

    number = forms.CharField(label="N° Forprev", max_length=20, required=False)
    last_name = NameField(label="Nom", required=False)
    first_name = NameField(label="Prénom", required=False)
    birth_date = FrenchDateField(label="Date de naissance", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("number"):
            return cleaned
        for name, message in (
            ("last_name", "Le nom doit être renseigné, ou le n° Forprev."),
            ("first_name", "Le prénom doit être renseigné, ou le n° Forprev."),
            ("birth_date", "La date de naissance doit être renseignée, ou le n° Forprev."),
        ):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, message)
        return cleaned


class TraineeForm(forms.Form):
    """A trainee of level acteur: three fields, all compulsory (A35)."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    last_name = NameField(label="Nom", error_messages={"required": "Le nom doit être renseigné."})
    first_name = NameField(label="Prénom", error_messages={"required": "Le prénom doit être renseigné."})
    birth_date = FrenchDateField(
        label="Date de naissance", error_messages={"required": "La date de naissance doit être renseignée."}
    )

    @property
    def identity(self) -> Identity:
        """Of a form that is valid."""
        return Identity(*(self.cleaned_data[field] for field in Identity._fields))

    @staticmethod
    def initial_of(trainee: Trainee) -> dict[str, object]:
        return {
            "key": trainee.creation_key,
            "version": trainee.session.version,
            "number": trainee.person.number if trainee.person else "",
            "last_name": trainee.last_name,
            "first_name": trainee.first_name,
            "birth_date": trainee.birth_date,
            "email": trainee.email,
        }


class FutureTrainerForm(TraineeForm):
    """A trainee of level formateur: known by n° Forprev, or to be created with an e-mail on success (A35)."""

    field_order = ["key", "number", "last_name", "first_name", "birth_date", "email"]

    number = forms.CharField(label="N° Forprev", max_length=20, required=False)
    email = forms.EmailField(
        label="E-mail",
        required=False,
        help_text="Pour une personne inconnue de Forprev : son compte sera créé en cas de réussite.",
        error_messages={"invalid": "L’e-mail n’est pas valide, par exemple prenom.nom@exemple.fr."},
    )


class ImportForm(forms.Form):
    """A spreadsheet of trainees: a file, or lines pasted."""

    file = SpreadsheetField(label="Fichier", required=False)
    pasted = forms.CharField(
        label="Lignes copiées d’un tableur",
        help_text="Copiez les colonnes Nom, Prénom et Date de naissance, avec ou sans leur en-tête.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        required=False,
        strip=False,
        max_length=MOST_PASTED,
        error_messages={"max_length": "Ces lignes sont trop nombreuses : importez plutôt un fichier."},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file, pasted = cleaned.get("file"), (cleaned.get("pasted") or "").strip()
        if self.errors:
            return cleaned
        if file and pasted:
            self.add_error("pasted", "Choisissez un fichier ou collez des lignes, mais pas les deux.")
        elif not (file or pasted):
            self.add_error("file", "Choisissez un fichier, ou collez des lignes ci-dessous.")
        return cleaned


class LineForm(forms.Form):
    """A line of an import, shown with what is wrong with it; nothing that is typed is refused here."""

    last_name = forms.CharField(label="Nom")
    first_name = forms.CharField(label="Prénom")
    birth_date = forms.CharField(label="Date de naissance")
    forprev_number = forms.CharField(label="N° Forprev")
    email = forms.CharField(label="E-mail")
    decision = forms.ChoiceField(label="Cette personne", widget=forms.RadioSelect)

    FIELDS = ("last_name", "first_name", "birth_date", "email", "forprev_number", "decision")

    def __init__(self, line: ImportLine, *, makes_trainers: bool) -> None:
        prefix = self.prefix_of(line.pk)
        super().__init__({f"{prefix}-{name}": getattr(line, name) for name in self.FIELDS}, prefix=prefix)
        self.line = line
        if not makes_trainers:
            del self.fields["email"], self.fields["forprev_number"]
        for name, field in self.fields.items():
            field.required = False
            if name != "decision":
                field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        decision = self.fields["decision"]
        if isinstance(decision, forms.ChoiceField):
            decision.choices = self._choices(line)
        self.full_clean()
        self.errors.clear()
        if line.verdict == Verdict.REFUSED:
            for name, message in line.remarks:
                self.add_error(name if name in self.fields else None, message)

    @staticmethod
    def prefix_of(pk: int) -> str:
        return f"ligne-{pk}"

    @staticmethod
    def _choices(line: ImportLine) -> list[tuple[str, str]]:
        if line.proposals:
            kept = [(str(each["person_id"]), _described(each)) for each in line.proposals]
            kept.append((NOBODY, "Ce n’est pas elle : la personne de cette ligne n’est pas proposée"))
        else:
            kept = [(KEEP, "Garder cette ligne telle qu’elle est")]
        return [*kept, (LEAVE_OUT, "Retirer cette ligne")]


def _described(proposal: dict[str, Any]) -> str:
    """A person of the register, masked."""
    email = f", {proposal['email']}" if proposal["email"] else ""
    who = f"{proposal['initials']}, né(e) en {proposal['birth_year']}{email}"
    return f"C’est elle : {who} ({proposal['reason']})"


class ResultsForm(VersionedForm):
    """One result a trainee (A37); no default. Fields are named `result-<trainee id>`."""

    def __init__(self, data: Any = None, *, session: TrainingSession, trainees: Iterable[Trainee]) -> None:
        super().__init__(data, initial={"version": session.version})
        self.trainees = list(trainees)
        for trainee in self.trainees:
            self.fields[f"result-{trainee.pk}"] = forms.ChoiceField(
                label=f"Résultat de {trainee}",
                choices=[(Result.FAILURE.value, Result.FAILURE.label), (Result.SUCCESS.value, Result.SUCCESS.label)],
                widget=forms.RadioSelect,
                required=False,
                initial=trainee.result,
            )

    def rows(self) -> list[tuple[Trainee, forms.BoundField]]:
        return [(trainee, self[f"result-{trainee.pk}"]) for trainee in self.trainees]

    def results(self) -> dict[int, str]:
        return {t.pk: self.cleaned_data[f"result-{t.pk}"] for t in self.trainees}


class TrainerActionForm(forms.Form):
    """What the trainer does with the session."""

    action = forms.ChoiceField(
        label="Action",
        choices=[("send_results", "Envoyer les résultats des stagiaires"), ("return", "Retour commenté")],
        widget=forms.RadioSelect,
        error_messages={"required": "L’action doit être choisie."},
    )
    comment = forms.CharField(
        label="Mon commentaire",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=COMMENT_LENGTH,
        help_text="Obligatoire pour un retour commenté.",
    )


class EntityActionForm(VersionedForm):
    """What the entity does with the results (A38)."""

    action = forms.ChoiceField(
        label="Action",
        choices=[("generate", "Générer les certificats"), ("modify", "Modifier la saisie de la session")],
        widget=forms.RadioSelect,
        error_messages={"required": "L’action doit être choisie."},
    )


class ReopenForm(forms.Form):
    """The fund's decision to let a late session be finished (B40)."""

    until = FrenchDateField(label="Nouvelle date limite", error_messages={"required": "La date doit être renseignée."})
    reason = forms.CharField(
        label="Motif",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=COMMENT_LENGTH,
        error_messages={"required": "Le motif doit être renseigné."},
    )
