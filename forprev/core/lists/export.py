"""A table's rows as a file for a spreadsheet, in which nothing can act as a formula."""

from __future__ import annotations

import csv
import html
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from typing import IO, Any

import django_tables2 as tables
import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django_tables2.rows import BoundRow

from forprev.core.dates import french

CHUNK = 1_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 32_767
"""What a spreadsheet's cell holds; xlsxwriter silently drops a longer one."""


def cells(table: tables.Table, queryset: QuerySet[Any]) -> Iterator[list[Any]]:
    """The headers, then one list a record, read from the database by thousands; cells hold no HTML."""
    columns = [column for column in table.columns if not column.column.exclude_from_export]
    yield [str(column.header) for column in columns]
    for record in queryset.iterator(chunk_size=CHUNK):
        row = BoundRow(record, table)
        yield [_bare(row.get_cell_value(column.name)) for column in columns]


def _bare(value: Any) -> Any:
    if isinstance(value, SafeString):
        return html.unescape(strip_tags(value))
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    return value if isinstance(value, int | float | date | None) else str(value)


def write_csv(file: IO[bytes], rows: Iterable[Sequence[Any]]) -> None:
    """As French spreadsheets open it: UTF-8 with its mark, semicolons, dates as 01/12/2022."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    text.detach()


def _csv_cell(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return french(value)
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return "" if value is None else str(value)


def write_xlsx(file: IO[bytes], rows: Iterable[Sequence[Any]]) -> None:
    """One sheet, its first line frozen; texts stay texts, whatever they look like."""
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 30, 20)
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(line, place, value, moment)
            elif isinstance(value, date):
                sheet.write_datetime(line, place, value, day)
            elif isinstance(value, str):
                sheet.write_string(line, place, value[:_LONGEST_CELL], None if line else bold)
            else:
                sheet.write(line, place, value)
    book.close()


FORMATS = {"csv": write_csv, "xlsx": write_xlsx}


def file_response(rows: Iterable[Sequence[Any]], file_format: str, filename: str) -> FileResponse:
    """The whole file is made before it is sent, so that an error cannot pass for a shorter list."""
    with ExitStack() as closing:
        file = closing.enter_context(tempfile.TemporaryFile())
        FORMATS[file_format](file, rows)
        file.seek(0)
        closing.pop_all()  # from here on, the response closes it
        return FileResponse(file, as_attachment=True, filename=f"{filename}.{file_format}")
