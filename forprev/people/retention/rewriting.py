"""Writing over rows together with all that their history tells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from forprev.core.history import events_of


def rewrite(model: type[Model], pks: Iterable[Any], **values: Any) -> None:
    """Write these values into rows and their history."""
    pks = list(pks)
    model._base_manager.filter(pk__in=pks).update(**values)
    events_of(model, pks).update(**values)


def replace_words(model: type[Model], pks: Iterable[Any], mark: str, *fields: str) -> None:
    """Put the mark where one of these fields says something."""
    pks = list(pks)
    for rows in (model._base_manager.filter(pk__in=pks), events_of(model, pks)):
        for field in fields:
            rows.exclude(**{field: ""}).update(**{field: mark})


def forget(model: type[Model], pks: Iterable[Any]) -> None:
    """Delete rows and their history; what hangs on them goes by `on_delete`."""
    pks = list(pks)
    model._base_manager.filter(pk__in=pks).delete()
    events_of(model, pks).delete()
