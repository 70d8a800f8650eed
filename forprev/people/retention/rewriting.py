"""Writing over rows together with all that their history tells."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any, cast

import pgtrigger
from django.db.models import Model

from forprev.core.history import events_of


def unrecorded(model: type[Model]) -> AbstractContextManager[None]:
    """Updates of the model make no event: the history is written over itself, and the journal says that it was."""
    triggers = [uri for uri in (f"{model._meta.label}:update_update",) if uri in _uris()]
    return cast("AbstractContextManager[None]", pgtrigger.ignore(*triggers)) if triggers else nullcontext()


@cache
def _uris() -> set[str]:
    return {trigger.get_uri(model) for model, trigger in pgtrigger.registered()}


def rewrite(model: type[Model], pks: Iterable[Any], **values: Any) -> None:
    """Write these values into rows and their history."""
    pks = list(pks)
    with unrecorded(model):
        model._base_manager.filter(pk__in=pks).update(**values)
    events_of(model, pks).update(**values)


def replace_words(model: type[Model], pks: Iterable[Any], mark: str, *fields: str) -> None:
    """Put the mark where one of these fields says something."""
    pks = list(pks)
    with unrecorded(model):
        for rows in (model._base_manager.filter(pk__in=pks), events_of(model, pks)):
            for field in fields:
                rows.exclude(**{field: ""}).update(**{field: mark})


def forget(model: type[Model], pks: Iterable[Any]) -> None:
    """Delete rows and their history; what hangs on them goes by `on_delete`."""
    pks = list(pks)
    model._base_manager.filter(pk__in=pks).delete()
    events_of(model, pks).delete()
