"""Requests for accreditations, as their applicants enter and follow them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bench.pages.asking import Ask, Desk, act, of_one, plain

if TYPE_CHECKING:
    from forprev.accreditation.models import Dossier
    from forprev.catalogue.models import Level
    from forprev.organisations.models import Organisation
    from forprev.people.models import Person

COMMENT = "Voici la pièce demandée."


def lists(desk: Desk) -> Iterator[Ask]:
    yield from plain(
        {
            "accreditation:dossiers_ongoing": "demandes en cours",
            "accreditation:dossiers_awaiting": "demandes à traiter",
            "accreditation:dossiers_closed": "demandes closes",
            "accreditation:new_dossier": "nouvelle demande",
        }
    )
    yield Ask("demande : communes d’un code postal", f"{reverse('accreditation:communes')}?code_postal=26000")


def entry(desk: Desk) -> Iterator[Ask]:
    """Of an entity: a draft entered and sent, one that is to be completed, one that is followed."""
    from forprev.organisations.models import Organisation

    new = reverse("accreditation:new_dossier")
    organisation = Organisation.objects.get(pk=desk.acting.organisation_id)
    level = _level_not_held(organisation)
    if level is None:
        desk.missing |= {"accreditation:dossier_lines": "level that the entity may ask for"}
        return
    yield desk.filled("demande commencée", new, levels=str(level.pk))
    yield from _steps(desk, organisation=organisation, level=level)


def applicant(desk: Desk) -> Iterator[Ask]:
    """Of somebody without a role: its first request, and why it sees nothing else."""
    from forprev.core.dates import today
    from tests.factories.accounts import AccountFactory, browser_of
    from tests.factories.certification import trainer

    late = AccountFactory(person=trainer(expires_on=today() - timedelta(days=30)))
    desk.client = browser_of(late, client=Client(HTTP_HOST="localhost"))
    yield Ask("sans rôle", reverse("accounts:no_role"), statuses=(200, 302))
    yield Ask("sans rôle : pourquoi", reverse("accounts:absence", args=["formateur-expire"]))
    account = AccountFactory()
    desk.client = browser_of(account, client=Client(HTTP_HOST="localhost"))
    yield Ask("candidat : première demande", reverse("accreditation:first_request"))
    named = {"organisation_name": "Atelier Roussel"}
    yield act("candidat : première demande commencée", reverse("accreditation:first_request"), named)
    yield from _steps(desk, person=account.person)
    desk.client = Client(HTTP_HOST="localhost")


def _steps(
    desk: Desk, *, person: Person | None = None, organisation: Organisation | None = None, level: Level | None = None
) -> Iterator[Ask]:
    from forprev.accreditation.dossiers.selectors import demands_of
    from forprev.accreditation.models import DossierState
    from tests.documents import pdf
    from tests.factories.dossiers import entity_dossier, first_request

    levels = ((level.scheme.code, level.number),) if level else ()

    def in_state(state: str) -> Dossier:
        if organisation is None:
            return first_request(person, state)
        return entity_dossier(organisation, state, person=desk.acting.person, levels=levels)

    who = "candidat : " if organisation is None else ""
    draft = in_state(DossierState.DRAFT)
    pages = {
        "accreditation:dossier_entry": "demande, étapes",
        "accreditation:dossier_lines": "demande, habilitations",
        "accreditation:submit_dossier": "demande, vérification",
        "accreditation:discard_dossier": "demande, suppression",
    }
    if organisation is None:
        pages["accreditation:dossier_common"] = "demande, organisme"
    yield from of_one(draft, {name: f"{who}{label}" for name, label in pages.items()})
    for demand in demands_of(draft)[:1]:
        step = reverse("accreditation:dossier_piece", args=[draft.pk, demand.key])
        yield Ask(f"{who}demande, pièce", step)
        document = SimpleUploadedFile("pièce.pdf", pdf(), "application/pdf")
        yield desk.filled(f"{who}demande, pièce envoyée", step, document=document)
    for piece in draft.pieces.all()[:1]:
        yield Ask(f"{who}demande, document", reverse("accreditation:dossier_document", args=[draft.pk, piece.pk]))
        removal = reverse("accreditation:remove_piece", args=[draft.pk, piece.pk])
        yield act(f"{who}demande, pièce retirée", removal, {"version": "1"})
    if organisation is None:
        common = reverse("accreditation:dossier_common", args=[draft.pk])
        yield desk.filled(f"{who}demande, organisme enregistré", common, organisation_name="Atelier Roussel et fils")
    lines = reverse("accreditation:dossier_lines", args=[draft.pk])
    yield desk.filled(f"{who}demande, habilitations enregistrées", lines, levels=None, at=lines)
    sending = reverse("accreditation:submit_dossier", args=[draft.pk])
    yield desk.filled(f"{who}demande transmise", sending, declared="on")
    yield act(f"{who}demande supprimée", reverse("accreditation:discard_dossier", args=[draft.pk]), {"version": "1"})
    if organisation is not None:
        draft.delete()
        back = in_state(DossierState.TO_COMPLETE)
        yield from of_one(back, {"accreditation:complete_dossier": "demande, complément"})
        completion = reverse("accreditation:complete_dossier", args=[back.pk])
        yield desk.filled("demande complétée", completion, comment=COMMENT)
        back.delete()
        sent = in_state(DossierState.SUBMITTED)
        pages = {"accreditation:dossier": "demande suivie", "accreditation:withdraw_dossier": "demande, retrait"}
        yield from of_one(sent, pages)
        following = reverse("accreditation:dossier", args=[sent.pk])
        yield act("demande, message", following, {"text": "Quand me répondrez-vous ?"})
        yield desk.filled("demande retirée", reverse("accreditation:withdraw_dossier", args=[sent.pk]), reason="Erreur")


def _level_not_held(organisation: Organisation) -> Level | None:
    from forprev.accreditation.models import Accreditation
    from forprev.catalogue.models import Level

    held = Accreditation.objects.filter(organisation=organisation).values("level")
    free = Level.objects.select_related("scheme").exclude(pk__in=held).filter(inrs_only=False, number=1)
    return free.filter(scheme__is_active=True).order_by("pk").first()
