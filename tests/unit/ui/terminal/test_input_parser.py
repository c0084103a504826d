from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.messages import TerminalSupportsSynchronizedOutput

from tests.fuzz import FUZZ
from tests.tables import each_row
from tests.unit.ui.terminal.input_bytes import CUT, REPLIES, RUBBISH, streams
from tests.unit.ui.terminal.parsed import (
    END,
    START,
    Clock,
    bytewise,
    keys,
    keys_of,
    read,
    seen,
    typed,
)
from tui.ui.terminal.input_parser import InputParser, TerminalBackground, TerminalReady

EXAMPLES = 60 * FUZZ


@pytest.mark.slow
@each_row("data", [*REPLIES, *RUBBISH, *CUT])
def test_what_nobody_typed_is_neither_text_nor_a_key(data: bytes) -> None:
    for messages in (read(data), read(*bytewise(data))):
        assert all(isinstance(message, TerminalBackground | TerminalReady) for message in messages)


@each_row(
    ("colour", "expected"),
    [
        (b"rgb:ffff/8080/0000", "#FF8000"),
        (b"rgb:ff/80/00", "#FF8000"),
        (b"rgb:f/8/0", "#FF8800"),
        (b"rgba:ffff/8080/0000/ffff", "#FF8000"),
    ],
)
@each_row("end", [b"\x07", b"\x1b\\", b"\xc2\x9c"])
@each_row("start", [b"\x1b]", b"\x9d", b"\xc2\x9d"])
def test_a_terminal_tells_the_colour_of_its_ground_in_any_pieces(
    start: bytes, colour: bytes, end: bytes, expected: str
) -> None:
    data = start + b"11;" + colour + end
    splits = [[data], bytewise(data), *([data[:at], data[at:]] for at in range(1, len(data)))]
    for pieces in splits:
        (message,) = read(*pieces)
        assert isinstance(message, TerminalBackground)
        assert message.colour.hex == expected


@each_row(
    "told", [b"", b"?", b"red", b"rgb:", b"rgb:ff/ff", b"rgb:fffff/0/0", b"rgb:g/0/0", b"#ffffff"]
)
@each_row("number", [b"10", b"11", b"12", b"111"])
def test_an_answer_that_tells_no_ground_is_nothing(number: bytes, told: bytes) -> None:
    assert read(b"\x1b]" + number + b";" + told + b"\x07") == []
    if number != b"11":
        assert read(b"\x1b]" + number + b";rgb:ff/ff/ff\x07") == []


@each_row("data", [*REPLIES, *RUBBISH])
def test_what_is_typed_around_it_stays(data: bytes) -> None:
    assert typed(read(b"a" + data + b"b" + data + b"c")) == "abc"


@each_row("data", CUT)
def test_what_is_typed_after_something_cut_stays(data: bytes) -> None:
    parser = InputParser(Clock())
    messages = [*parser.feed(b"a" + data), *parser.expire(), *parser.feed(b"bc")]
    assert typed(messages) == "abc"
    assert seen(read(data + b"\x1b[A")) == [("up", None)]


