"""What bringing two records of one person together moved, so that it can be shown before and taken back after (B44)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.db.models import Field, Model, QuerySet
from django.db.models.deletion import Collector

from forprev.people.models import Person

NAMES = 5
"""Names that a line of the preview tells; the others are counted."""


@dataclass(frozen=True)
class Line:
    """Things of one kind that follow, or that go because the person kept has the like."""

    label: str
    count: int
    names: Sequence[str] = ()

    @property
    def others(self) -> int:
        """Those that are counted and not named."""
        return self.count - len(self.names) if self.names else 0


class Journal:
    """What the steps of one merge do, written down as they do it.

    `entries` is plain data, for `take_back`; `lines` and `warnings` are for whoever decides. What `drop` is given
    is deleted by `close`, once every step has moved what hangs on it.
    """

    def __init__(self, duplicate: Person, kept: Person) -> None:
        self.duplicate = duplicate
        self.kept = kept
        self.entries: list[dict[str, Any]] = []
        self.lines: list[Line] = []
        self.warnings: list[str] = []
        self._dropped: list[tuple[Model, Model | None, Sequence[str]]] = []

    def move(
        self,
        rows: QuerySet[Any],
        field: str,
        label: str = "",
        *,
        named: Callable[[Any], str] | None = None,
        between: tuple[Model, Model] | None = None,
        unless_changed: str = "",
    ) -> None:
        """Let `field` of these rows lead to the person kept, or from the first to the second of `between`.

        `unless_changed` is a field that tells, by changing, that `field` was written again since. Without a `label`
        the preview does not speak of it.
        """
        source, target = between or (self.duplicate, self.kept)
        found = list(rows)
        if not found:
            return
        seen = {str(row.pk): _told(row, unless_changed) if unless_changed else None for row in found}
        rows.model._base_manager.filter(pk__in=[row.pk for row in found]).update(**{field: target})
        self.entries.append(
            {
                "do": "move",
                "model": rows.model._meta.label,
                "field": field,
                "source": source.pk,
                "target": target.pk,
                "unless_changed": unless_changed,
                "rows": seen,
            }
        )
        self._tell(label, found, named)

    def change(self, row: Model, **values: Any) -> None:
        """Write these values into a row that is not the duplicate's."""
        before = {name: _told(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        after = {name: _told(row, name) for name in values}
        self.entries.append({"do": "change", "model": row._meta.label, "pk": row.pk, "before": before, "after": after})

    def add(self, row: Model, label: str = "") -> None:
        """Create a row for the person kept; undoing deletes it, unless it says something else by then."""
        row.save(force_insert=True)
        self.entries.append({"do": "add", "model": row._meta.label, "values": _values(row)})
        self._tell(label, [row], None)

    def drop(
        self,
        row: Model,
        label: str = "",
        *,
        named: Callable[[Any], str] | None = None,
        like: Model | None = None,
        ends: Sequence[str] = (),
    ) -> None:
        """Delete a row, with all that hangs on it, when every step is done.

        `like` is the row of the person kept that stands for it: if one of the fields `ends` of that row changes
        before the merge is undone, the row comes back with the new value.
        """
        self._dropped.append((row, like, ends))
        self._tell(label, [row], named)

    def warn(self, sentence: str) -> None:
        """Say something that whoever decides must know."""
        self.warnings.append(sentence)

    def close(self) -> None:
        """Delete what was dropped."""
        for row, like, ends in self._dropped:
            collector = Collector(using="default", origin=row)
            collector.collect([row])
            gone = [each for rows in collector.data.values() for each in rows]
            gone += [each for rows in collector.fast_deletes for each in rows]
            self.entries.append(
                {
                    "do": "drop",
                    "rows": [{"model": each._meta.label, "values": _values(each)} for each in gone],
                    "like": {"model": like._meta.label, "pk": like.pk, "ends": {n: _told(like, n) for n in ends}}
                    if like
                    else None,
                }
            )
            collector.delete()

    def _tell(self, label: str, rows: Sequence[Any], named: Callable[[Any], str] | None) -> None:
        if label:
            self.lines.append(Line(label, len(rows), [named(row) for row in rows[:NAMES]] if named else []))


def take_back(entries: Iterable[dict[str, Any]]) -> None:
    """Undo what a journal wrote down, the last first; what was written since stays as it is.

    Raises IntegrityError where something that the merge had freed was taken meanwhile.
    """
    for entry in reversed(list(entries)):
        _BACK[entry["do"]](entry)


def _move_back(entry: dict[str, Any]) -> None:
    field, guard = entry["field"], entry["unless_changed"]
    rows = _rows(entry).filter(pk__in=entry["rows"], **{field: entry["target"]})
    same = [row.pk for row in rows if not guard or _told(row, guard) == entry["rows"][str(row.pk)]]
    _rows(entry).filter(pk__in=same).update(**{field: entry["source"]})


def _change_back(entry: dict[str, Any]) -> None:
    _rows(entry).filter(pk=entry["pk"], **entry["after"]).update(**entry["before"])


def _delete_again(entry: dict[str, Any]) -> None:
    _rows(entry).filter(**entry["values"]).delete()


def _restore(entry: dict[str, Any]) -> None:
    like = entry["like"]
    ended: dict[str, str | None] = {}
    if like:
        now = _rows(like).filter(pk=like["pk"]).first()
        ended = {name: _told(now, name) for name in like["ends"] if now and _told(now, name) != like["ends"][name]}
    for rank, row in enumerate(entry["rows"]):
        model = apps.get_model(row["model"])
        told = {**row["values"], **(ended if rank == 0 else {})}
        fields = {field.attname: field for field in model._meta.concrete_fields}
        restored = model(**{name: fields[name].to_python(value) for name, value in told.items()})
        restored.save_base(raw=True, force_insert=True)  # raw: as it was, the moment of its creation included


_BACK: dict[str, Callable[[dict[str, Any]], None]] = {
    "move": _move_back,
    "change": _change_back,
    "add": _delete_again,
    "drop": _restore,
}


def _rows(entry: dict[str, Any]) -> QuerySet[Any]:
    return apps.get_model(entry["model"])._base_manager.all()


def _told(row: Model, name: str) -> Any:
    """A field's value as text that leads back to it exactly, microseconds included."""
    field = cast("Field[Any, Any]", row._meta.get_field(name))
    return None if getattr(row, field.attname) is None else field.value_to_string(row)


def _values(row: Model) -> dict[str, Any]:
    return {field.attname: _told(row, field.name) for field in row._meta.concrete_fields}
