"""Reading what an entity is, what it asks to change, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.catalogue.models import Scheme
from forprev.core.text import normalise
from forprev.organisations.models import DataChange, Organisation, OrganisationKind, Regime, TrainingSite
from forprev.organisations.selectors import visible_to
from forprev.organisations.updating.workflow import Action, State

REVIEWED = {
    "name": "Raison sociale",
    "kind": "Type",
    "regime": "Régime",
    "address": "Adresse",
    "postal_code": "Code postal",
    "city": "Commune",
    "siret": "SIRET",
    "nda": "Numéro de déclaration d’activité",
    "activities": "Activités",
    "urssaf": "Attestation URSSAF",
}
"""What the regional fund reviews, beside the training sites, and how the screens call it."""
IMMEDIATE = {
    "signatory_name": "Nom du signataire",
    "signatory_title": "Fonction du signataire",
    "published": "Diffusion sur le site web de l’INRS",
}
"""What changes at once."""
DATA = tuple(name for name in REVIEWED if name != "urssaf")
CHOICES = {"kind": dict(OrganisationKind.choices), "regime": dict(Regime.choices)}


class Site(NamedTuple):
    """A plateforme pédagogique as an entity declares it; `scheme` is a code."""

    scheme: str
    name: str
    postal_code: str
    city: str


@dataclass(frozen=True)
class Sheet:
    """What the regional fund reviews of an entity: as it is, or as the entity wishes it to be.

    `data` has the keys of `DATA`; `sites` those in use by their id, `new_sites` those to declare.
    """

    data: dict[str, str]
    sites: dict[int, Site]
    new_sites: tuple[Site, ...] = ()


def requests_visible_to(acting: Acting) -> QuerySet[DataChange]:
    """Those of the entities that the actor sees; `urssaf_visible_to` says who may fetch the documents."""
    return DataChange.objects.filter(organisation__in=visible_to(acting)).select_related("organisation", "sent_by")


def urssaf_visible_to(acting: Acting) -> QuerySet[Organisation]:
    """The entities whose attestation URSSAF the actor may fetch: its own, or those of its region."""
    if acting.role not in (Role.MANAGER, Role.DELEGATE, Role.FUND_OFFICER):
        return Organisation.objects.none()
    return visible_to(acting)


def open_request(organisation: Organisation) -> DataChange | None:
    """What the entity waits for."""
    return organisation.data_changes.filter(state=State.OPEN).select_related("sent_by").first()


def open_requests(acting: Acting) -> QuerySet[DataChange]:
    """`Demandes`, `En cours`: those that wait, the latest sent first."""
    return requests_visible_to(acting).filter(state=State.OPEN).order_by("-sent_at", "-pk")


def present(organisation: Organisation) -> Sheet:
    """The entity as it is, in one query."""
    sites = organisation.sites.filter(is_active=True).select_related("scheme").order_by("scheme__name", "name", "pk")
    return Sheet({name: getattr(organisation, name) for name in DATA}, {site.pk: _values(site) for site in sites})


def _values(site: TrainingSite) -> Site:
    return Site(site.scheme.code, site.name, site.postal_code, site.city)


def wished(now: Sheet, request: DataChange | None) -> Sheet:
    """The entity as it would be if `request` were accepted."""
    if request is None:
        return now
    changed = {name: after for name, (_, after) in request.fields.items() if name in DATA}
    sites, new_sites = dict(now.sites), []
    for change in request.sites:
        after = change.get("after")
        if "site" not in change:
            new_sites.append(Site(**after))
        elif after is None:
            sites.pop(change["site"], None)
        else:
            sites[change["site"]] = Site(**after)
    return Sheet(now.data | changed, sites, tuple(new_sites))


def changed_fields(now: Sheet, wish: Sheet) -> dict[str, list[str]]:
    """The `fields` of a request that makes `wish` of `now`; a commune spelt otherwise is the same commune."""
    before, after = (sheet.data | {"city": normalise(sheet.data["city"])} for sheet in (now, wish))
    return {name: [now.data[name], wish.data[name]] for name in DATA if before[name] != after[name]}


def changed_sites(now: Sheet, wish: Sheet) -> list[dict[str, Any]]:
    """The `sites` of a request that makes `wish` of `now`."""
    changes: list[dict[str, Any]] = []
    for pk, before in now.sites.items():
        after = wish.sites.get(pk)
        if after is None:
            changes.append({"site": pk, "before": before._asdict()})
        elif _spelt_alike(after) != _spelt_alike(before):
            changes.append({"site": pk, "before": before._asdict(), "after": after._asdict()})
    return changes + [{"after": site._asdict()} for site in wish.new_sites]


def _spelt_alike(site: Site) -> Site:
    return site._replace(city=normalise(site.city))


class Change(NamedTuple):
    """One line of a request, as the screen writes it; `before` is empty for what is added, `after` for what goes."""

    label: str
    before: str
    after: str


def changes_of(request: DataChange) -> list[Change]:
    """What a request changes, side by side, in one query."""
    return [*_fields(request), *_sites(request)]


def _fields(request: DataChange) -> Iterator[Change]:
    for name, label in REVIEWED.items():
        if name in request.fields:
            before, after = (str(CHOICES.get(name, {}).get(value, value)) for value in request.fields[name])
            yield Change(label, before, after)


def _sites(request: DataChange) -> Iterator[Change]:
    schemes = dict(Scheme.objects.values_list("code", "name")) if request.sites else {}
    for change in request.sites:
        before, after = (_told(change.get(side), schemes) for side in ("before", "after"))
        label = "Plateforme pédagogique" if before and after else f"Plateforme {'ajoutée' if after else 'retirée'}"
        yield Change(label, before, after)


def _told(values: dict[str, str] | None, schemes: dict[str, str]) -> str:
    """`Catec : Bassin nord, 92170 Vanves`."""
    if not values:
        return ""
    site = Site(**values)
    scheme = schemes.get(site.scheme, site.scheme)
    return f"{scheme}\N{NO-BREAK SPACE}: {site.name}, {site.postal_code} {site.city}"


@dataclass(frozen=True)
class Event:
    """One action of one actor on an entity; `comment` says what it touched, or what the actor said."""

    at: datetime
    actor: str
    role: str
    action: str
    comment: str
    before: str = ""
    after: str = ""


def history_of(organisation: Organisation) -> list[Event]:
    """What happened to the data of an entity, the latest first, in one query."""
    events = []
    rows = organisation.events.select_related("pgh_context").order_by("pgh_id")  # type: ignore[attr-defined]
    for rank, row in enumerate(rows):
        context = row.pgh_context.metadata if row.pgh_context else {}
        action = context.get("action", "")
        known = str(Action(action).label) if action in Action.values else "Entité modifiée"
        events.append(
            Event(
                at=row.pgh_created_at,
                actor=context.get("actor", ""),
                role=context.get("role", ""),
                action=known if rank else "Entité enregistrée",
                comment=context.get("comment", "") or _effects(context),
            )
        )
    return events[::-1]


def _effects(context: dict[str, Any]) -> str:
    """`Effet immédiat : Nom du signataire`, `Soumis à instruction : SIRET, Adresse`, a line each."""
    told = (("Effet immédiat", context.get("immediate")), ("Soumis à instruction", context.get("reviewed")))
    return "\n".join(f"{when}\N{NO-BREAK SPACE}: {', '.join(labels)}" for when, labels in told if labels)
