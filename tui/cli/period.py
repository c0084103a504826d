"""Spans of time as they are typed: `--since 7d`, `--until 2026-11-01`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from tui.errors import BadInput
from tui.model import Period
from tui.safe_text import clean_line

_AGO = re.compile(r"(\d{1,9})([hdw])", re.IGNORECASE)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS_AGO = {"today": 0, "yesterday": 1}


def period_of(since: str | None, until: str | None, now: datetime) -> Period:
    """Return the span between two typed times, `None` being no bound; a day is meant whole.

    Times without a zone are those of this machine, `now` is aware.

    Raises:
        BadInput: one is not a time, or the span ends before it starts.
    """
    start = None if since is None else _moment(since, now, time.min)
    end = None if until is None else _moment(until, now, time.max)
    if start is not None and end is not None and end < start:
        raise BadInput("--until is earlier than --since.", hint="Swap them.")
    return Period(start, end)


def _moment(text: str, now: datetime, of_day: time) -> datetime:
    text = text.strip()
    try:
        if ago := _AGO.fullmatch(text):
            moment = now - int(ago[1]) * _UNITS[ago[2].lower()]
        elif (days := _DAYS_AGO.get(text.lower())) is not None:
            moment = datetime.combine(now.astimezone().date() - timedelta(days), of_day)
        else:
            moment = datetime.fromisoformat(text)
            if _DAY.fullmatch(text):
                moment = datetime.combine(moment, of_day)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise BadInput(
            f"“{clean_line(text, 60)}” is not a time.",
            hint="Write 24h, 7d or 2w for that long ago, today, yesterday, a day such as"
            " 2026-11-01, or an ISO time.",
        ) from None
