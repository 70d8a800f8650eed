"""Days of Paris, French input, validity arithmetic."""

from __future__ import annotations

from calendar import monthrange
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from forprev.core.dates import add_months, age_on, french, parse_french_date, running_term, today

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
MONTHS = st.integers(0, 120)
LEAP_DAY = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2022, 2, 17), 36, date(2025, 2, 17)),
        (date(2022, 12, 1), 36, date(2025, 12, 1)),
        (date(2026, 6, 2), 24, date(2028, 6, 2)),
        (LEAP_DAY, 24, date(2026, 2, 28)),
        (LEAP_DAY, 36, date(2027, 2, 28)),
        (LEAP_DAY, 48, date(2028, 2, 29)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_a43_same_day_and_month_so_many_months_later(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


@given(DAYS, st.integers(-600, 600))
@example(LEAP_DAY, 24)
@example(LEAP_DAY, -12)
def test_a43_a_month_counts_as_in_the_calendar(day: date, months: int) -> None:
    """Against the definition, written otherwise: months are counted, a day too many becomes the month's last."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    assert add_months(day, months) == date(year, month, min(day.day, monthrange(year, month)[1]))
    assert add_months(day, months) == day + relativedelta(months=months)


@given(DAYS, MONTHS, MONTHS)
def test_a43_adding_in_two_steps_never_ends_later_than_in_one(day: date, first: int, second: int) -> None:
    in_steps, at_once = add_months(add_months(day, first), second), add_months(day, first + second)
    assert at_once - timedelta(days=3) <= in_steps <= at_once
    if day.day <= 28:
        assert in_steps == at_once


@given(DAYS, st.integers(0, 400), MONTHS)
def test_a43_later_days_never_expire_earlier(day: date, more: int, months: int) -> None:
    assert add_months(day, months) <= add_months(day + timedelta(days=more), months)


@pytest.mark.django_db
@pytest.mark.parametrize("day", [LEAP_DAY, date(2025, 8, 31), date(2025, 11, 30), date(2026, 3, 16)])
def test_a43_the_database_counts_months_alike(day: date) -> None:
    with connection.cursor() as cursor:
        for months in range(-13, 61):
            cursor.execute("SELECT (%s::date + make_interval(months => %s))::date", [day, months])
            assert cursor.fetchone() == (add_months(day, months),)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 12, 31, 23, 1, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_today_is_the_day_of_paris(instant: datetime, day: date) -> None:
    with time_machine.travel(instant, tick=False):
        assert today() == day


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 3, 16), date(2026, 3, 15), 17),
        (date(2008, 3, 16), date(2026, 3, 16), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_on_a_day(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_what_is_written_in_french_is_read_back(day: date) -> None:
    assert parse_french_date(french(day)) == day
    assert parse_french_date(f"{day:%d%m%Y}") == day
    assert parse_french_date(f"{day.day}.{day.month}.{day:%Y}") == day
    assert parse_french_date(f" {day:%d - %m - %Y} ") == day
    assert parse_french_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1.2.80", date(1980, 2, 1)),
        ("010280", date(1980, 2, 1)),
        ("01021980", date(1980, 2, 1)),
        ("1 2 1980", date(1980, 2, 1)),
        ("29/02/2024", LEAP_DAY),
        ("31/12/26", date(2026, 12, 31)),
        ("01/01/27", date(1927, 1, 1)),
    ],
)
def test_the_ways_of_writing_a_date(text: str, day: date) -> None:
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        assert parse_french_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "31/02/1980",
        "29/02/2023",
        "00/01/1980",
        "12/13/1980",
        "1980/02/01",
        "1/2",
        "hier",
        "",
        "01/02/1980 10:00",
        "1/2/198",
        "99999999",
        "01/02/0000",
        "<script>",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_french_date(text)


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(parse_french_date(text), date)


@given(end=st.dates(date(2026, 1, 1), date(2040, 12, 31)), before=st.integers(-40, 500))
def test_one_term_runs_at_a_time_and_none_after_the_end(end: date, before: int) -> None:
    day = end - timedelta(days=before)
    term = running_term(day, end, (3, 12, 6))
    if term is None:
        assert before < 0 or day < add_months(end, -12)
    else:
        assert add_months(end, -term) <= day <= end
        assert not any(add_months(end, -later) <= day for later in (3, 6, 12) if later < term)
