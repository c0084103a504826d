from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.tables import each_row
from tui.formatting.times import AGES, Span, clock_time, day_group, duration, relative_time, size
from tui.model import Session

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))


@each_row(
    ("ago", "told"),
    [
        (timedelta(days=-3), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=12), "12 h"),
        (timedelta(hours=12, minutes=1), "Wed"),
        (timedelta(days=6), "Fri"),
        (timedelta(days=7), "5 Mar"),
        (timedelta(days=70), "1 Jan"),
        (timedelta(days=71), "Dec 2025"),
    ],
)
def test_a_time_is_told_from_now(ago: timedelta, told: str) -> None:
    assert relative_time(NOW - ago, NOW) == told


@each_row(
    ("ago", "group"),
    [
        (timedelta(days=-1), "Today"),
        (timedelta(hours=12), "Today"),
        (timedelta(hours=13), "Yesterday"),
        (timedelta(days=2), "Last 7 days"),
        (timedelta(days=6), "Last 7 days"),
        (timedelta(days=7), "Older"),
    ],
)
def test_a_session_stands_under_its_day(ago: timedelta, group: str) -> None:
    assert day_group(NOW - ago, NOW) == group


@each_row("hours", range(-1, 10 * 24))
def test_the_last_7_days_are_those_of_the_heading_and_of_what_is_today_or_was_yesterday(
    hours: int,
) -> None:
    then = NOW.astimezone(TOKYO) - timedelta(hours=hours)
    is_held = Span.WEEK.period(NOW).holds(Session("s", updated_at=then))
    assert is_held is (day_group(then, NOW) != AGES[-1])


def test_days_are_those_of_the_readers_time_zone() -> None:
    now = datetime(2026, 3, 12, 1, 0, tzinfo=TOKYO)
    then = datetime(2026, 3, 11, 14, 0, tzinfo=UTC)
    assert day_group(then, now) == "Yesterday"
    assert clock_time(then, now) == "11 Mar 23:00"


def test_an_unknown_time_is_told_as_nothing() -> None:
    assert relative_time(None, NOW) == ""
    assert clock_time(None, NOW) == ""
    assert day_group(None, NOW) == "Older"


@pytest.mark.parametrize(
    ("then", "told"),
    [
        (NOW.replace(hour=9, minute=5), "09:05"),
        (NOW.replace(day=1), "1 Mar 12:00"),
        (NOW.replace(year=2024, day=1), "1 Mar 2024 12:00"),
    ],
)
def test_the_clock_tells_as_much_date_as_it_takes(then: datetime, told: str) -> None:
    assert clock_time(then, NOW) == told


@each_row(
    ("seconds", "told"),
    [
        (0.0, "0.0 s"),
        (0.44, "0.4 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (60.0, "1 min 0 s"),
        (200.0, "3 min 20 s"),
        (3569.4, "59 min 29 s"),
        (3599.7, "1 h 0 min"),
        (18_600, "5 h 10 min"),
    ],
)
def test_durations(seconds: float, told: str) -> None:
    assert duration(seconds) == told


@each_row(
    ("size_bytes", "told"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (999.7, "1.0 KB"),
        (1000, "1.0 KB"),
        (999_949, "999.9 KB"),
        (999_950, "1.0 MB"),
        (1_234_567, "1.2 MB"),
    ],
)
def test_sizes(size_bytes: float, told: str) -> None:
    assert size(size_bytes) == told
