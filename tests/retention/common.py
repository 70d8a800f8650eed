"""Everything that the database and the storage hold, as text; years that pass."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db import connection

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


def every_row() -> Iterator[tuple[str, str]]:
    """Table and text of each row of the whole database, the job queue and the histories included."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608
            for (row,) in cursor.fetchall():
                yield table, row


def where_told(*words: str) -> set[tuple[str, str]]:
    """In which tables which of these words stand, whatever their case."""
    return {(table, word) for table, row in every_row() for word in words if word.casefold() in row.casefold()}


def files(folder: str = "") -> Iterator[str]:
    """Every file of the storage, by key."""
    folders, names = default_storage.listdir(folder)
    yield from (f"{folder}/{name}".lstrip("/") for name in names)
    for each in folders:
        yield from files(f"{folder}/{each}".lstrip("/"))


def years_pass(years: int) -> None:
    """For the histories, which the clock of the database dates."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = 'pgh_created_at'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'UPDATE "{table}" SET pgh_created_at = pgh_created_at - make_interval(years => %s)',  # noqa: S608
                [years],
            )
        cursor.execute("UPDATE pghistory_context SET created_at = created_at - make_interval(years => %s)", [years])
