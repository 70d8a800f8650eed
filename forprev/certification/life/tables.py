"""The list of the certificates delivered."""

from __future__ import annotations

from collections.abc import Iterable

import django_tables2 as tables

from forprev.catalogue.models import Qualification
from forprev.certification.models import Certificate, CertificateState
from forprev.core.dates import today
from forprev.core.lists import Beginning, Choice, Criterion, Date, DateColumn, ListScreen, Noun
from forprev.core.templatetags.ui import status_badge
from forprev.core.text import normalise


class CertificateTable(tables.Table):
    numero = tables.Column("Numéro", accessor="number", linkify=("certification:certificate", {"pk": tables.A("pk")}))
    titulaire = tables.Column("Titulaire", accessor="holder", order_by=("holder_last_name", "holder_first_name"))
    forprev = tables.Column("N° Forprev", accessor="holder_number", orderable=False)
    qualification = tables.Column("Certificat", accessor="qualification__short_label", orderable=False)
    delivre = DateColumn("Date de délivrance", accessor="issued_on")
    fin = DateColumn("Date de fin de validité", accessor="expires_on")
    etat = tables.Column("État", accessor="state_now", orderable=False)

    def render_etat(self, record: Certificate) -> str:
        state = record.state_on(today())
        return status_badge(state, state.label)

    def value_etat(self, record: Certificate) -> str:
        return str(record.state_on(today()).label)


def _qualifications() -> Iterable[tuple[int, str]]:
    return Qualification.objects.values_list("pk", "short_label").order_by("short_label")


class CertificateList(ListScreen):
    """Sorted by what has an index; criteria on people are personal.

    Millions of rows, of which few are looked for: more than 5,000 are not counted.
    """

    noun = Noun("certificat", "certificats")
    table_class = CertificateTable
    default_sort = "-delivre"
    limit = 5_000
    criteria = (
        Criterion("numero", "Numéro", "number", Beginning()),
        Criterion("forprev", "N° Forprev", "person__number", Beginning(str.upper), personal=True),
        Criterion("nom", "Nom", "person__search_last_name", Beginning(normalise), personal=True),
        Criterion("prenom", "Prénom", "person__search_first_name", Beginning(normalise), personal=True),
        Criterion("qualification", "Certificat", "qualification", Choice(_qualifications)),
        Criterion("delivre", "Date de délivrance", "issued_on", Date()),
        Criterion("fin", "Date de fin de validité", "expires_on", Date()),
        Criterion("etat", "État", "state_now", Choice(CertificateState.choices)),
    )
