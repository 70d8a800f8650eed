"""`Actualiser les informations`: the data of an entity and its training sites, a row each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from django import forms
from django.db.models import Q
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.fr import siret

from forprev.catalogue.models import Scheme
from forprev.core.errors import Difference
from forprev.core.forms import CleanCharField, PrintableField, VersionedForm, differences
from forprev.core.text import clean_lines
from forprev.core.uploads import DocumentField
from forprev.organisations.models import Organisation, OrganisationKind, Regime
from forprev.organisations.updating.communes import commune_named, communes_of
from forprev.organisations.updating.selectors import DATA, Sheet, Site, changed_sites

MOST_SITES = 100
CHOOSE = ("", "Choisir…")

Place = tuple[str, str]
"""A postal code and a town."""


class SiretField(forms.CharField):
    """A SIRET, spaces or dots between its digits or not; `recorded` passes as it is."""

    recorded = ""

    def to_python(self, value: object) -> str:
        number = siret.compact(super().to_python(value) or "")
        if not number or number == self.recorded:
            return number
        try:
            return siret.validate(number)
        except InvalidChecksum:
            raise forms.ValidationError("Ce SIRET n’existe pas : vérifiez chacun de ses chiffres.") from None
        except ValidationError:
            raise forms.ValidationError("Un SIRET compte 14 chiffres, par exemple 219 200 755 00011.") from None


class NdaField(forms.CharField):
    """A training body's number of declaration, eleven digits, spaces between them or not; others have none (B11)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Numéro de déclaration d’activité")
        kwargs.setdefault("help_text", "11 chiffres, pour les organismes de formation")
        super().__init__(required=False, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value: object) -> str:
        number = "".join((super().to_python(value) or "").split())
        if number and not (len(number) == 11 and number.isdecimal() and number.isascii()):
            raise forms.ValidationError(
                "Un numéro de déclaration d’activité compte 11 chiffres, par exemple 84 26 00123 26."
            )
        return number


class ActivitiesField(forms.CharField):
    """What an organisation does, in a few lines."""

    LENGTH = 2000

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Activités")
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), max_length=self.LENGTH, **kwargs)

    def to_python(self, value: object) -> str:
        return clean_lines(super().to_python(value) or "")


