"""What people find in their inbox, and the hotline among the mails that did not arrive."""

from __future__ import annotations

from django.db.models import Case, QuerySet, Value, When

from forprev.notices.models import Notice, OutgoingMail
from forprev.people.models import Person

MOST_COUNTED = 100


def unread_count(person_id: int) -> int:
    """`MOST_COUNTED` stands for any larger number; read from the index alone."""
    return Notice.objects.filter(person=person_id, read_at=None, archived_at=None)[:MOST_COUNTED].count()


def notices_of(person: Person) -> QuerySet[Notice]:
    return Notice.objects.filter(person=person)


def inbox_of(person: Person) -> QuerySet[Notice]:
    """What is not archived, unread first, then the latest first."""
    return _listed(notices_of(person).filter(archived_at=None), "-state", "-created_at")


def archive_of(person: Person) -> QuerySet[Notice]:
    return _listed(notices_of(person).exclude(archived_at=None), "-created_at")


def dead_letters() -> QuerySet[OutgoingMail]:
    """The latest first, without their words, which are nobody else's."""
    failed = OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED)
    return failed.select_related("person").defer("html").order_by("-failed_at")


def _listed(notices: QuerySet[Notice], *order: str) -> QuerySet[Notice]:
    state = Case(When(read_at=None, then=Value("unread")), default=Value("read"))
    return notices.defer("text").annotate(state=state).order_by(*order)
