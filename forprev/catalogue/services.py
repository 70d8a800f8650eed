"""What the national administration changes of the catalogue: nobody else does (B46)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.db.models import ProtectedError

from forprev.accounts.acting import Acting
from forprev.catalogue.models import (
    ORIGIN,
    CertificateTemplate,
    Level,
    PaperState,
    Qualification,
    QualificationRules,
    QualificationState,
    Scheme,
    Signatory,
)
from forprev.catalogue.models.qualifications import NUMBERS, RELATIONS
from forprev.core.dates import french, today
from forprev.core.errors import Conflict, DomainError, unless_taken
from forprev.core.history import action

Row = TypeVar("Row", Scheme, Level, Qualification, QualificationRules, Signatory)

SCHEME_FIELDS = ("name", "title", "site_required", "is_active")
QUALIFICATION_FIELDS = ("short_label", "title", "signatory", "template")


def create_scheme(acting: Acting, values: Mapping[str, Any]) -> Scheme:
    """Closed to requests until it is opened: it has nothing to be asked for yet. DomainError if its name is taken."""
    with unless_taken(TAKEN), action(acting, "create_scheme"):
        kept = {name: values[name] for name in SCHEME_FIELDS if name != "is_active"}
        return Scheme.objects.create(code=values["code"], is_active=False, **kept)


def change_scheme(pk: int, acting: Acting, version: int, values: Mapping[str, Any]) -> Scheme:
    """Its code stays: accreditation numbers bear it. DomainError to open one of which nothing can be certified."""
    with unless_taken(TAKEN), action(acting, "change_scheme"):
        scheme = _held(Scheme, pk, version)
        offered = Qualification.objects.filter(level__scheme=scheme, state=QualificationState.OPEN)
        if values["is_active"] and not offered.exists():
            message = "Ouvrez d’abord un certificat de ce dispositif : sans lui, rien ne peut y être délivré."
            raise DomainError(message, code="nothing_open", field="is_active")
        return _write(scheme, SCHEME_FIELDS, values)


def add_level(scheme: Scheme, acting: Acting, number: int, trainee_kind: str, *, inrs_only: bool) -> Level:
    """A level of a scheme; DomainError if it has it already."""
    with action(acting, "add_level"):
        level, made = Level.objects.get_or_create(
            scheme=scheme, number=number, defaults={"trainee_kind": trainee_kind, "inrs_only": inrs_only}
        )
    if not made:
        raise DomainError(f"Le niveau {number} existe déjà.", code="taken", field="number")
    return level


def change_level(pk: int, acting: Acting, version: int, values: Mapping[str, Any]) -> Level:
    """DomainError to change what becomes of trainees once a certificate was open: some are what it made of them."""
    with action(acting, "change_level"):
        level = _held(Level, pk, version)
        opened = level.qualifications.exclude(state=QualificationState.PREPARED)
        if values["trainee_kind"] != level.trainee_kind and opened.exists():
            message = "Un certificat de ce niveau a déjà été ouvert : ce que deviennent ses stagiaires ne change plus."
            raise DomainError(message, code="in_use", field="trainee_kind")
        return _write(level, ("trainee_kind", "inrs_only"), values)


def remove_level(pk: int, acting: Acting) -> None:
    """DomainError if something depends on it: a certificate, an accreditation, a request."""
    try:
        with action(acting, "remove_level"):
            Level.objects.get(pk=pk).delete()
    except ProtectedError as error:
        message = "Des certificats, des habilitations ou des demandes dépendent de ce niveau : il ne peut être retiré."
        raise DomainError(message, code="in_use") from error


def create_qualification(
    level: Level, acting: Acting, values: Mapping[str, Any], rules: Mapping[str, Any]
) -> Qualification:
    """In preparation, with rules that hold since ever. DomainError if its code or label is taken."""
    with unless_taken(TAKEN), action(acting, "create_qualification"):
        kept = {name: values[name] for name in QUALIFICATION_FIELDS}
        qualification = Qualification.objects.create(level=level, code=values["code"], **kept)
        _create_rules(qualification, ORIGIN, rules)
    return qualification


def change_qualification(pk: int, acting: Acting, version: int, values: Mapping[str, Any]) -> Qualification:
    """What counts from now on for every certificate generated. Conflict if somebody changed it since `version`."""
    with unless_taken(TAKEN), action(acting, "change_qualification"):
        qualification = _held(Qualification, pk, version)
        if qualification.state != QualificationState.PREPARED:
            _check_paper(values["template"], field="template")
        qualification.unconfirmed = []
        return _write(qualification, (*QUALIFICATION_FIELDS, "unconfirmed"), {**values, "unconfirmed": []})


def move_qualification(pk: int, acting: Acting, version: int, state: QualificationState) -> Qualification:
    """Open it to sessions, or close it. DomainError to open what nobody may teach, or what has no paper (B22, B46)."""
    with action(acting, f"{state}_qualification"):
        qualification = _held(Qualification, pk, version)
        if state == QualificationState.OPEN:
            _check_that_it_can_open(qualification)
        return _write(qualification, ("state",), {"state": state})


def _check_that_it_can_open(qualification: Qualification) -> None:
    if not qualification.rules_on(today()).taught_by.exists():
        message = "Dites d’abord quel certificat qualifie ses formateurs : personne ne pourrait animer ses sessions."
        raise DomainError(message, code="B22")
    _check_paper(qualification.template)


def _check_paper(template: CertificateTemplate, field: str | None = None) -> None:
    if not template.versions.filter(state=PaperState.PUBLISHED).exists():
        message = f"Publiez d’abord une version du modèle « {template} » : il n’en a aucune."
        raise DomainError(message, code="B46", field=field)


def plan_rules(
    qualification: Qualification, acting: Acting, effective_on: date, values: Mapping[str, Any]
) -> QualificationRules:
    """Rules for the sessions that end on `effective_on` or later (B20): tomorrow at the earliest, once a day."""
    _check_day(effective_on)
    with unless_taken(TAKEN), action(acting, "plan_rules"):
        return _create_rules(qualification, effective_on, values)


def change_rules(
    pk: int, acting: Acting, version: int, effective_on: date | None, values: Mapping[str, Any]
) -> QualificationRules:
    """Rules that no session obeyed yet; `effective_on` is None for those since ever of what is in preparation.

    DomainError for those in force, which never change; Conflict if somebody changed them since `version`.
    """
    with unless_taken(TAKEN), action(acting, "change_rules"):
        rules = _held(QualificationRules, pk, version)
        _check_open(rules)
        if rules.effective_on != ORIGIN and effective_on is not None:
            _check_day(effective_on)
            rules.effective_on = effective_on
        rules = _write(rules, NUMBERS, values)
        _link(rules, values)
    return rules


def drop_rules(pk: int, acting: Acting) -> None:
    """Give up rules to come. DomainError for those in force or since ever."""
    with action(acting, "drop_rules"):
        rules = QualificationRules.objects.select_for_update().get(pk=pk)
        if not rules.is_to_come:
            raise _in_force()
        rules.delete()


def create_signatory(acting: Acting, name: str, title: str) -> Signatory:
    with action(acting, "create_signatory"):
        return Signatory.objects.create(name=name, title=title)


def change_signatory(pk: int, acting: Acting, version: int, name: str, title: str) -> Signatory:
    """Certificates generated from now on bear it; those that exist keep what they say (B46)."""
    with action(acting, "change_signatory"):
        return _write(_held(Signatory, pk, version), ("name", "title"), {"name": name, "title": title})


def _create_rules(qualification: Qualification, effective_on: date, values: Mapping[str, Any]) -> QualificationRules:
    numbers = {name: values[name] for name in NUMBERS}
    rules = QualificationRules.objects.create(qualification=qualification, effective_on=effective_on, **numbers)
    _link(rules, values)
    return rules


def _link(rules: QualificationRules, values: Mapping[str, Any]) -> None:
    if rules.qualification.state != QualificationState.PREPARED and not values["taught_by"]:
        message = "Dites quel certificat qualifie ses formateurs : personne ne pourrait animer ses sessions."
        raise DomainError(message, code="B22", field="taught_by")
    if early := [each.short_label for each in values["renews"] if each.state == QualificationState.PREPARED]:
        message = f"Ouvrez d’abord {', '.join(early)} : rien n’est délivré de ce qui est en préparation."
        raise DomainError(message, code="prepared", field="renews")
    for relation in RELATIONS:
        getattr(rules, relation).set(values[relation])


def _check_day(effective_on: date) -> None:
    if effective_on <= today():
        message = f"Des règles ne valent que pour l’avenir : choisissez un jour après le {french(today())}."
        raise DomainError(message, code="past", field="effective_on")


def _check_open(rules: QualificationRules) -> None:
    prepared = rules.qualification.state == QualificationState.PREPARED
    if not (rules.is_to_come or (prepared and rules.effective_on == ORIGIN)):
        raise _in_force()


def _in_force() -> DomainError:
    message = "Ces règles sont en vigueur : des sessions en dépendent. Prévoyez de nouvelles règles pour l’avenir."
    return DomainError(message, code="in_force")


TAKEN = {
    "one_set_of_rules_a_day": ("effective_on", "D’autres règles sont déjà prévues à partir de ce jour."),
    "catalogue_scheme_code_key": ("code", "Un autre dispositif a déjà ce code."),
    "catalogue_scheme_name_key": ("name", "Un autre dispositif a déjà ce nom."),
    "catalogue_qualification_code_key": ("code", "Un autre certificat a déjà ce code."),
    "catalogue_qualification_short_label_key": ("short_label", "Un autre certificat a déjà ce libellé."),
}
"""What the database refuses, by constraint: the field, and what to say beside it."""


def _held(model: type[Row], pk: int, version: int) -> Row:
    row = model.objects.select_for_update(no_key=True).get(pk=pk)
    if row.version != version:
        raise Conflict
    return row


def _write(row: Row, fields: tuple[str, ...], values: Mapping[str, Any]) -> Row:
    for name in fields:
        setattr(row, name, values[name])
    row.version += 1
    row.save()
    return row
