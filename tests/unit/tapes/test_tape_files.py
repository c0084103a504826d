from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.tables import each_row
from tui.errors import BadInput
from tui.tapes.lines import event_line, header_line
from tui.tapes.reading import read_tape, tape_of
from tui.tapes.recording import header_of
from tui.tapes.tape import Mark, Tape, TapeEvent
from tui.tapes.wire import (
    Answered,
    Arrived,
    Asked,
    End,
    Ended,
    Named,
    NamedSession,
    Opened,
    Sent,
    Stopped,
)

BEGAN = datetime(2026, 3, 12, 12, 0, tzinfo=timezone(timedelta(hours=1)))
HEADER = header_of("hardwire", BEGAN, bot="b")
TOKENS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=20)
IDS = st.text("abc-1", max_size=8)
CALLS = st.integers(1, 9)
NOW = st.just(0.0)
EVENTS: st.SearchStrategy[TapeEvent] = st.one_of(
    st.builds(Asked, CALLS, NOW, TOKENS, TOKENS.map("/".__add__), IDS, st.binary(), st.booleans()),
    st.builds(
        Answered,
        CALLS,
        NOW,
        st.integers(100, 599),
        TOKENS,
        st.sampled_from([(), (("retry-after", "3"),)]),
    ),
    st.builds(Arrived, CALLS, NOW, st.binary() | st.text().map(str.encode)),
    st.builds(Ended, CALLS, NOW, st.sampled_from(End), st.lists(TOKENS).map(tuple)),
    st.builds(Opened, NOW, IDS),
    st.builds(Sent, NOW, IDS, st.text(), st.booleans(), IDS, IDS),
    st.builds(Stopped, NOW, IDS),
    st.builds(Named, NOW, st.lists(st.builds(NamedSession, IDS, IDS, IDS), max_size=3).map(tuple)),
    st.builds(Mark, NOW, IDS),
)


def content_of(events: list[TapeEvent]) -> bytes:
    return header_line(HEADER) + b"".join(event_line(each, 0.0) for each in events)


@settings(max_examples=100 * FUZZ)
@given(st.lists(EVENTS, max_size=8))
def test_what_was_written_is_read_back_exactly(events: list[TapeEvent]) -> None:
    assert tape_of(content_of(events), "x") == Tape(HEADER, tuple(events))


@settings(max_examples=100 * FUZZ)
@given(st.lists(EVENTS, min_size=1, max_size=4), st.data())
def test_a_tape_that_breaks_off_plays_up_to_there(
    events: list[TapeEvent], data: st.DataObject
) -> None:
    content = content_of(events)
    end = data.draw(st.integers(len(header_line(HEADER)), len(content)))
    tape = tape_of(content[:end], "x")
    assert tape.events == tuple(events[: len(tape.events)])
    assert len(tape.events) >= content[:end].count(b"\n") - 1
    assert not (tape.broken_off and content[:end].endswith(b"\n"))


@settings(max_examples=150 * FUZZ)
@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_a_tape_or_refused_in_a_sentence(content: bytes) -> None:
    for tried in (content, header_line(HEADER) + content + b"\n{}\n"):
        told = ""
        try:
            tape_of(tried, "x")
        except BadInput as error:
            told = error.sentence
        assert told.isprintable()


def test_times_add_up_and_a_line_of_an_unknown_code_counts_with_them() -> None:
    lines = [b'[1.5,"m","a"]', b'[0.25,"zz",{"any":1}]', b"", b'[0.25,"m","b"]']
    tape = tape_of(header_line(HEADER) + b"\n".join(lines) + b"\n", "x")
    assert tape.events == (Mark(1.5, "a"), Mark(2.0, "b"))
    assert (tape.passed_over, tape.duration_s, tape.broken_off) == (1, 2.0, False)


def test_a_header_says_when_and_in_which_zone_and_what_is_left_out() -> None:
    header = json.loads(header_line(HEADER))
    assert header["runnel_tape"] == 1
    assert header["began_at"] == "2026-03-12T12:00:00+01:00"
    assert any("sign-in" in each for each in header["left_out"])
    assert HEADER.zone == timezone(timedelta(hours=1))
    assert header_of("x", BEGAN.astimezone(UTC)).zone == UTC


@each_row(
    ("line", "words"),
    [
        ("[]", "length"),
        ("{", "array"),
        ('[0,"m"', "truncated"),
        ('["now","m","a"]', "float"),
        ('[-1,"m","a"]', "interval"),
        ('[1e300,"m","a"]', "interval"),
        ('[0,"m",3]', "str"),
        ('[0,"o",[0,"a"]]', "number"),
        ('[0,"o",[1]]', "length"),
        ('[0,"b",[1,"?"]]', "base64"),
        ('[0,"h",{"call":1,"status":7}]', "HTTP"),
        ('[0,"h",{"call":1,"status":200,"type":"\\u001b[2J"}]', "request can hold"),
        ('[0,"q",{"call":1,"method":"GET","path":"x"}]', "begin with /"),
        ('[0,"q",{"call":1,"method":"GET","path":"/\\n"}]', "request can hold"),
        ('[0,"q",{"call":1}]', "method"),
        ('[0,"x",{"call":1,"how":"soon"}]', "soon"),
        ('[0,"i",{"did":"dance"}]', "dance"),
        ('[0,"i",{"did":"open","session":"a\\u0007"}]', "id"),
        ('[0,"zz",' + "[" * 5_000, "recursion"),
    ],
)
def test_what_is_wrong_with_a_line_is_told_with_its_number(line: str, words: str) -> None:
    content = header_line(HEADER) + b'[0,"m","a"]\n' + line.encode() + b'\n[0,"m","b"]\n'
    with pytest.raises(BadInput) as caught:
        tape_of(content, "a.tape")
    assert caught.value.sentence.startswith("Line 3 of a.tape cannot be used: ")
    assert words in caught.value.sentence


@each_row(
    ("content", "words"),
    [
        (b"", "is not a tape"),
        (b"\x00\xff", "is not a tape"),
        (b'{"version":3,"term":{}}', "is not a tape"),
        (header_line(HEADER).replace(b"+01:00", b""), "is not a tape"),
        (header_line(HEADER).replace(b"2026-", b"0001-"), "is not a tape"),
        (header_line(HEADER).replace(b"2026-", b"9999-"), "is not a tape"),
        (header_line(HEADER).replace(b'_tape":1', b'_tape":2'), "version 2"),
    ],
)
def test_what_is_no_tape_of_ours_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        tape_of(content, "a")


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for name in (tmp_path, tmp_path / "gone", "\0"):
        with pytest.raises(BadInput, match="cannot be read"):
            read_tape(name)


def test_the_intervals_of_a_written_tape_are_those_between_its_events() -> None:
    events = [Mark(at_s, "") for at_s in (0.0, 0.1, 0.30001, 7.0)]
    lines = [header_line(HEADER)] + [
        event_line(after, after.at_s - before.at_s) for before, after in pairwise(events)
    ]
    assert [each.at_s for each in tape_of(b"".join(lines), "x").events] == pytest.approx(
        [0.1, 0.30001, 7.0]
    )
