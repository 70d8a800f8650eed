"""What an entity sent to have its data up to date: an attestation URSSAF accepted, a request that waits (A21)."""

from __future__ import annotations

from pathlib import Path

from forprev.accounts.acting import Acting
from forprev.accreditation.models import Dossier
from forprev.accreditation.review.services import accept_data, take
from forprev.core.documents import compile_pdf
from forprev.core.uploads import PDF, Document
from forprev.organisations.models import Organisation
from forprev.organisations.updating.selectors import Sheet, Site, present
from forprev.organisations.updating.services import update_entity

URSSAF = Path(__file__).parent / "documents" / "urssaf.typ"


def update_in_turn(manager: Acting, officer: Acting) -> None:
    """The manager has an attestation accepted by the officer, then moves and declares a platform."""
    organisation = Organisation.objects.get(pk=manager.organisation_id)
    content = compile_pdf(URSSAF, {"name": organisation.name, "siret": organisation.siret})
    document = Document("Attestation de vigilance.pdf", PDF.content_type, content)
    sent = update_entity(manager, organisation.version, immediate={}, wish=present(organisation), urssaf=document)
    if sent.request:
        dossier = take(Dossier.objects.get(data_change=sent.request).pk, officer, version=1)
        accept_data(dossier.pk, officer, dossier.version)
    organisation.refresh_from_db()
    now = present(organisation)
    wish = Sheet(
        now.data | {"address": "12 allée des Tilleuls"},
        now.sites,
        (Site("Catec", "Chambre de tirage des Tilleuls", "92170", "Vanves"),),
    )
    update_entity(manager, organisation.version, immediate={}, wish=wish)
