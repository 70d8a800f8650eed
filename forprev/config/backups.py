"""Backups: database and documents as of one moment, with the facts that prove a restore.

A backup is a folder, named after its moment:

    database.dump    pg_dump's custom format, of one snapshot
    documents/       every document then there; those that an earlier backup holds too are hard links to it
    manifest.json    digests of both, and what the database held: rows and checksum of each table, the schema's parts
    complete         the digest of the manifest, written last

Documents are written before the row that names them, under a name that never serves twice: those copied just before
and just after the snapshot hold all that its rows name.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.models import Field
from pghistory.models import Event
from psycopg import sql
from psycopg.conninfo import make_conninfo

from forprev.config import embedded_database

NAME = "%Y-%m-%dT%H%M%SZ"
DUMP, DOCUMENTS, MANIFEST, COMPLETE = "database.dump", "documents", "manifest.json", "complete"
KEY = "Its key in the storage."
"""The help text of every field that names a document."""
AS_TEXT = "-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1"
"""How the values whose checksums are taken are written."""
NO_LIMITS = "-c statement_timeout=0 -c lock_timeout=60000 -c idle_in_transaction_session_timeout=0"


def plain(definition: str) -> str:
    """Its digest without casts between kinds of text, nor parentheses: a restore writes those of `IN` otherwise."""
    return rf"md5(regexp_replace({definition}, '::(character varying|text)(\[\])?|[()]', '', 'g'))"


OF_SCHEMA = f"""
SELECT 'trigger ' || c.relname || '.' || t.tgname, {plain("pg_get_triggerdef(t.oid) || t.tgenabled::text")}
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'constraint ' || conrelid::regclass || '.' || conname, {plain("pg_get_constraintdef(oid) || convalidated::text")}
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION ALL
SELECT 'index ' || indexname, {plain("indexdef")} FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'function ' || oid::regprocedure, md5(pg_get_functiondef(oid))
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
UNION ALL
SELECT 'column ' || table_name || '.' || column_name, md5(concat_ws('|', data_type, is_nullable, column_default))
  FROM information_schema.columns WHERE table_schema = 'public'
