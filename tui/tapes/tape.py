"""Tape: the recorded wire of a conversation, as lines of `[interval_s, code, data]` in a file.

The first line is an object, the header. Each other one is an array: seconds since the line before,
a code, and what that needs. Lines of codes that are not known here are passed over.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from msgspec import Struct

from tui.tapes.wire import Asked, Told

VERSION = 1
TICK_S = 1.0
"""Where nothing comes for longer, the clock of a replay goes on by this."""
_API_ROOT = "/api"


class Mark(Struct, frozen=True, gc=False):
    """A place that a person gave a name."""

    at_s: float
    name: str


TapeEvent = Told | Mark


class Header(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """First line of a tape."""

    runnel_tape: int = 0
    """Version of the format."""
    api: str
    """Family of the API that was spoken, as `api` of a profile says."""
    began_at: datetime
    """When the recording began, by the clock of that machine and in its zone."""
    bot: str = ""
    """Id of what was asked; empty where the server told."""
    host: str = ""
    """Empty unless it was to be kept."""
    runnel: str = ""
    """Version of the program that recorded it."""
    left_out: tuple[str, ...] = ()
    """What is masked or missing, in words."""

    @property
    def zone(self) -> timezone:
        offset = self.began_at.utcoffset() or timedelta()
        return timezone(offset) if offset else UTC


class Tape(Struct, frozen=True):
    """A recording, read."""

    header: Header
    events: tuple[TapeEvent, ...]
    """In the order in which they happened; their times are seconds since the beginning."""
    broken_off: bool = False
    """The last line is not whole: a crash, or a full disk."""
    passed_over: int = 0
    """Lines of codes that are not known here."""

    @property
    def duration_s(self) -> float:
        return self.events[-1].at_s if self.events else 0.0


def base_path_of(tape: Tape) -> str:
    """Return what the paths of its calls begin with before their API's own, mostly nothing."""
    calls = (each for each in tape.events if isinstance(each, Asked) and not each.is_private)
    first = next((each.path for each in calls if _API_ROOT in each.path), "")
    return first.partition(_API_ROOT)[0]
