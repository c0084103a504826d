"""Times, durations and sizes as a person reads them."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from tui.model import ALWAYS, Period


class Span(enum.Enum):
    """How far back the sessions of a list go, as a person is told."""

    ALL = "all"
    TODAY = "today"
    WEEK = "last 7 days"
    MONTH = "last 30 days"
    YEAR = "last year"

    def period(self, now: datetime) -> Period:
        """Return the time it covers; days begin at midnight of `now`'s time zone."""
        if self is Span.ALL:
            return ALWAYS
        if self is Span.TODAY:
            return Period(now.replace(hour=0, minute=0, second=0, microsecond=0))
        days = {Span.WEEK: 7, Span.MONTH: 30, Span.YEAR: 365}[self]
        return Period(now - timedelta(days=days))


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
    if days < 7:
        return f"{then:%a}"
    if then.year == now.year:
        return f"{then.day} {then:%b}"
    return f"{then:%b %Y}"


def day_group(then: datetime | None, now: datetime) -> str:
    """Return the heading a session stands under: Today, Yesterday, This week, Older."""
    if then is None:
        return "Older"
    days = (now.date() - then.astimezone(now.tzinfo).date()).days
    if days <= 0:
        return "Today"
    if days == 1:
        return "Yesterday"
    return "This week" if days < 7 else "Older"


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