@settings(max_examples=EXAMPLES)
@given(streams, st.lists(st.integers(0, 200), max_size=8))
def test_any_split_gives_the_same_events(data: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces = [data[start:end] for start, end in pairwise(places)]
    assert seen(read(*pieces)) == seen(read(data))
    assert seen(read(*bytewise(data))) == seen(read(data))


@settings(max_examples=EXAMPLES)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_typed_characters_arrive_as_they_are(text: str) -> None:
    assert typed(read(text.encode())) == text
    assert typed(read(*bytewise(text.encode()))) == text


@settings(max_examples=EXAMPLES)
@given(st.characters(exclude_categories=["Cc", "Cs"]))
def test_characters_by_number_arrive_as_they_are(character: str) -> None:
    code = str(ord(character)).encode()
    assert typed(read(b"\x1b[0;;%bu" % code)) == character
    assert typed(read(b"\x1b[97;1:1;%b:%bu" % (code, code))) == character * 2


@settings(max_examples=EXAMPLES)
@given(st.text(st.characters(exclude_categories=["Cs"])).filter(bool), st.integers(1, 5))
def test_what_is_pasted_arrives_as_it_is_and_presses_no_key(text: str, length: int) -> None:
    data = START + text.encode() + END + b"x"
    if END not in text.encode():
        expected = [text, ("x", "x")]
        assert seen(read(data)) == expected
        pieces = [data[at : at + length] for at in range(0, len(data), length)]
        assert seen(read(*pieces)) == expected


def test_bytes_that_are_no_utf8_show_in_a_paste() -> None:
    assert seen(read(START + b"caf\xe9 au lait" + END)) == ["caf\ufffd au lait"]


def test_an_unfinished_paste_is_given_out_and_goes_on() -> None:
    parser = InputParser(Clock())
    assert parser.feed(START + "one é".encode()[:-1]) == []
    assert seen(parser.expire()) == ["one "]
    assert parser.deadline is None
    assert seen(parser.feed("é and some more\r".encode()[1:] + END[:3])) == []
    assert seen(parser.feed(END[3:] + b"x")) == ["é and some more\r", ("x", "x")]


@each_row("data", [b"x", b"\r", b"\x1b[A", b"\x1b[<35;10;10M"])
def test_a_paste_without_an_end_does_not_swallow_the_keyboard(data: bytes) -> None:
    parser = InputParser(Clock())
    parser.feed(START + b"one")
    parser.expire()
    assert seen(parser.feed(data)) == seen(read(data))


@each_row("first", list("[O]PX^_zaé"))
def test_escape_and_then_text_in_one_read_loses_no_more_than_a_letter(first: str) -> None:
    text = f"\x1b{first}lease go on\r".encode()
    assert "ease go on" in typed(read(text))
    assert keys(text)[-1] == "enter"


@each_row(
    ("gap_s", "data", "expected"),
    [
        (0.0, b"h", ["alt+h"]),
        (0.05, b"h", ["escape", "h"]),
        (0.05, b"hello", ["escape", *"hello"]),
        (0.05, b"\x7f", ["escape", "backspace"]),
        (0.05, b"\r", ["alt+enter"]),
        (0.05, b"[A", ["up"]),
        (0.05, b"OP", ["f1"]),
        (0.05, b"\x1b[A", ["alt+up"]),
    ],
)
def test_a_letter_a_moment_after_escape_is_another_key(
    gap_s: float, data: bytes, expected: list[str]
) -> None:
    clock = Clock()
    parser = InputParser(clock)
    assert parser.feed(b"\x1b") == []
    clock.now_s += gap_s
    assert keys_of(parser.feed(data)) == expected


def test_a_key_wakes_an_application_that_was_told_it_has_no_focus() -> None:
    assert seen(read(b"\x1b[O", b"a", b"b"))[1:] == ["AppFocus()", ("a", "a"), ("b", "b")]
    assert seen(read(b"\x1b[O", START + b"a" + END))[1:] == ["AppFocus()", "a"]


def test_reports_that_are_asked_for_are_events() -> None:
    (mode,) = read(b"\x1b[?2026;2$y")
    assert isinstance(mode, TerminalSupportsSynchronizedOutput)
    down, up, wheel = read(b"\x1b[<0;3;4M\x1b[<0;3;4m\x1b[<64;3;4M")
    assert isinstance(down, events.MouseDown)
    assert (down.x, down.y, down.button) == (2, 3, 1)
    assert isinstance(up, events.MouseUp)
    assert isinstance(wheel, events.MouseScrollUp)


def test_a_report_right_behind_escape_is_both() -> None:
    assert keys(b"\x1b\x1b[<35;3;4M") == ["escape"]
    assert keys(b"\x1b" + START + b"a" + END) == ["escape"]
    assert keys(b"\x1b\x1b[?1;2c") == ["escape"]
