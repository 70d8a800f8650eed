"""The catalogue as the national administration sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from forprev.catalogue.models import Level, Qualification, QualificationRules, Scheme, Signatory
from forprev.catalogue.models.qualifications import NUMBERS, RELATIONS
from forprev.core.history import Told, told, told_by

ACTIONS = {
    "create_scheme": "Création",
    "change_scheme": "Modification",
    "create_qualification": "Création",
    "change_qualification": "Modification",
    "offered_qualification": "Ouverture",
    "closed_qualification": "Fermeture",
    "create_signatory": "Création",
    "change_signatory": "Modification",
}
LEVEL_ACTIONS = {
    "add_level": "Niveau {} ajouté",
    "change_level": "Niveau {} modifié",
    "remove_level": "Niveau {} retiré",
}
RULES_ACTIONS = {
    "create_qualification": "Règles créées, {}",
    "plan_rules": "Règles prévues {}",
    "change_rules": "Règles modifiées, {}",
    "drop_rules": "Règles abandonnées, {}",
}
SCHEME = {
    "name": "Nom court",
    "title": "Intitulé",
    "site_required": "Plateforme exigée",
    "is_active": "Ouvert aux demandes",
}
QUALIFICATION = {
    "short_label": "Libellé court",
    "title": "Titre",
    "signatory": "Signataire",
    "template": "Modèle",
    "state": "État",
}
SIGNATORY = {"name": "Prénom et nom", "title": "Fonction"}


def schemes() -> QuerySet[Scheme]:
    """All of them with their levels and certificates, in four queries."""
    rules = Prefetch("rules", QualificationRules.objects.order_by("-effective_on"))
    qualifications = Prefetch("qualifications", Qualification.objects.order_by("code").prefetch_related(rules))
    levels = Prefetch("levels", Level.objects.order_by("number").prefetch_related(qualifications))
    return Scheme.objects.order_by("name").prefetch_related(levels)


@dataclass(frozen=True)
class Phase:
    """Rules and when they count: `Passées`, `En vigueur` or `À venir`."""

    rules: QualificationRules
    tone: str
    label: str
    rows: list[Row]


@dataclass(frozen=True)
class Row:
    """One line of a summary (`core/parts/summary_list.html`)."""

    label: str
    value: str


@dataclass(frozen=True)
class Change:
    """One rule that changes."""

    label: str
    before: str
    after: str


def phases(qualification: Qualification, day: date) -> list[Phase]:
    """All rules of a certificate, the latest first, in one query and one a relation."""
    found = []
    in_force = qualification.rules_on(day)
    prefetch_related_objects(qualification.dated_rules, *RELATIONS)
    for rules in qualification.dated_rules:
        if rules.is_to_come:
            look = ("progress", "À venir")
        elif rules.pk == in_force.pk:
            look = ("success", "En vigueur")
        else:
            look = ("neutral", "Passées")
        found.append(Phase(rules, *look, rows_of(rules)))
    return found


def rows_of(rules: QualificationRules) -> list[Row]:
    """What the rules say; what they ask nothing of is left out."""
    values = {**{name: getattr(rules, name) for name in NUMBERS}, **_links(rules)}
    unconfirmed = set(rules.unconfirmed)
    return [
        Row(_label(name), shown + (" (à confirmer)" if name in unconfirmed else ""))
        for name, value in values.items()
        if (shown := _shown(value))
    ]


def changes(before: QualificationRules, values: Mapping[str, Any]) -> list[Change]:
    """What rules of these `values` (of a form) change of those before."""
    was = {**{name: getattr(before, name) for name in NUMBERS}, **_links(before)}
    return [
        Change(_label(name), _shown(value) or "–", _shown(values[name]) or "–")
        for name, value in was.items()
        if _shown(value) != _shown(values[name])
    ]


def _links(rules: QualificationRules) -> dict[str, Iterable[Qualification]]:
    return {name: getattr(rules, name).all() for name in RELATIONS}


def _label(name: str) -> str:
    label = str(QualificationRules._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else ""
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    return ", ".join(sorted(each.short_label for each in value))


def history_of_scheme(scheme: Scheme) -> list[Told]:
    """What happened to it and to its levels, those taken away too, in two queries."""
    labels = {"trainee_kind": "Ses stagiaires deviennent", "inrs_only": "Réservé à l’INRS"}
    levels = _told_of_parts(Level, {"scheme": scheme}, LEVEL_ACTIONS, lambda event: str(event.number), labels)
    return _latest_first(told(scheme, ACTIONS, SCHEME), levels)


def history_of_qualification(qualification: Qualification) -> list[Told]:
    """What happened to it and to its rules, those given up too, in two queries."""

    def since(event: Any) -> str:
        return QualificationRules(effective_on=event.effective_on).since

    labels = {name: _label(name) for name in ("effective_on", *NUMBERS)}
    rules = _told_of_parts(QualificationRules, {"qualification": qualification}, RULES_ACTIONS, since, labels)
    return _latest_first(told(qualification, ACTIONS, QUALIFICATION), rules)


def _told_of_parts(
    model: Any,
    whole: Mapping[str, Any],
    actions: Mapping[str, str],
    name: Callable[[Any], str],
    labels: Mapping[str, str],
) -> list[Told]:
    """What happened to the parts of a whole; what was installed with it goes without saying."""
    events = model.pgh_event_model.objects.filter(**whole).select_related("pgh_context").order_by("pgh_id")
    found: list[Told] = []
    for _, of_one in groupby(sorted(events, key=attrgetter("pgh_obj_id")), attrgetter("pgh_obj_id")):
        events_of_one = list(of_one)
        named = {action: label.format(name(events_of_one[-1])) for action, label in actions.items()}
        found += told_by(events_of_one, named, labels)
    return [each for each in found if each.action != "Installation"]


def _latest_first(*lists: list[Told]) -> list[Told]:
    return sorted((each for found in lists for each in found), key=attrgetter("at"), reverse=True)


def history_of_signatory(signatory: Signatory) -> list[Told]:
    return told(signatory, ACTIONS, SIGNATORY)
