"""Times of a query: `7d`, `today`, `2026-11-01`, an ISO time; relative ones stay relative."""

from __future__ import annotations

import enum
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from msgspec import Struct


class TimeUnit(enum.StrEnum):
    MINUTES = "min"
    HOURS = "h"
    DAYS = "d"
    WEEKS = "w"


class NamedDay(enum.StrEnum):
    TODAY = "today"
    YESTERDAY = "yesterday"


class Ago(Struct, frozen=True):
    """So long before now."""

    count: int
    unit: TimeUnit


When = Ago | NamedDay | date | datetime
"""A day is meant from its midnight on; a time without a zone is one of this place."""

_NAMED_DAYS = {day.value: day for day in NamedDay}
_AGO = re.compile(r"([0-9]{1,9})(min|h|d|w)", re.IGNORECASE)
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME_CHARS = 40
_SECONDS = {
    TimeUnit.MINUTES: 60,
    TimeUnit.HOURS: 3_600,
    TimeUnit.DAYS: 86_400,
    TimeUnit.WEEKS: 604_800,
}
EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


def when_of(text: str) -> When:
    """Return the time that a text names; a month or a year begins with its first day.

    Raises:
        ValueError: it names none.
    """
    text = text.strip()[:_TIME_CHARS]
    if (day := _NAMED_DAYS.get(text.lower())) is not None:
        return day
    if ago := _AGO.fullmatch(text):
        return Ago(int(ago[1]), TimeUnit(ago[2].lower()))
    if month := _MONTH.fullmatch(text):
        return date(int(month[1]), int(month[2] or 1), 1)
    if _DAY.fullmatch(text):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text)


def text_of_when(when: When) -> str:
    """Return what names a time: `when_of` reads the same of it."""
    match when:
        case Ago(count, unit):
            return f"{count}{unit}"
        case NamedDay():
            return when.value
        case _:
            return when.isoformat()


def moment_of(when: When, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the moment in UTC, the nearest that there is where it is beyond the calendar.

    `zone` is where days begin, `None` for the one that this machine is set to; `now` is aware.
    """
    try:
        match when:
            case Ago(count, unit):
                moment = now.astimezone(UTC) - timedelta(seconds=count * _SECONDS[unit])
            case NamedDay():
                days = int(when is NamedDay.YESTERDAY)
                moment = _midnight(now.astimezone(zone).date() - timedelta(days=days), zone)
            case datetime() if when.tzinfo is not None:
                moment = when
            case datetime():
                moment = _in_zone(when, zone)
            case _:
                moment = _midnight(when, zone)
        return moment.astimezone(UTC)
    except (OverflowError, ValueError, OSError):
        year = when.year if isinstance(when, date) else 1
        return LATEST if year > 5_000 else EARLIEST


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    return _in_zone(datetime.combine(day, time.min), zone)


def _in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.astimezone() if zone is None else moment.replace(tzinfo=zone)
