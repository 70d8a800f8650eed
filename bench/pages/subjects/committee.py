"""The meetings of the national committee."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse

from bench.pages.asking import Ask, Desk, act, of_one, plain

if TYPE_CHECKING:
    from forprev.accreditation.models import Dossier

AGENDA = 20
"""Dossiers of the meeting made here."""


def meetings(desk: Desk) -> Iterator[Ask]:
    from forprev.accreditation.committee.selectors import visible_to
    from forprev.accreditation.models import DossierState
    from forprev.organisations.models import Organisation
    from tests.factories.dossiers import entity_dossier, meeting

    yield from plain({"accreditation:meetings": "commissions", "accreditation:plan_meeting": "nouvelle commission"})
    yield desk.filled("commission prévue", reverse("accreditation:plan_meeting"), held_on="04/05/2027")
    latest = visible_to(desk.acting).filter(state="closed").order_by("-held_on")
    closed = {"accreditation:meeting": "commission close", "accreditation:minutes": "procès-verbal"}
    yield from desk.of(latest, closed)
    held = meeting(0)
    places = Organisation.objects.order_by("pk")[:AGENDA]
    dossiers = [entity_dossier(place, DossierState.AWAITING_DECISION) for place in places]
    for rank, dossier in enumerate(dossiers, 1):
        dossier.meeting, dossier.agenda_rank = held, rank
        dossier.save()
    waiting = entity_dossier(places[0], DossierState.OPINION_GIVEN, levels=(("PRAPIBC", 1),))
    pages = {
        "accreditation:meeting": "commission",
        "accreditation:schedule": "commission : inscrire",
        "accreditation:sitting": "commission : séance",
        "accreditation:close_meeting": "commission : clôture",
    }
    yield from of_one(held, pages)
    yield act("demande inscrite", reverse("accreditation:schedule", args=[held.pk]), {"dossier": waiting.pk})
    second = [held.pk, dossiers[1].pk]
    yield act("demande montée", reverse("accreditation:move", args=second), {"sens": "monter"})
    yield act("demande retirée de l’ordre du jour", reverse("accreditation:unschedule", args=second), {})
    sitting = reverse("accreditation:sitting", args=[held.pk])
    decided = _decisions(dossiers)
    yield act("décisions enregistrées", sitting, decided)
    desk.done(act("", sitting, decided))
    closing = reverse("accreditation:close_meeting", args=[held.pk])
    close = desk.filled("commission close", closing, attendance="Mme Petit, M. Morel")
    yield close
    desk.done(close)
    yield from of_one(held, {"accreditation:minutes": "procès-verbal de vingt demandes"})


def _decisions(dossiers: list[Dossier]) -> dict[str, object]:
    page: dict[str, object] = {"dossier": [dossier.pk for dossier in dossiers]}
    for dossier in dossiers:
        prefix = f"d{dossier.pk}"
        page |= {f"{prefix}-version": dossier.version, f"{prefix}-verdict": "accept", f"{prefix}-reason": ""}
        page |= {f"{prefix}-line_{line.pk}": "granted" for line in dossier.lines.all()}
    return page
