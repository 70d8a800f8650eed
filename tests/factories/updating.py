"""What entities ask to change, sent as their managers send it."""

from __future__ import annotations

from typing import Any

from forprev.accounts.acting import Acting
from forprev.core.uploads import Document
from forprev.organisations.models import DataChange, Organisation
from forprev.organisations.updating.selectors import Sheet, Site, open_request, present, wished
from forprev.organisations.updating.services import Outcome, apply_data_change, update_entity
from tests.documents import pdf
from tests.factories.organisations import acting_officer


def certificate(name: str = "Attestation.pdf", pages: int = 1) -> Document:
    """An attestation URSSAF; another document for another number of pages."""
    return Document(name, "application/pdf", pdf(pages=pages))


def send(
    acting: Acting,
    *,
    immediate: dict[str, Any] | None = None,
    urssaf: Document | None = None,
    sites: dict[int, Site] | None = None,
    new_sites: tuple[Site, ...] | None = None,
    **data: str,
) -> Outcome:
    """What the form sends when only these were changed from what it shows: the open request over the entity."""
    organisation = Organisation.objects.get(pk=acting.organisation_id)
    shown = wished(present(organisation), open_request(organisation))
    wish = Sheet(
        shown.data | data,
        shown.sites if sites is None else sites,
        shown.new_sites if new_sites is None else new_sites,
    )
    return update_entity(acting, organisation.version, immediate=immediate or {}, wish=wish, urssaf=urssaf)


def asked_of_the_fund(acting: Acting, **changes: Any) -> DataChange:
    """The open request after sending these; another name without any."""
    request = send(acting, **(changes or {"name": "Ville de Vanves"})).request
    assert request is not None
    return request


def officer_of(entity: Organisation) -> Acting:
    return acting_officer(entity.department.fund)


def entity_with_a_request(manager: Acting) -> tuple[int, DataChange]:
    """The entity has a certificate, and asks for another name and certificate; its id, and the request."""
    entity = Organisation.objects.get(pk=manager.organisation_id)
    apply_data_change(asked_of_the_fund(manager, urssaf=certificate()).pk, officer_of(entity))
    return entity.pk, asked_of_the_fund(manager, name="Autre nom", urssaf=certificate("Nouvelle.pdf", pages=2))