class PlaceForm(forms.Form):
    """A postal code and one of its communes; without a script, the communes are offered once the code is sent.

    A place that is in `recorded` passes, even if the list of communes does not know it.
    """

    postal_code = forms.RegexField(
        r"^[0-9]{5}$",
        label="Code postal",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-postal-code": ""}),
        error_messages={
            "required": "Le code postal doit être renseigné.",
            "invalid": "Le code postal compte cinq chiffres, par exemple 26800.",
        },
    )
    city = CleanCharField(
        label="Commune",
        widget=forms.Select(attrs={"data-communes": ""}),
        error_messages={"required": "Choisissez la commune parmi celles du code postal."},
    )

    def __init__(self, *args: Any, recorded: Collection[Place] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recorded = recorded
        postal_code, city = self._shown("postal_code"), self._shown("city")
        offered = communes_of(postal_code)
        if not self.is_bound and city:
            self.initial["city"] = city = commune_named(postal_code, city) or city
        if city not in offered and (postal_code, city) in recorded:
            offered = [city, *offered]
        if self.is_bound and not city and len(offered) < 2:
            self.fields["city"].required = False  # there is nothing to choose
        self.fields["city"].widget.choices = [CHOOSE, *((name, name) for name in offered)]

    def _shown(self, name: str) -> str:
        value = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
        return str(value or "").strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "postal_code" in cleaned and "city" in cleaned:
            self._clean_city(cleaned, cleaned["postal_code"], cleaned["city"])
        return cleaned

    def _clean_city(self, cleaned: dict[str, Any], postal_code: str, city: str) -> None:
        offered = communes_of(postal_code)
        if (postal_code, city) in self.recorded and not commune_named(postal_code, city):
            return
        if not city and len(offered) == 1:
            city = offered[0]
        if not offered:
            self.add_error("postal_code", "Ce code postal n’existe pas. Un code CEDEX n’est pas admis.")
        elif commune := commune_named(postal_code, city):
            cleaned["city"] = commune
        else:
            self.add_error("city", f"Choisissez la commune parmi celles du code postal {postal_code}.")


class UpdateForm(VersionedForm, PlaceForm):
    """What an entity is; `wish` is what its open request makes of it."""

    name = PrintableField(
        label="Raison sociale", max_length=150, error_messages={"required": "La raison sociale doit être renseignée."}
    )
    kind = forms.ChoiceField(label="Type", choices=OrganisationKind.choices, widget=forms.RadioSelect)
    regime = forms.ChoiceField(label="Régime", choices=Regime.choices, widget=forms.RadioSelect)
    address = CleanCharField(
        label="Adresse", max_length=200, error_messages={"required": "L’adresse doit être renseignée."}
    )
    siret = SiretField(
        label="SIRET",
        help_text="14 chiffres",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Le SIRET doit être renseigné."},
    )
    nda = NdaField()
    activities = ActivitiesField(required=False)
    urssaf = DocumentField(label="Nouvelle attestation URSSAF", required=False)
    signatory_name = PrintableField(
        label="Nom", max_length=100, error_messages={"required": "Le nom du signataire doit être renseigné."}
    )
    signatory_title = PrintableField(
        label="Fonction", max_length=100, error_messages={"required": "La fonction du signataire doit être renseignée."}
    )
    published = forms.ChoiceField(
        label="Diffusion sur le site web de l’INRS",
        choices=[("oui", "Oui"), ("non", "Non")],
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        organisation: Organisation,
        wish: Sheet,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        shown = {
            **wish.data,
            "version": organisation.version,
            "signatory_name": organisation.signatory_name,
            "signatory_title": organisation.signatory_title,
            "published": "oui" if organisation.published else "non",
        }
        super().__init__(
            data, files, initial={**shown, **(initial or {})}, recorded=recorded_places(organisation, wish)
        )
        self.fields["siret"].recorded = organisation.siret  # type: ignore[attr-defined]
        if organisation.kind != OrganisationKind.TRAINING_BODY:
            del self.fields["published"]

    @property
    def immediate(self) -> dict[str, Any]:
        """What changes at once, by the names of the entity's fields."""
        cleaned = self.cleaned_data
        found = {name: cleaned[name] for name in ("signatory_name", "signatory_title")}
        return found | ({"published": cleaned["published"] == "oui"} if "published" in cleaned else {})

    @property
    def data_wished(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in DATA}


def recorded_places(organisation: Organisation, wish: Sheet) -> set[Place]:
    sites = [*wish.sites.values(), *wish.new_sites]
    return {
        (organisation.postal_code, organisation.city),
        (wish.data["postal_code"], wish.data["city"]),
        *((site.postal_code, site.city) for site in sites),
    }


class SiteForm(PlaceForm):
    """A plateforme pédagogique: one in use (`site` is its id), or one to declare."""

    site = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    scheme = forms.ChoiceField(label="Dispositif", error_messages={"required": "Le dispositif doit être renseigné."})
    name = PrintableField(
        label="Nom de la plateforme",
        max_length=120,
        error_messages={"required": "Le nom de la plateforme doit être renseigné."},
    )
    withdrawn = forms.BooleanField(label="Retirer cette plateforme", required=False)

    def __init__(self, *args: Any, schemes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].choices = [CHOOSE, *schemes]  # type: ignore[attr-defined]


class SiteFormSet(forms.BaseFormSet):
    def sheet(self, data: dict[str, str], now: Sheet) -> Sheet:
        """The entity wished: `data`, and the sites of the rows; a row of somebody else's site is no row."""
        sites, new_sites = dict(now.sites), []
        for row in self.cleaned_data:
            if not row:
                continue
            pk = row["site"]
            values = Site(row["scheme"], row["name"], row["postal_code"], row["city"])
            if pk is None and not row["withdrawn"]:
                new_sites.append(values)
            elif pk in sites and row["withdrawn"]:
                del sites[pk]
            elif pk in sites:
                sites[pk] = values
        return Sheet(data, sites, tuple(new_sites))


_SiteFormSet = forms.formset_factory(SiteForm, SiteFormSet, extra=1, max_num=MOST_SITES, absolute_max=MOST_SITES)


def site_rows(
    data: Any = None, *, organisation: Organisation, now: Sheet, wish: Sheet, typed: list[dict[str, Any]] | None = None
) -> SiteFormSet:
    """A row for each site in use and each to declare, and an empty one; what was `typed` or sent where it is given."""
    declared = {site.scheme for site in (*now.sites.values(), *wish.sites.values(), *wish.new_sites)}
    schemes = Scheme.objects.filter(Q(is_active=True) | Q(code__in=declared)).values_list("code", "name")
    rows = _SiteFormSet(
        data,
        prefix="sites",
        # A row that was sent is read as it is, not against what stands at its place by now.
        initial=None if data is not None else _rows(now, wish) if typed is None else typed,
        form_kwargs={
            "schemes": list(schemes),
            "recorded": recorded_places(organisation, wish) | recorded_places(organisation, now),
        },
    )
    return cast(SiteFormSet, rows)


def _rows(now: Sheet, wish: Sheet) -> list[dict[str, Any]]:
    in_use = [
        {"site": pk, "withdrawn": pk not in wish.sites, **wish.sites.get(pk, values)._asdict()}
        for pk, values in now.sites.items()
    ]
    return in_use + [site._asdict() for site in wish.new_sites]


def rows_typed(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What stands in the rows that were sent, as it was typed; the empty ones are left out."""
    names = list(SiteForm.base_fields)
    rows = [{name: data.get(f"sites-{rank}-{name}", "") for name in names} for rank in range(MOST_SITES)]
    return [row for row in rows if any(row.values())]


def apart(typed: UpdateForm, stored: UpdateForm, typed_sheet: Sheet, stored_sheet: Sheet) -> list[Difference]:
    """What a person typed against what is stored now, sites included."""
    found = differences(typed, stored)
    if changed_sites(stored_sheet, typed_sheet) == [{"after": site._asdict()} for site in stored_sheet.new_sites]:
        return found
    return [*found, Difference("Plateformes pédagogiques", _told(typed_sheet), _told(stored_sheet))]


def _told(sheet: Sheet) -> str:
    sites = [*sheet.sites.values(), *sheet.new_sites]
    return " ; ".join(f"{site.scheme} : {site.name}, {site.postal_code} {site.city}" for site in sites)
