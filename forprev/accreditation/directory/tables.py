"""The list of the directory."""

from __future__ import annotations

from collections.abc import Iterator

import django_tables2 as tables
from django.utils.html import format_html, format_html_join

from forprev.accreditation.directory.selectors import held_by
from forprev.accreditation.models import Accreditation
from forprev.core.dates import french
from forprev.core.lists import ListScreen, Noun
from forprev.organisations.departments import label_of
from forprev.organisations.models import Organisation

ORGANISATION = Noun("organisme", "organismes")


class DirectoryTable(tables.Table):
    nom = tables.Column(
        "Organisme",
        accessor="name",
        order_by="search_name",
        linkify=("accreditation:directory_body", {"pk": tables.A("pk")}),
    )
    ville = tables.Column("Ville", accessor="city", order_by=("city", "search_name"))
    departement = tables.Column("Département", accessor="department_id", order_by=("department_id", "search_name"))
    habilitations = tables.Column("Habilitations", accessor="held", orderable=False)

    def render_departement(self, value: str) -> str:
        return label_of(value)

    def render_habilitations(self, record: Organisation) -> str:
        items = format_html_join(
            "",
            '<li><span class="directory-level">{}</span> <span class="directory-end">jusqu’au {}</span></li>',
            ((each.level, french(each.ends_on)) for each in longest(held_by(record))),
        )
        return format_html('<ul class="directory-held">{}</ul>', items)


def longest(held: list[Accreditation]) -> Iterator[Accreditation]:
    """Of each level, the one that ends last: a renewal granted early stands beside what it renews."""
    yield from {each.level_id: each for each in held}.values()


class DirectoryList(ListScreen):
    noun = ORGANISATION
    table_class = DirectoryTable
    default_sort = "nom"
    is_exported = False
