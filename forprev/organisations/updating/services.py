"""Keeping an entity's data up to date (A21): its manager changes or asks, its regional fund accepts or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pghistory
from django.db.models import QuerySet

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.catalogue.models import Scheme
from forprev.core import dates, history, uploads
from forprev.core.errors import Conflict, DomainError
from forprev.core.text import clean_lines
from forprev.core.uploads import Document, Keep
from forprev.core.workflow import NotAllowed
from forprev.organisations.models import DataChange, Department, Organisation, TrainingSite
from forprev.organisations.selectors import visible_to
from forprev.organisations.updating import signals
from forprev.organisations.updating.communes import department_at
from forprev.organisations.updating.selectors import (
    IMMEDIATE,
    REVIEWED,
    Sheet,
    Site,
    changed_fields,
    changed_sites,
    open_request,
    present,
    requests_visible_to,
    wished,
)
from forprev.organisations.updating.workflow import DATA_CHANGE_WORKFLOW, Action, State

FOLDER = "urssaf"
"""Where the storage keeps the documents."""
REASON_LENGTH = 2000


@dataclass(frozen=True)
class Outcome:
    """What sending the form did: the labels of what changed at once, and what became of the request, if anything did.

    `updated`: the request was open already; `dropped`: nothing is left to ask for.
    """

    immediate: list[str]
    request: DataChange | None = None
    updated: bool = False
    dropped: bool = False


def update_entity(
    acting: Acting, version: int, *, immediate: dict[str, Any], wish: Sheet, urssaf: Document | None = None
) -> Outcome:
    """Write what changes at once, and ask the regional fund for the rest, together or not at all.

    `immediate` has keys of `IMMEDIATE`, `wish` every site that the entity keeps. An entity has one open request: what
    is sent takes its place, with the document of before unless another is sent; nothing left to ask for withdraws it.
    Raises Organisation.DoesNotExist for a role without an entity, NotAllowed for a delegate, Conflict if `version` is
    not the current one, DomainError where the entity cannot become what it wishes to be.
    """
    with uploads.keeping() as keep, history.action(acting, Action.UPDATE.value):
        if acting.role == Role.DELEGATE:
            raise NotAllowed("Seul un gestionnaire actualise les informations de l’entité.")
        organisation = _hold(visible_to(acting).filter(pk=acting.organisation_id))
        if organisation.version != version:
            raise Conflict()
        changed = [name for name, value in immediate.items() if getattr(organisation, name) != value]
        for name in changed:
            setattr(organisation, name, immediate[name])
        outcome = _ask(organisation, acting, wish, urssaf, keep, [IMMEDIATE[name] for name in changed])
        if outcome.immediate or outcome.request:
            _save(organisation)
    return outcome


def _ask(
    organisation: Organisation,
    acting: Acting,
    wish: Sheet,
    urssaf: Document | None,
    keep: Keep,
    immediate: list[str],
) -> Outcome:
    """Open, update or withdraw the request of the entity, in the transaction under way; the history tells of both."""
    now, request = present(organisation), open_request(organisation)
    updated = request is not None
    request = request or DataChange(organisation=organisation)
    before = (request.fields, request.sites, request.urssaf_digest)
    request.fields, request.sites = changed_fields(now, wish), changed_sites(now, wish)
    _refuse_impossible(organisation, request.fields, wish)
    if urssaf is not None and urssaf.digest != request.urssaf_digest:
        uploads.discard(request.urssaf)
        _set_urssaf(request, urssaf if urssaf.digest != organisation.urssaf_digest else None, keep)
    if request.urssaf:
        request.fields["urssaf"] = [organisation.urssaf_name, request.urssaf_name]
    if (request.fields, request.sites, request.urssaf_digest) == before:
        pghistory.context(immediate=immediate, reviewed=[])
        return Outcome(immediate)
    if not request.fields and not request.sites:
        request.fields, request.sites = before[:2]
        pghistory.context(immediate=immediate, reviewed=["demande retirée"])
        _close(request, acting, Action.DROP)
        return Outcome(immediate, request, updated, dropped=True)
    request.sent_by, request.sent_at = acting.person, dates.now()
    request.save()
    signals.data_change_sent.send(DataChange, request=request, acting=acting)
    reviewed = [REVIEWED[name] for name in REVIEWED if name in request.fields]
    pghistory.context(immediate=immediate, reviewed=reviewed + ["Plateformes pédagogiques"] * bool(request.sites))
    return Outcome(immediate, request, updated)


def _refuse_impossible(organisation: Organisation, fields: dict[str, list[str]], wish: Sheet) -> None:
    """DomainError for the SIRET of another entity, or an address that is no regional fund's."""
    if "siret" in fields and Organisation.objects.filter(siret=wish.data["siret"]).exclude(pk=organisation.pk).exists():
        raise DomainError("Ce SIRET est déjà celui d’une autre entité.", code="siret_taken", field="siret")
    if {"postal_code", "city"} & fields.keys():
        _department(wish.data["postal_code"], wish.data["city"])


