"""Summary of an inspected send: a line for each thing that can be told of it."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping

from msgspec import Struct

from tui.conversation.progress import Progress
from tui.conversation.send_records import SendRecord
from tui.formatting.counts import counted
from tui.formatting.times import size
from tui.formatting.word_diff import word_diff
from tui.inspection.inspected import Inspected
from tui.inspection.reader import WireCall, WireReader
from tui.inspection.timing import LONG_GAP_S, Timing, quota_of, retries_of, text_of, timing_of
from tui.model import Message, MessageStatus
from tui.safe_text import clean, clean_line
from tui.tapes.wire import End

_ENDS: Mapping[End, str] = {
    End.WHOLE: "the body came to its end",
    End.LEFT: "Runnel closed the stream",
    End.BROKEN: "the connection broke",
    End.UNANSWERED: "no answer came",
}
DIFF_CHARS = 10_000


class Fact(Struct, frozen=True):
    """One line of a summary."""

    name: str
    words: str


class Sameness(enum.Enum):
    """How the text that the server holds is to the one that came over the wire."""

    OPEN = "The answer is still coming."
    UNREAD = "The history was not read again yet."
    NOT_STORED = "The server's history does not show this answer."
    NOT_KNOWN = "What came over the wire is no longer kept, so it cannot be compared."
    EQUAL = "The same as what came over the wire."
    BLANKS = "The same as what came over the wire, but for blanks at the ends."
    SPACES = "The same words as came over the wire; white space differs."
    OTHER = "Not the same as what came over the wire:"


def seconds(value_s: float) -> str:
    """Return a time on the wire: `0.012 s`, `12.3 s`."""
    return f"{value_s:.3f} s" if value_s < 10 else f"{value_s:.1f} s"


def ending(call: WireCall) -> str:
    """Return how a call ended in words, with the names of what it failed with."""
    if call.ended is None:
        return "not over yet"
    if call.is_complete and call.ended.how is End.LEFT:
        return "the answer was whole, and Runnel closed the stream behind it"
    errors = f" ({', '.join(call.ended.errors)})" if call.ended.errors else ""
    return f"{_ENDS[call.ended.how]}{errors}"


def summary_of(inspected: Inspected) -> list[Fact]:
    """Return what is known, in the order of what happened; without a wire only what remains."""
    facts: list[Fact] = []
    reader, record = inspected.reader, inspected.record
    call = reader.answer if reader is not None else None
    if reader is not None and call is not None and record is not None:
        timing = timing_of(call, reader.rows)
        facts += _of_request(inspected, call)
        if reader.is_whole:
            facts += _of_beginning(timing, call, record)
        facts += _of_arrival(timing, is_whole=reader.is_whole)
        facts += _of_troubles(timing, reader)
    if record is not None:
        facts += _of_rereading(record.progress, reader)
        facts += _of_text(inspected)
    return facts


def _of_request(inspected: Inspected, call: WireCall) -> Iterator[Fact]:
    yield Fact("Request", inspected.masked(f"{call.asked.method} {call.asked.path}"))
    if (head := call.answered) is not None:
        yield Fact("Answer", clean_line(f"{head.status} {head.content_type}"))
        for name, value in head.headers:
            yield Fact("", clean_line(inspected.masked(f"{name}: {value}")))
    yield Fact("End", ending(call))


def _of_beginning(timing: Timing, call: WireCall, record: SendRecord) -> Iterator[Fact]:
    waited_s = call.asked.at_s - record.progress.began_at
    if timing.first_byte_s is not None:
        yield Fact("First byte", f"{seconds(timing.first_byte_s)} after the request")
    if timing.first_text_s is not None:
        whole = seconds(timing.first_text_s + waited_s)
        yield Fact(
            "First token", f"{seconds(timing.first_text_s)} after the request, {whole} after Enter"
        )


def _of_arrival(timing: Timing, *, is_whole: bool) -> Iterator[Fact]:
    speed = timing.chars_per_s
    if speed is not None:
        yield Fact("Speed", f"{speed:,.0f} characters/s")
    letters = f", {counted(timing.chars, 'character')} of text" if timing.chars else ""
    pieces = counted(timing.pieces, "piece")
    yield Fact(
        "Received" if is_whole else "Last of it", f"{size(timing.size_bytes)} in {pieces}{letters}"
    )


def _of_troubles(timing: Timing, reader: WireReader) -> Iterator[Fact]:
    if timing.longest_gap_s:
        at = seconds(timing.longest_gap_at_s)
        yield Fact("Longest gap", f"{seconds(timing.longest_gap_s)}, {at} after the request")
    stalls = counted(len(timing.stalls), "silence") if timing.stalls else "none"
    lasted = f", {seconds(sum(timing.stalls))} in all" if timing.stalls else ""
    yield Fact("Stalls", f"{stalls} of {LONG_GAP_S:.0f} s or more{lasted}")
    retries = retries_of(reader)
    yield Fact("Retries", str(len(retries)) if retries else "none")
    for failed, again in retries:
        status = f"HTTP {failed.answered.status}" if failed.answered else ending(failed)
        later = seconds(again.asked.at_s - failed.asked.at_s)
        yield Fact("", f"{failed.asked.method} again after {status}, {later} later")
    head = quota_of(reader)
    fields = dict(head.headers) if head is not None else {}
    for prefix in ("x-ratelimit", "ratelimit"):
        if (left := fields.get(f"{prefix}-remaining")) is not None:
            limit = fields.get(f"{prefix}-limit", "?")
            yield Fact("Quota", clean_line(f"{left} of {limit} calls left"))


def _of_rereading(progress: Progress, reader: WireReader | None) -> Iterator[Fact]:
    if progress.ended_at is None:
        return
    if progress.settled_at is None:
        yield Fact("Read again", "going on")
        return
    took = seconds(progress.settled_at - progress.ended_at)
    ended_at = progress.ended_at
    calls = [] if reader is None else reader.calls.values()
    count = sum(each.asked.at_s >= ended_at for each in calls)
    of_calls = f" by {counted(count, 'call')}" if count else ""
    yield Fact("Read again", f"{took} after the end{of_calls}")


def _of_text(inspected: Inspected) -> Iterator[Fact]:
    sameness, difference = compared(inspected)
    yield Fact("Stored text", sameness.value)
    if difference:
        yield Fact("", difference)


def compared(inspected: Inspected) -> tuple[Sameness, str]:
    """Return how the stored text is to the streamed one, and the difference where words differ.

    In it `[-these-]` came over the wire, and `{+these+}` are what the server holds.
    """
    answer = inspected.answer
    if not inspected.is_over:
        return Sameness.OPEN, ""
    if answer is None or answer.status is not MessageStatus.STORED:
        return _unstored(answer), ""
    reader = inspected.reader
    if reader is None or reader.answer is None or not reader.is_whole:
        return Sameness.NOT_KNOWN, ""
    return compared_texts(text_of(reader.answer, reader.rows), answer.text)


def _unstored(answer: Message | None) -> Sameness:
    return Sameness.UNREAD if answer is None else Sameness.NOT_STORED


def compared_texts(streamed: str, stored: str) -> tuple[Sameness, str]:
    """Return how a stored text is to a streamed one, and the difference where words differ."""
    if streamed == stored:
        return Sameness.EQUAL, ""
    if streamed.strip() == stored.strip():
        return Sameness.BLANKS, ""
    difference = word_diff(streamed, stored)
    if not difference:
        is_same = streamed.split() == stored.split()
        return (Sameness.SPACES if is_same else Sameness.OTHER), ""
    return Sameness.OTHER, clean(difference, DIFF_CHARS)
