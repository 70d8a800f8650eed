"""The entity: what it is, what it is accredited for, what it asks to change."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from bench.pages.asking import Ask, Desk, act, of_one, plain

FIGURES = ("certificat", "formateur")


def seen(desk: Desk) -> Iterator[Ask]:
    """By its manager and its delegates."""
    from forprev.accreditation.selectors import visible_to

    yield from plain(
        {
            "organisations:entity": "entité",
            "accreditation:active": "habilitations",
            "accreditation:missing": "habilitation manquante",
            "network:figures": "chiffres",
        }
    )
    for grouping in FIGURES:
        yield Ask(f"chiffres par {grouping}", f"{reverse('network:figures')}?par={grouping}")
    held = visible_to(desk.acting).order_by("-ends_on", "pk")
    yield from desk.of(held, {"accreditation:detail": "habilitation"})


def sheet(desk: Desk) -> Iterator[Ask]:
    """With what only its manager changes."""
    from tests.factories.updating import entity_with_a_request

    yield from seen(desk)
    address = reverse("organisations:update")
    yield Ask("entité : actualiser", address)
    yield Ask("entité : communes d’un code postal", f"{reverse('organisations:communes')}?code_postal=26000")
    yield desk.filled("entité : signataire changé", address, at=address, signatory_name="ROSSET Marie")
    yield desk.filled("entité : changement demandé", address, at=address, name="Autre raison sociale")
    entity, change = entity_with_a_request(desk.acting)
    yield Ask("entité : attestation URSSAF", reverse("organisations:urssaf", args=[entity]))
    pages = {
        "organisations:data_change": "actualisation demandée",
        "organisations:wished_urssaf": "actualisation demandée : attestation",
        "organisations:drop_data_change": "actualisation : retrait",
    }
    yield from of_one(change, pages)
    yield act("actualisation retirée", reverse("organisations:drop_data_change", args=[change.pk]), {})