def _department(postal_code: str, city: str) -> Department:
    department = Department.objects.filter(pk=department_at(postal_code, city)).first()
    if department is None:
        raise DomainError(
            "Ce code postal n’est du ressort d’aucune caisse : prenez contact avec l’assistance.",
            code="no_fund",
            field="postal_code",
        )
    return department


def drop_data_change(request_id: int, acting: Acting) -> DataChange:
    """The manager takes the open request back, and its document goes; twice is once.

    Raises DataChange.DoesNotExist for another entity's, NotAllowed for a delegate or once the fund has answered.
    """
    with history.action(acting, Action.DROP.value):
        request = _find(request_id, acting)
        if request.state != State.DROPPED:
            _close(request, acting, Action.DROP)
            _save(request.organisation)
    return request


def apply_data_change(request_id: int, acting: Acting) -> DataChange:
    """Give the entity what it asked for: its data, its document, its training sites.

    Raises DataChange.DoesNotExist for one of another region, NotAllowed once it is answered or withdrawn, DomainError
    where the entity cannot have it any more.
    """
    with history.action(acting, Action.APPLY.value):
        request = _find(request_id, acting)
        organisation = request.organisation
        wish = wished(present(organisation), request)
        _refuse_impossible(organisation, request.fields, wish)
        _close(request, acting, Action.APPLY)
        for name, value in wish.data.items():
            setattr(organisation, name, value)
        if {"postal_code", "city"} & request.fields.keys():
            organisation.department = _department(organisation.postal_code, organisation.city)
        if request.urssaf:
            _give_urssaf(request, organisation)
        _apply_to_sites(organisation, request.sites)
        request.save()
        _save(organisation)
    return request


def refuse_data_change(request_id: int, acting: Acting, reason: str) -> DataChange:
    """Answer no, with the reason that the entity is told; its data stays as it is. Raises as `apply_data_change`."""
    reason = clean_lines(reason)
    if not reason:
        raise DomainError("Le motif doit être renseigné.", code="reason_missing", field="reason")
    if len(reason) > REASON_LENGTH:
        raise DomainError(f"Ce texte ne peut pas dépasser {REASON_LENGTH} caractères.", code="too_long", field="reason")
    with history.action(acting, Action.REFUSE.value, comment=reason):
        request = _find(request_id, acting)
        request.reason = reason
        _close(request, acting, Action.REFUSE)
        _save(request.organisation)
    return request


def _hold(organisations: QuerySet[Organisation]) -> Organisation:
    """The one entity of these, locked: whatever is asked or answered for an entity comes one at a time."""
    return Organisation.objects.select_for_update(no_key=True).get(pk__in=organisations.values("pk"))


def _find(request_id: int, acting: Acting) -> DataChange:
    """The request if the actor sees it, as it is once its entity is locked."""
    visible = requests_visible_to(acting)
    organisation = _hold(visible_to(acting).filter(pk=visible.get(pk=request_id).organisation_id))
    request = DataChange.objects.get(pk=request_id)
    request.organisation = organisation
    return request


def _close(request: DataChange, acting: Acting, action: Action) -> None:
    """Write the end of a request, if the workflow allows it to the actor; the document of one withdrawn goes."""
    request.state = str(DATA_CHANGE_WORKFLOW.check(action, request.state, acting.role).target)
    request.closed_by, request.closed_at = acting.person, dates.now()
    if action == Action.DROP:
        uploads.discard(request.urssaf)
        _set_urssaf(request, None)
    request.save()
    if action == Action.DROP:
        signals.data_change_dropped.send(DataChange, request=request, acting=acting)


def _save(organisation: Organisation) -> None:
    organisation.version += 1
    organisation.save()


def _set_urssaf(request: DataChange, document: Document | None, keep: Keep | None = None) -> None:
    request.urssaf = keep(document, FOLDER) if document and keep else ""
    request.urssaf_name = document.name if document else ""
    request.urssaf_type = document.content_type if document else ""
    request.urssaf_digest = document.digest if document else ""


def _give_urssaf(request: DataChange, organisation: Organisation) -> None:
    """The document becomes the entity's, and the one that it replaces goes."""
    uploads.discard(organisation.urssaf)
    for name in ("urssaf", "urssaf_name", "urssaf_type", "urssaf_digest"):
        setattr(organisation, name, getattr(request, name))
        setattr(request, name, "")


def _apply_to_sites(organisation: Organisation, changes: list[dict[str, Any]]) -> None:
    """One withdrawn stays for the sessions that it served, out of use."""
    schemes = Scheme.objects.in_bulk(field_name="code")
    declared = organisation.sites.in_bulk([change["site"] for change in changes if "site" in change])
    for change in changes:
        site = declared[change["site"]] if "site" in change else TrainingSite(organisation=organisation)
        if "after" in change:
            values = Site(**change["after"])
            site.scheme, site.name = schemes[values.scheme], values.name
            site.postal_code, site.city = values.postal_code, values.city
        else:
            site.is_active = False
        site.save()
