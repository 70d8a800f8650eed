"""What happens to the requests when two records of one person are brought together (B44)."""

from __future__ import annotations

from forprev.people.models import Person
from forprev.people.services import on_merge
from forprev.support.models import CorrectionRequest
from forprev.support.services import drop
from forprev.support.workflow import State


@on_merge
def keep_corrections(duplicate: Person, kept: Person) -> None:
    """They follow; where both records have one that waits, that of the duplicate is dropped."""
    waiting = CorrectionRequest.objects.filter(person__in=(duplicate, kept), state=State.OPEN)
    if waiting.count() > 1:
        drop(waiting.select_for_update().get(person=duplicate), by=duplicate)
    CorrectionRequest.objects.filter(person=duplicate).update(person=kept)
    CorrectionRequest.objects.filter(closed_by=duplicate).update(closed_by=kept)
