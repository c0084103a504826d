from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.tables import each_row
from tui.cli.period import period_of
from tui.errors import BadInput
from tui.model import ALWAYS, Period, Session

NOW = datetime(2026, 11, 15, 12, 0, tzinfo=timezone(timedelta(hours=1)))


@each_row(
    ("text", "ago"),
    [
        ("24h", timedelta(hours=24)),
        ("7d", timedelta(days=7)),
        ("2W", timedelta(weeks=2)),
        (" 0h ", timedelta(0)),
    ],
)
def test_a_number_with_a_unit_is_that_long_ago(text: str, ago: timedelta) -> None:
    assert period_of(text, None, NOW) == Period(start=NOW - ago)
    assert period_of(None, text, NOW) == Period(end=NOW - ago)


def test_a_day_is_meant_whole_and_here() -> None:
    day = period_of("2026-11-01", "2026-11-01", NOW)
    first, last = datetime(2026, 11, 1).astimezone(), datetime(2026, 11, 1, 23, 59).astimezone()
    for moment in (first, last):
        assert day.holds(Session("s", created_at=moment))
    for moment in (first - timedelta(seconds=1), last + timedelta(minutes=1)):
        assert not day.holds(Session("s", created_at=moment))


@pytest.mark.parametrize(("text", "days"), [("today", 0), ("Yesterday", 1)])
def test_a_day_is_named_as_in_a_query(text: str, days: int) -> None:
    day = (NOW.astimezone() - timedelta(days=days)).date().isoformat()
    assert period_of(text, text, NOW) == period_of(day, day, NOW)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01T10:00:00Z", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T10:00:00.250+02:00", datetime(2026, 11, 1, 8, 0, 0, 250_000, UTC)),
        ("2026-11-01 10:00", datetime(2026, 11, 1, 10).astimezone()),
    ],
)
def test_an_iso_time_is_that_time_and_without_a_zone_it_is_meant_here(
    text: str, moment: datetime
) -> None:
    assert period_of(text, None, NOW).start == moment


def test_no_time_is_all_times() -> None:
    assert period_of(None, None, NOW) == ALWAYS


@each_row(
    "text",
    ["", " ", "soon", "7", "d", "7 d", "-7d", "1.5d", "7m", "2026-13-01", "2026-11", "tomorrow",
     "999999999w", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-12:00", "\x1b[2J"],
)  # fmt: skip
def test_anything_else_is_one_sentence(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        period_of(text, None, NOW)
    assert refused.value.sentence.endswith("is not a time.")
    assert "\x1b" not in refused.value.sentence
    assert "7d" in refused.value.hint


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(BadInput, match="earlier"):
        period_of("1d", "2d", NOW)
