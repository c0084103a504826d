from __future__ import annotations

from itertools import pairwise

from tests.unit.tapes.test_player import CALL
from tests.unit.tapes.test_tape_files import HEADER
from tui.tapes.lines import lines_of_tape
from tui.tapes.reading import tape_of
from tui.tapes.summary import TapeSummary, cut, lines_of, summary_of
from tui.tapes.tape import Mark, Tape
from tui.tapes.wire import Arrived, Asked, End, Ended, Opened, Sent, Stopped

TAPE = Tape(
    HEADER,
    (
        Opened(0.0, ""),
        Sent(0.5, "", "Why?\x1b[2J"),
        *CALL,
        Asked(2, 7.0, "POST", "/auth", "", b"", is_private=True),
        Ended(2, 8.0, End.UNANSWERED, ("ConnectError",)),
        Asked(3, 9.0, "POST", "/s", "s", b"\xff"),
        Stopped(9.5, "s"),
        Mark(9.75, "here"),
    ),
)


def test_a_summary_counts_what_is_on_a_tape() -> None:
    assert summary_of(TAPE) == TapeSummary(3, 1, 1, 1, 1, 1, 7, 2.5)
    assert summary_of(Tape(HEADER, ())) == TapeSummary(0, 0, 0, 0, 0, 0, 0, 0.0)


def test_a_session_is_told_from_those_that_nothing_was_asked_in() -> None:
    asked = (
        Sent(0.0, "", "Why?"),
        Asked(1, 0.1, "GET", "/busy", "busy", b""),
        Asked(2, 0.1, "POST", "/made", "made", b'{"content":"Why?"}'),
        Sent(0.2, "made", "And then?"),
        Sent(0.3, "other", "Why not?"),
        Asked(3, 0.4, "GET", "/busy", "busy", b""),
    )
    summary = summary_of(Tape(HEADER, asked))
    assert (summary.questions, summary.asked_sessions, summary.other_sessions) == (3, 2, 1)


def test_there_is_a_line_for_each_event_that_is_safe_to_draw() -> None:
    lines = [*lines_of(TAPE)]
    assert len(lines) == len(TAPE.events)
    assert all(each.isprintable() for each in lines)
    assert lines[-1].split() == ["9.750", "◆", "here"]


def test_what_was_before_a_cut_happens_at_once_and_what_was_behind_it_not() -> None:
    part = cut(TAPE, 3.0, 8.0)
    assert [type(each) for each in part.events] == [type(each) for each in TAPE.events[:9]]
    assert part.duration_s == 5.0
    assert [each.at_s for each in part.events][:5] == [0.0] * 5
    assert all(before.at_s <= after.at_s for before, after in pairwise(part.events))
    assert part.events[5] == Arrived(1, 2.5, b"two")
    assert tape_of(b"".join(lines_of_tape(part)), "x") == part
