"""Timing of an answer on the wire: first token, speed, gaps, stalls, retries, quota."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from tui.events import TextDelta
from tui.inspection.reader import WireCall, WireReader, WireRow
from tui.tapes.wire import Answered, Arrived

LONG_GAP_S = 2.0
"""A silence this long between two pieces is told of as a stall."""
_REFUSED = 400
"""The first status that means failure."""


class Timing(Struct, frozen=True):
    """What the pieces of one body tell. Times are seconds since the request."""

    pieces: int = 0
    size_bytes: int = 0
    chars: int = 0
    """Of the text in them."""
    first_byte_s: float | None = None
    first_text_s: float | None = None
    last_text_s: float | None = None
    longest_gap_s: float = 0.0
    """Between two pieces, or from the last one to the end."""
    longest_gap_at_s: float = 0.0
    """When it began."""
    stalls: tuple[float, ...] = ()
    """How long each silence of `LONG_GAP_S` or more was."""

    @property
    def chars_per_s(self) -> float | None:
        """From the first text to the last; `None` where all of it came at once."""
        if self.first_text_s is None or self.last_text_s is None:
            return None
        span_s = self.last_text_s - self.first_text_s
        return self.chars / span_s if span_s > 0 else None


def timing_of(call: WireCall, rows: Sequence[WireRow]) -> Timing:
    """Return what `rows` tell of a call; the last text may come with the end of its body."""
    began_s = call.asked.at_s
    arrived = [each.at_s - began_s for each in _pieces(call, rows)]
    # what broke off was silent before
    ended = [call.ended.at_s - began_s] if call.ended is not None and arrived else []
    gaps = [(later - sooner, sooner) for sooner, later in pairwise([*arrived, *ended])]
    longest_gap_s, longest_gap_at_s = max(gaps, default=(0.0, 0.0))
    texts = [(row.event.at_s - began_s, len(text)) for row, text in _texts(call, rows)]
    return Timing(
        pieces=len(arrived),
        size_bytes=sum(len(each.data) for each in _pieces(call, rows)),
        chars=sum(chars for _, chars in texts),
        first_byte_s=arrived[0] if arrived else None,
        first_text_s=texts[0][0] if texts else None,
        last_text_s=texts[-1][0] if texts else None,
        longest_gap_s=longest_gap_s,
        longest_gap_at_s=longest_gap_at_s,
        stalls=tuple(gap_s for gap_s, _ in gaps if gap_s >= LONG_GAP_S),
    )


def _pieces(call: WireCall, rows: Sequence[WireRow]) -> Iterator[Arrived]:
    for row in rows:
        if isinstance(row.event, Arrived) and row.event.call == call.asked.call:
            yield row.event


def text_of(call: WireCall, rows: Sequence[WireRow]) -> str:
    """Return the text that a body brought."""
    return "".join(text for _, text in _texts(call, rows))


def _texts(call: WireCall, rows: Sequence[WireRow]) -> Iterator[tuple[WireRow, str]]:
    for row in rows:
        if row.event.call == call.asked.call:
            yield from ((row, each.text) for each in row.meanings if isinstance(each, TextDelta))


def retries_of(reader: WireReader) -> list[tuple[WireCall, WireCall]]:
    """Return each call that failed, with the next one that asked for the same again."""
    calls = list(reader.calls.values())
    retries = []
    for at, call in enumerate(calls):
        if not _has_failed(call):
            continue
        same = (call.asked.method, call.asked.path)
        again = (each for each in calls[at + 1 :] if (each.asked.method, each.asked.path) == same)
        if (next_call := next(again, None)) is not None:
            retries.append((call, next_call))
    return retries


def _has_failed(call: WireCall) -> bool:
    if call.answered is None:
        return call.ended is not None
    return call.answered.status >= _REFUSED


def quota_of(reader: WireReader) -> Answered | None:
    """Return the last head that tells how many calls are left, `None` where none does."""
    heads = (each.answered for each in reversed(reader.calls.values()) if each.answered)
    return next((each for each in heads if each.headers), None)


class Plot(Struct, frozen=True):
    """Arrivals over time."""

    spans: list[float]
    """Bytes that arrived in each of equal spans."""
    span_s: float
    """How long all of them are together."""


def arrivals(call: WireCall, rows: Sequence[WireRow], count: int) -> Plot:
    """Return how the body of a call arrived, in `count` spans from its request on."""
    began_s, last_s = call.asked.at_s, call.asked.at_s
    pieces = list(_pieces(call, rows))
    if pieces:
        last_s = pieces[-1].at_s
    if call.ended is not None:
        last_s = call.ended.at_s
    span_s = last_s - began_s
    spans = [0.0] * count
    for each in pieces:
        share = (each.at_s - began_s) / span_s if span_s > 0 else 0.0
        spans[min(count - 1, int(share * count))] += len(each.data)
    return Plot(spans, span_s)
