"""Age of a local copy in words: when the server last showed it, or that only the copy is left."""

from __future__ import annotations

from datetime import datetime

from tui.formatting.times import clock_time

GONE_WORDS = "deleted at the server · kept here"
"""What stands beside a session that the server does not have any more."""


def age_words(read_at: datetime | None, now: datetime) -> str:
    """Return `as of 14:02`; empty when it is not known."""
    return f"as of {clock_time(read_at, now)}" if read_at is not None else ""
