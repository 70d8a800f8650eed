"""Numbers that follow each other without a gap."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forprev.core.models import Counter
from tests.concurrency import together

SERIES = st.sampled_from(["SST-1/2026", "SST-1/2027", "SST-2/2026"])
TAKES = st.lists(st.tuples(SERIES, st.integers(1, 12), st.booleans()), max_size=20)


class Undone(Exception):
    pass


def take(key: str, count: int, *, undone: bool = False) -> list[int]:
    """The numbers kept: none if the transaction is undone."""
    try:
        with transaction.atomic():
            numbers = list(Counter.take(key, count))
            if undone:
                raise Undone
    except Undone:
        return []
    return numbers


@pytest.mark.django_db
@settings(deadline=None, max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TAKES)
def test_each_series_has_every_number_once(takes: list[tuple[str, int, bool]]) -> None:
    Counter.objects.all().delete()
    given_out: dict[str, list[int]] = {}
    for key, count, undone in takes:
        given_out.setdefault(key, []).extend(take(key, count, undone=undone))
    for key, numbers in given_out.items():
        assert numbers == list(range(1, len(numbers) + 1)), key


@pytest.mark.django_db(transaction=True)
def test_a_number_is_only_taken_inside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        Counter.take("SST-1/2026")
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_neither_gap_nor_double() -> None:
    def many(rank: int) -> list[int]:
        return [n for turn in range(10) for n in take("SST-1/2026", 1 + turn % 3, undone=(rank + turn) % 5 == 0)]

    actions: list[Callable[[], list[int]]] = [partial(many, rank) for rank in range(8)]
    numbers = [n for outcome in together(*actions) if isinstance(outcome, list) for n in outcome]
    assert len(numbers) > 100
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert Counter.objects.get(key="SST-1/2026").last == len(numbers)
