"""What accreditations hold on a person: what is delegated to it, what it asked for."""

from __future__ import annotations

from collections.abc import Iterable

from forprev.accreditation.models import Delegation, Dossier, DossierMessage
from forprev.people.models import Person
from forprev.people.personal_data import Section, holds_data_on, section


@holds_data_on
def accreditations(person: Person) -> Iterable[Section]:
    delegations = Delegation.objects.filter(membership__person=person).order_by("pk")
    yield section(
        "delegations",
        "Habilitations rattachées à vos rôles de délégataire",
        {"accreditation": "Numéro", "organisation": "Entité"},
        delegations.values_list("accreditation__number", "membership__organisation__name"),
    )
    yield section(
        "dossiers",
        "Demandes d’habilitation",
        {"organisation_name": "Entité", "state": "État", "submitted_on": "Transmise le", "created_at": "Commencée le"},
        [
            [dossier.organisation_name, dossier.get_state_display(), dossier.submitted_on, dossier.created_at]
            for dossier in person.dossiers.order_by("created_at")
        ],
    )
    yield section(
        "dossier_messages",
        "Vos messages au sujet d’une demande",
        {"dossier": "Demande", "written_at": "Écrit le", "text": "Message"},
        [
            [str(message.dossier), message.written_at, message.text]
            for message in DossierMessage.objects.filter(author=person).select_related("dossier")
        ],
    )
    yield section(
        "dossiers_assigned",
        "Demandes qui vous sont confiées",
        {"dossier": "Demande", "organisation_name": "Entité"},
        Dossier.objects.filter(assigned_to=person).order_by("pk").values_list("number", "organisation_name"),
    )
