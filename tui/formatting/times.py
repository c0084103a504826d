"""Times, durations and sizes as a person reads them."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from tui.model import ALWAYS, Period

AGES = ("Today", "Yesterday", "Last 7 days", "Older")
"""Headings of a list by time; without the calendar's weeks, of which each country has its own."""
_WEEK_DAYS = 7


class Span(enum.Enum):
    """How far back the sessions of a list go, as a person is told."""

    ALL = "all"
    TODAY = "today"
    WEEK = "last 7 days"
    MONTH = "last 30 days"
    YEAR = "last 365 days"

    def period(self, now: datetime) -> Period:
        """Return the time it covers; days begin at midnight of `now`'s time zone, today is one."""
        if self is Span.ALL:
            return ALWAYS
        days = {Span.TODAY: 1, Span.WEEK: _WEEK_DAYS, Span.MONTH: 30, Span.YEAR: 365}[self]
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return Period(today - timedelta(days=days - 1))


def relative_time(then: datetime | None, now: datetime) -> str:
    """Return a few characters such as `now`, `5 min`, `3 h`, `Tue`, `12 Mar`, `Mar 2024`.

    Days and dates are those of `now`'s time zone. Empty when `then` is `None`.
    """
    if then is None:
        return ""
    then = then.astimezone(now.tzinfo)
    seconds = (now - then).total_seconds()
    days = (now.date() - then.date()).days
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if days == 0:
        return f"{int(seconds // 3600)} h"
    if days < _WEEK_DAYS:
        return f"{then:%a}"
    if then.year == now.year:
        return f"{then.day} {then:%b}"
    return f"{then:%b %Y}"


def day_group(then: datetime | None, now: datetime) -> str:
    """Return the heading a session stands under, which is one of `AGES`."""
    if then is None:
        return "Older"
    days = (now.date() - then.astimezone(now.tzinfo).date()).days
    if days <= 0:
        return "Today"
    if days == 1:
        return "Yesterday"
    return "Last 7 days" if days < _WEEK_DAYS else "Older"


def clock_time(then: datetime | None, now: datetime) -> str:
    """Return `14:02`, with the date before it when it is not today; empty for `None`."""
    if then is None:
        return ""
    then = then.astimezone(now.tzinfo)
    if then.date() == now.date():
        return f"{then:%H:%M}"
    if then.year == now.year:
        return f"{then.day} {then:%b %H:%M}"
    return f"{then.day} {then:%b %Y %H:%M}"


def duration(seconds: float) -> str:
    """Return `0.4 s`, `12 s`, `3 min 20 s`, `5 h 10 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if round(seconds) < 60:
        return f"{seconds:.0f} s"
    minutes, rest_s = divmod(round(seconds), 60)
    hours, rest_min = divmod(minutes, 60)
    return f"{hours} h {rest_min} min" if hours else f"{minutes} min {rest_s} s"


def size(size_bytes: float) -> str:
    """Return `512 B`, `3.4 KB`, `1.2 MB`."""
    if round(size_bytes) < 1000:
        return f"{size_bytes:.0f} B"
    if size_bytes < 999_950:
        return f"{size_bytes / 1000:.1f} KB"
    return f"{size_bytes / 1_000_000:.1f} MB"
