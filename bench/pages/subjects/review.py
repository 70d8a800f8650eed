"""Requests as the network reviews them."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from bench.pages.asking import Ask, Desk, act, of_one, plain

COMPLETION, REASON = "Joindre la page 2.", "Le programme ne convient pas."


def queue(desk: Desk) -> Iterator[Ask]:
    """The lists, and the first of what waits."""
    from forprev.accreditation.review.selectors import reviewed_by

    yield from plain({"accreditation:queue": "instruction", "accreditation:queue_all": "toutes les demandes"})
    yield from desk.of(reviewed_by(desk.acting).order_by("-pk"), {"accreditation:review": "demande instruite"})


def reviewed(desk: Desk) -> Iterator[Ask]:
    """A request of the region, in each state that the fund acts from, with all its pieces."""
    from forprev.accreditation.dossiers.selectors import demands_of
    from forprev.accreditation.models import DossierState, PieceState
    from forprev.accreditation.review.forms import PiecesForm
    from tests.factories.accounts import AccountFactory
    from tests.factories.dossiers import first_request

    def address(name: str, *more: int) -> str:
        return reverse(f"accreditation:review{name}", args=[dossier.pk, *more])

    levels = (("SST", 1), ("PRAPIBC", 1))
    dossier = first_request(AccountFactory().person, DossierState.SUBMITTED, levels=levels)
    dossier.fund_id = desk.acting.fund_id
    dossier.save()
    yield Ask("demande transmise, à prendre en charge", address(""))
    yield act("demande prise en charge", address("_take"), {"version": dossier.version})
    desk.done(act("", address("_take"), {"version": dossier.version}))
    dossier.refresh_from_db()
    pages = {
        "accreditation:review": "demande en instruction",
        "accreditation:review_completion": "instruction : complément",
        "accreditation:review_opinion": "instruction : avis",
    }
    yield from of_one(dossier, pages)
    yield Ask("instruction : pièce", address("_piece", dossier.pieces.first().pk))
    version = {"version": dossier.version}
    yield act("instruction : confiée", address("_assign"), version | {"person": desk.acting.person_id})
    yield act("instruction : message", address("_message"), {"message-text": "Bonjour."})
    yield act("instruction : note", address("_note"), {"note-text": "À revoir."})
    form = PiecesForm(dossier=dossier, demands=demands_of(dossier))
    marks = {name: PieceState.CONFORMING for name in form.fields if name.startswith("state-")}
    yield act("instruction : pièces examinées", address("_pieces"), version | marks)
    yield desk.filled("instruction : complément demandé", address("_completion"), text=COMPLETION)
    desk.done(act("", address("_pieces"), version | marks))
    dossier.refresh_from_db()
    given = {"version": dossier.version, "opinion": "favourable", "reason": "Complet.", "confirmed": "1"}
    yield act("instruction : avis rendu", address("_opinion"), given)
    desk.done(act("", address("_opinion"), given))
    dossier.refresh_from_db()
    yield Ask("instruction : renvoi", address("_send_back"), statuses=(200, 409))


def data(desk: Desk) -> Iterator[Ask]:
    """What an entity of the region asks to change."""
    from forprev.organisations.models import Membership
    from tests.factories.dossiers import data_dossier
    from tests.factories.organisations import acting_as_member
    from tests.factories.updating import entity_with_a_request

    of_region = {"organisation__department__fund_id": desk.acting.fund_id, "ended_at": None, "role": "manager"}
    manager = Membership.objects.filter(**of_region).select_related("person", "organisation").order_by("pk")[0]
    entity, change = entity_with_a_request(acting_as_member(manager))
    dossier = data_dossier(change)
    yield from of_one(change, {"organisations:data_change": "actualisation", "organisations:wished_urssaf": "pièce"})
    yield Ask("attestation URSSAF de l’entité", reverse("organisations:urssaf", args=[entity]))
    pages = {
        "accreditation:review": "instruction d’une actualisation",
        "accreditation:review_accept": "actualisation : acceptation",
        "accreditation:review_refuse": "actualisation : refus",
    }
    taken = {"version": dossier.version}
    yield act("actualisation prise en charge", reverse("accreditation:review_take", args=[dossier.pk]), taken)
    desk.done(act("", reverse("accreditation:review_take", args=[dossier.pk]), taken))
    yield from of_one(dossier, pages)
    accept, refuse = (reverse(f"accreditation:review_{each}", args=[dossier.pk]) for each in ("accept", "refuse"))
    yield desk.filled("actualisation acceptée", accept, at=accept)
    yield desk.filled("actualisation refusée", refuse, reason=REASON)
