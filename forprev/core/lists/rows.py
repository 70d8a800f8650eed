"""The rows of a table as HTML. What one row has in common with the next is found once a list, not once a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import django_tables2 as tables
from django.template import Context
from django.template.base import render_value_in_context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django_tables2.columns import BoundColumn
from django_tables2.utils import signature


def rows(table: tables.Table, records: Iterable[Any]) -> Iterator[SafeString]:
    """One `<tr>` a record, headed by its first cell.

    Cells are what `django_tables2` would show, less what no table here asks for: a class that depends on the record,
    and `bound_row` as an argument of `render_*`.
    """
    columns: list[_Column] = []
    for record in records:
        columns = columns or [_Column(column, type(record), number) for number, column in enumerate(table.columns)]
        yield SafeString(f"<tr>{''.join([column.cell(record) for column in columns])}</tr>")


class _Column:
    """How the cells of one column are made out of records of one type."""

    def __init__(self, bound: BoundColumn, model: type, number: int) -> None:
        self._tag = "td" if number else "th"
        scope = SafeString("" if number else ' scope="row"')
        css = bound.attrs["td"]["class"]
        class_ = format_html(' class="{}"', css) if css else ""
        self._start = format_html('<{}{} data-label="{}"{}>', self._tag, scope, bound.header, class_)
        self._accessor = _accessor(bound, model)
        self._empty_values = bound.column.empty_values
        self._default = bound.default
        self._render = bound.render
        self._link = bound.link
        wanted, takes_all = signature(bound.render)
        self._fixed = {"column": bound.column, "bound_column": bound, "table": bound._table}
        self._wanted = (*wanted, "value", "record", *self._fixed) if takes_all else wanted
        self._context = Context()

    def cell(self, record: Any) -> str:
        content = self._content(record)
        # What a template would make of a number or a date; of a text, it makes the same as the shorter way.
        text = conditional_escape(content) if isinstance(content, str) else self._localised(content)
        return f"{self._start}{text}</{self._tag}>"

    def _content(self, record: Any) -> Any:
        value = self._accessor.resolve(record, quiet=True)
        if value in self._empty_values:
            return self._default
        arguments = {"value": value, "record": record, **self._fixed}
        content = self._render(**{name: arguments[name] for name in self._wanted})
        return self._link(content, **arguments) if self._link else content

    def _localised(self, content: Any) -> str:
        return render_value_in_context(content, self._context)


def _accessor(bound: BoundColumn, model: type) -> tables.A:
    """Where the value is; of a field with choices, its label."""
    accessor = tables.A(bound.accessor)
    field = accessor.get_field(model)
    path, separator, name = accessor.rpartition(accessor.SEPARATOR)
    if getattr(field, "choices", None) and field.name == name:
        return tables.A(f"{path}{separator}get_{name}_display")
    return accessor
