"""The data set as it was: what a run added is taken out again, since other measurements stand on it.

A copy would be cleaner, and takes at national size as long as the measurement, and 25 GB. What stays: the last sign-in
of a dozen accounts, counts of checks, numbers of certificates that were given (the next one goes on after them), and
room in the tables that the next rows fill.
"""

from __future__ import annotations

from datetime import datetime

import psycopg
from psycopg import sql

BY_NUMBER = """
SELECT t.relname, a.attname FROM pg_class t JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
 WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace AND i.indnatts = 1
   AND pg_get_serial_sequence(quote_ident(t.relname), a.attname) IS NOT NULL
"""
BY_TIME = (
    ("accounts_session", "started_at"),
    ("notices_notice", "created_at"),
    ("notices_outgoingmail", "created_at"),
    ("pghistory_context", "created_at"),
)
"""Tables whose keys say nothing of when the rows came."""

Marks = tuple[datetime, dict[tuple[str, str], int]]


def mark(url: str) -> Marks:
    """Where each table ends now."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(BY_NUMBER).fetchall()
        (moment,) = connection.execute("SELECT now()").fetchone() or ()
        return moment, {(table, key): _last(connection, table, key) for table, key in tables}


def undo(url: str, marks: Marks) -> int:
    """Delete what came after, without triggers, which would keep a history of it; gives how many rows."""
    moment, ends = marks
    deleted = 0
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica; SET statement_timeout = 0")
        people = ends["people_person", "id"]
        deleted += connection.execute("DELETE FROM people_issuednumber WHERE person_id > %s", [people]).rowcount
        for (table, key), last in ends.items():
            query = sql.SQL("DELETE FROM {} WHERE {} > %s").format(sql.Identifier(table), sql.Identifier(key))
            deleted += connection.execute(query, [last]).rowcount
        for table, column in BY_TIME:
            query = sql.SQL("DELETE FROM {} WHERE {} > %s").format(sql.Identifier(table), sql.Identifier(column))
            deleted += connection.execute(query, [moment]).rowcount
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return deleted


def _last(connection: psycopg.Connection, table: str, key: str) -> int:
    query = sql.SQL("SELECT coalesce(max({}), 0) FROM {}").format(sql.Identifier(key), sql.Identifier(table))
    return (connection.execute(query).fetchone() or (0,))[0]
