"""Summary of a tape and its events in words, and parts of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from tui.safe_text import SafeText, clean_line
from tui.tapes.sessions import first_questions
from tui.tapes.tape import TICK_S, Mark, Tape, TapeEvent
from tui.tapes.wire import Answered, Arrived, Asked, End, Ended, Named, Opened, Sent, Stopped
from tui.values import replace

_SHOWN_CHARS = 160


class TapeSummary(Struct, frozen=True):
    """What is on a tape, in numbers."""

    calls: int
    failed_calls: int
    """Those that broke off, or got no answer."""
    unended_calls: int
    questions: int
    asked_sessions: int
    """Those in which a question was asked."""
    other_sessions: int
    """Those that something else was asked of: their history was read, or a run was followed."""
    size_bytes: int
    """Of all that came."""
    longest_pause_s: float


def summary_of(tape: Tape) -> TapeSummary:
    asked = [each for each in tape.events if isinstance(each, Asked)]
    ended = [each for each in tape.events if isinstance(each, Ended)]
    questioned = first_questions(tape)
    times = [0.0, *(each.at_s for each in tape.events)]
    return TapeSummary(
        calls=len(asked),
        failed_calls=sum(each.how in (End.BROKEN, End.UNANSWERED) for each in ended),
        unended_calls=len({each.call for each in asked} - {each.call for each in ended}),
        questions=sum(isinstance(each, Sent) for each in tape.events),
        asked_sessions=len(questioned),
        other_sessions=len({each.session for each in asked} - {"", *questioned}),
        size_bytes=sum(len(each.data) for each in tape.events if isinstance(each, Arrived)),
        longest_pause_s=max((after - before for before, after in pairwise(times)), default=0.0),
    )


def lines_of(tape: Tape) -> Iterator[str]:
    """Yield a line for each event, safe to draw: its time, its call, and what happened."""
    for event in tape.events:
        call = "" if isinstance(event, Opened | Sent | Stopped | Named | Mark) else f"#{event.call}"
        yield f"{event.at_s:10.3f}  {call:>5}  {words_of(event)}"


def words_of(event: TapeEvent) -> SafeText:
    """Return what happened, safe to draw, on a line."""
    return clean_line(_words(event), _SHOWN_CHARS)


def _words(event: TapeEvent) -> str:
    match event:
        case Asked(_, _, method, path, _, body, is_private):
            told = " (sign-in)" if is_private else f" {body.decode('utf-8', 'replace')}"
            return f"→ {method} {path}{told}"
        case Answered(_, _, status, content_type, headers):
            return " ".join([f"← {status} {content_type}", *map(": ".join, headers)])
        case Arrived(_, _, data):
            return f"← {len(data)} bytes  {data.decode('utf-8', 'replace')}"
        case Ended(_, _, how, errors):
            return " ".join([f"· {how}", *errors])
        case Opened(_, session):
            return f"❯ opened {session or 'a new session'}"
        case Sent(_, session, text):
            return f"❯ asked in {session or 'a new session'}: {text}"
        case Stopped(_, session):
            return f"❯ stopped {session}"
        case Named(_, sessions):
            return f"◇ named {', '.join(each.title for each in sessions)}"
        case Mark(_, name):
            return f"◆ {name}"


def broken_off_at(tape: Tape, at_s: float) -> Tape:
    """Return what is up to a moment; what goes on then does not come to its end."""
    events = tuple(each for each in tape.events if each.at_s <= at_s)
    last_s = events[-1].at_s if events else 0.0
    if ticks := int((at_s - last_s) / TICK_S):
        # a clock that goes on though nothing comes
        events = (*events, Mark(last_s + ticks * TICK_S, ""))
    return Tape(tape.header, events, broken_off=True)


def cut(tape: Tape, from_s: float, to_s: float) -> Tape:
    """Return what is up to `to_s`; what was before `from_s` happens at once, at the beginning."""
    events = (
        replace(each, at_s=max(0.0, each.at_s - from_s))
        for each in tape.events
        if each.at_s <= to_s
    )
    return Tape(tape.header, tuple(events))