"""  # noqa: S608 (our own words)

Row = tuple[Any, ...]


class Refused(Exception):
    """A backup that cannot be made, or is not to be restored; says why."""


@dataclass(frozen=True)
class Database:
    """What libpq is told, the password apart: the list of processes shows arguments to everybody."""

    parameters: dict[str, Any]

    @classmethod
    def of_project(cls, alias: str = "default") -> Database:
        told = connections[alias].get_connection_params()
        for name in ("context", "cursor_factory", "prepare_threshold", "client_encoding", "options"):
            told.pop(name, None)
        return cls(told)

    @classmethod
    def at(cls, url: str) -> Database:
        return cls(dict(psycopg.conninfo.conninfo_to_dict(url)))

    def connect(self) -> psycopg.Connection[Row]:
        return psycopg.connect(make_conninfo(**self.parameters, options=f"{NO_LIMITS} {AS_TEXT}"), autocommit=True)

    def run(self, program: str, *arguments: str) -> None:
        """One of PostgreSQL's programs; what it says when it fails is told."""
        told = {name: value for name, value in self.parameters.items() if name != "password"}
        password = {"PGPASSWORD": str(self.parameters["password"])} if self.parameters.get("password") else {}
        done = subprocess.run(  # noqa: S603 (our own arguments)
            [_programs() / program, *arguments, f"--dbname={make_conninfo(**told)}"],
            env={**os.environ, **password},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Refused(f"{program}: {done.stderr.strip()}")


def _programs() -> Path:
    if settings.POSTGRESQL_PROGRAMS:
        return Path(settings.POSTGRESQL_PROGRAMS)
    return embedded_database.installed_binaries()


# What a database holds


def facts(connection: psycopg.Connection[Row]) -> dict[str, Any]:
    """Rows and checksum of each table, digests of the schema's parts, migrations, places of the sequences."""
    tables = {}
    names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    for (table,) in connection.execute(names).fetchall():
        query = sql.SQL(
            "SELECT count(*), coalesce(sum(('x' || left(md5(r::text), 16))::bit(64)::bigint::numeric), 0)::text"
            " FROM public.{} AS r"
        ).format(sql.Identifier(table))
        tables[table] = list(connection.execute(query).fetchone() or ())
    sequences = "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
    migrations = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
    has_migrations = "django_migrations" in tables
    return {
        "tables": tables,
        "schema": dict(sorted(_pairs(connection.execute(OF_SCHEMA).fetchall()))),
        "sequences": dict(_pairs(connection.execute(sequences).fetchall())),
        "migrations": [name for (name,) in connection.execute(migrations).fetchall()] if has_migrations else [],
    }


def _pairs(rows: Sequence[Row]) -> list[tuple[str, Any]]:
    return [(str(row[0]), row[1]) for row in rows]


def document_keys(connection: psycopg.Connection[Row]) -> set[str]:
    """What the rows name; what the history names may be gone."""
    keys: set[str] = set()
    for model in apps.get_models():
        if issubclass(model, Event):
            continue
        for each in model._meta.get_fields():
            if isinstance(each, Field) and each.help_text == KEY and each.column:
                column, table = sql.Identifier(each.column), sql.Identifier(model._meta.db_table)
                query = sql.SQL("SELECT {} FROM {} WHERE {} <> ''").format(column, table, column)
                keys |= {key for (key,) in connection.execute(query).fetchall()}
    return keys


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Everything that is not as it was; sequences may have gone on while the dump was written."""
    told = []
    for part in ("tables", "schema"):
        for name in sorted(before[part].keys() | after[part].keys()):
            was, has = before[part].get(name), after[part].get(name)
            if was != has:
                told.append(f"{part}: {name}: {was} before, {has} after")
    for name, place in before["sequences"].items():
        if after["sequences"].get(name, -1) < place:
            told.append(f"sequences: {name}: {place} before, {after['sequences'].get(name)} after")
    if before["migrations"] != after["migrations"]:
        told.append("migrations: not those of the backup")
    return told


# Documents


def digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def files(folder: Path) -> Iterator[str]:
    """Every file below, as its path from there."""
    return (str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o600)
    _sync(target)


@dataclass
class Copies:
    """The documents taken so far, each with its digest."""

    source: Path
    target: Path
    earlier: Path | None
    known: dict[str, str]
    """Digests of what the earlier backup holds."""
    taken: dict[str, str] = field(default_factory=dict)

    def take(self) -> None:
        """Whatever has not been taken yet; one that goes away meanwhile is left out."""
        for name in files(self.source) if self.source.exists() else ():
            if name in self.taken:
                continue
            target = self.target / name
            try:
                if self.earlier and self.known.get(name) == digest(self.source / name):
                    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    os.link(self.earlier / DOCUMENTS / name, target)
                else:
                    _copy(self.source / name, target)
            except FileNotFoundError:
                target.unlink(missing_ok=True)
                continue
            self.taken[name] = digest(target)


# Making, checking, restoring


def backups(folder: Path) -> list[Path]:
    """Those that are complete, the oldest first."""
    return sorted(path.parent for path in folder.glob(f"*/{COMPLETE}") if _is_name(path.parent.name))


def moment(name: str) -> datetime:
    """When the backup of this name was made; ValueError if it is no such name."""
    return datetime.strptime(name, NAME).replace(tzinfo=UTC)


def _is_name(name: str) -> bool:
    try:
        moment(name)
    except ValueError:
        return False
    return True


def make(folder: Path, database: Database, documents: Path) -> tuple[Path, list[str]]:
    """A new backup in the folder, and the documents that rows name but the storage does not hold."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = datetime.now(UTC).strftime(NAME)
    making = folder / f".{name}.making"
    if (folder / name).exists() or making.exists():
        raise Refused(f"{name} is there already.")
    earlier = next(reversed(backups(folder)), None)
    known = read_manifest(earlier)["documents"] if earlier else {}
    making.mkdir(mode=0o700)
    (making / DOCUMENTS).mkdir(mode=0o700)
    copies = Copies(documents, making / DOCUMENTS, earlier, known)
    try:
        copies.take()
        with database.connect() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            snapshot = (connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",))[0]
            copies.take()
            database.run(
                "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--schema=public",
                f"--snapshot={snapshot}", f"--file={making / DUMP}",
            )  # fmt: skip
            held, named = facts(connection), document_keys(connection)
        (making / DUMP).chmod(0o600)
        _sync(making / DUMP)
        manifest = {
            "made": name,
            "dump": digest(making / DUMP),
            "documents": copies.taken,
            "missing": sorted(named - copies.taken.keys()),
            **held,
        }
        _write(making / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
        _write(making / COMPLETE, digest(making / MANIFEST))
        making.rename(folder / name)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    _sync(folder)
    return folder / name, manifest["missing"]


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
    _sync(path)


def read_manifest(backup: Path) -> dict[str, Any]:
    """Refused if it is not the one that was written."""
    try:
        said, manifest = (backup / COMPLETE).read_text().strip(), (backup / MANIFEST).read_bytes()
    except FileNotFoundError as error:
        raise Refused(f"{backup}: not a complete backup.") from error
    if hashlib.sha256(manifest).hexdigest() != said:
        raise Refused(f"{backup}: the manifest was changed or damaged.")
    return dict(json.loads(manifest))


def check(backup: Path) -> dict[str, Any]:
    """The manifest of a backup of which every byte is as it was written; else refused, with all that is not."""
    manifest = read_manifest(backup)
    told = [] if digest_if_there(backup / DUMP) == manifest["dump"] else [DUMP]
    told += document_differences(manifest, backup / DOCUMENTS)
    if told:
        raise Refused(f"{backup}: damaged: " + ", ".join(told))
    return manifest


def digest_if_there(path: Path) -> str:
    return digest(path) if path.is_file() else ""


def document_differences(manifest: dict[str, Any], folder: Path) -> list[str]:
    has = {name: digest(folder / name) for name in files(folder)} if folder.exists() else {}
    names = sorted(manifest["documents"].keys() | has.keys())
    return [f"{DOCUMENTS}/{name}" for name in names if manifest["documents"].get(name) != has.get(name)]


def restore(backup: Path, database: Database, documents: Path, *, jobs: int = 2) -> dict[str, Any]:
    """Put everything back into an empty database and an empty folder; gives the facts of the restored database.

    Nothing is touched before the backup has been read and found whole.
    """
    manifest = check(backup)
    with database.connect() as connection:
        if connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone():
            raise Refused("The database is not empty: restore into a new one.")
        if documents.exists() and any(documents.iterdir()):
            raise Refused(f"{documents} is not empty: restore into a new folder.")
        connection.execute("DROP SCHEMA IF EXISTS public")  # the dump brings it
    database.run("pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", f"--jobs={jobs}", str(backup / DUMP))
    documents.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in manifest["documents"]:
        _copy(backup / DOCUMENTS / name, documents / name)
    with database.connect() as connection:
        connection.execute("ANALYZE")
        return facts(connection)


# Retention


def expired(names: Iterable[str], *, now: datetime, days: int, months: int) -> list[str]:
    """Those to forget: all are kept so many days, then the first of each month; the last one always."""
    known = sorted(name for name in names if _is_name(name))
    firsts = {name[:7]: name for name in reversed(known)}
    kept = {*known[-1:], *sorted(firsts.values())[-months:]} if months else set(known[-1:])
    since = (now - timedelta(days=days)).strftime(NAME)
    return [name for name in known if name < since and name not in kept]


def forget(folder: Path, *, days: int, months: int) -> list[str]:
    names = expired((path.name for path in backups(folder)), now=datetime.now(UTC), days=days, months=months)
    for name in names:
        (folder / name / COMPLETE).unlink()  # half of one is no backup
        shutil.rmtree(folder / name)
    return names
