"""The rows of a table, without a request."""

from __future__ import annotations

from datetime import UTC, date, datetime

import django_tables2 as tables
from django.utils.html import format_html

from forprev.core.lists.rows import rows
from tests.core.lists.sample import Sample, SampleTable


def sample(**changed: object) -> Sample:
    fields = {"number": 1200, "town": "Lyon", "state": "generes", "changed_at": datetime(2026, 1, 2, 12, tzinfo=UTC)}
    return Sample(**fields | {"end_date": date(2026, 1, 3)} | changed)


def shown(table_class: type[tables.Table], *records: Sample) -> list[str]:
    return list(rows(table_class([]), records))


def test_the_first_cell_heads_its_row_and_a_field_with_choices_says_its_label() -> None:
    (row,) = shown(SampleTable, sample(pk=7))
    assert row.startswith('<tr><th scope="row" data-label="Numéro"><a href="/sessions/1200">1200</a></th>')
    assert '<td data-label="Date de fin de session">03/01/2026</td>' in row
    assert '<td data-label="État">Certificats générés</td>' in row
    assert row.endswith('<td data-label="Note">=1200+1</td></tr>')


def test_what_was_typed_is_escaped_and_what_a_column_makes_is_not() -> None:
    class Marked(tables.Table):
        town = tables.Column('"Ville"', attrs={"td": {"class": "town"}})
        state = tables.Column("État")

        def render_state(self, value: str, record: Sample) -> str:
            return format_html("<b>{}, {}</b>", value, record.town)

    (row,) = shown(Marked, sample(town="<i>"))
    assert '<th scope="row" data-label="&quot;Ville&quot;" class="town">&lt;i&gt;</th>' in row
    assert "<b>Certificats générés, &lt;i&gt;</b>" in row


def test_what_is_missing_is_shown_as_the_column_wants_and_makes_no_link() -> None:
    class Sparse(tables.Table):
        fin = tables.Column("Fin", accessor="end_date", default="Jamais", linkify=lambda record: "/nowhere")
        autre = tables.Column("Autre", accessor="nothing__of__the__kind")

    (row,) = shown(Sparse, sample(end_date=None))
    assert row == '<tr><th scope="row" data-label="Fin">Jamais</th><td data-label="Autre">—</td></tr>'


def test_no_record_makes_no_row() -> None:
    assert shown(SampleTable) == []
