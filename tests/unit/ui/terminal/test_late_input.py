from __future__ import annotations

import pytest

from tests.tables import each_row
from tests.unit.ui.terminal.input_bytes import REPLIES
from tests.unit.ui.terminal.parsed import (
    END,
    START,
    Clock,
    bytewise,
    keys,
    keys_of,
    paused,
    seen,
    typed,
)
from tui.ui.terminal.input_parser import InputParser, TerminalBackground
from tui.ui.terminal.input_scanner import is_ambiguous
from tui.ui.terminal.input_tokenizer import LATE_S, STRING_TIME_S


@each_row("reply", [r for r in REPLIES if r.startswith(b"\x1b")])
def test_the_second_half_of_a_reply_may_come_late(reply: bytes) -> None:
    for at in range(3, len(reply), 1 + len(reply) // 20):
        if not is_ambiguous(reply[:at]):
            assert typed(paused(1.2, reply[:at], reply[at:], b"!")) == "!", at


@each_row("pause_s", [0.4, 1.2, 60.0])
@each_row("text", ["é", "漢", "👍", "👩\u200d💻"])
def test_a_character_waits_for_its_rest_however_long(text: str, pause_s: float) -> None:
    assert typed(paused(pause_s, *bytewise(text.encode()))) == text


@pytest.mark.parametrize("data", ["é".encode()[:1], "漢".encode()[:2], "👍".encode()[:3]])
def test_a_character_that_is_cut_delays_no_other_key(data: bytes) -> None:
    parser = InputParser(Clock())
    assert seen([*parser.feed(data), *parser.feed(b"x")]) == [("x", "x")]
    assert keys(data, b"\x1b[A") == ["up"]
    assert keys(data, b"\x1b") == ["escape"]


def test_a_character_that_is_cut_behind_escape_is_typed_with_its_rest() -> None:
    assert keys_of(paused(0.4, b"\x1b\xc3", b"\xa9")) == ["escape", "é"]


@each_row(
    ("pause_s", "pieces", "expected"),
    [
        (1.2, [b"\x1b]52;c;aGVs", b"bG8=", b"\x1b\\"], []),
        (1.2, [b"\x1b]52;c;aGVs", b"bG8=", b"\x07"], []),
        (0.9, [b"\x1b]52;c;aGVs", b"bG8=", b"bG8=\x1b", b"\\"], []),
        (1.2, [b"\x1b]11;rgb:ff/ff/ff\x1b", b"\\"], []),
        (1.2, [b"\x1b]11;rgb:ff/ff/ff", b"\x1b\\"], []),
        (1.2, [b"\x1bP>|XTerm", b"(390)", b"\x1b\\"], []),
        (1.2, [START + b"pas", b"ted" + END[:-1], b"~"], ["pas", "ted"]),
        (1.2, [START + b"pas", b"ted" + END[:1], END[1:]], ["pas", "ted"]),
        (1.2, [START + b"pas", b"ted" + END[:4], b"x"], ["pas", "ted", ("x", "x")]),
        (1.2, [START + b"pas", b"ted and more", b"x"], ["pas", "ted and more", ("x", "x")]),
        (1.2, [START + b"pasted" + END[:-1], b"~", b"x"], ["pasted", ("x", "x")]),
        (1.2, [START[:-1], b"~one\rtwo" + END], ["one\rtwo"]),
        (1.2, [START[:4], START[4:] + b"one\rtwo" + END], ["one\rtwo"]),
        (1.2, [b"\x1b", START[1:] + b"one\rtwo" + END], [("escape", None), "one\rtwo"]),
        (1.2, [b"\x1b[?2026;2$", b"y"], ["TerminalSupportsSynchronizedOutput()"]),
        (1.2, [b"\x1b[?62;22", b"c"], []),
        (1.2, [b"\x1b[?62", b";2", b"2c"], []),
        (1.2, [b"\x1b[1;5", b"A"], [("ctrl+up", None)]),
        (1.2, [b"\x9b?62", b";22c"], []),
        (1.2, [b"\x1b[" + b"1;" * 200, b"1;1A"], []),
        (0.3, [b"\x1b", b"[?62;4c"], [("escape", None)]),
        (0.3, [b"\x1b", b"[>41;390;0c"], [("escape", None)]),
        (0.3, [b"\x1b", b"[?62;4c\x1b]11;rgb:1/2/3\x07"], [("escape", None)]),
        (0.3, [b"\x1b", b"]11;rgb:1/2/3\x07"], [("escape", None)]),
        (0.3, [b"\x1b", b"]11;rgb:1/2/3\x1b\\"], [("escape", None)]),
        (0.3, [b"\x1b", b"]52;c;aGVs", b"bG8=", b"\x07"], [("escape", None)]),
        (0.3, [b"\x1b", b"P>|XTerm(390)\x1b\\"], [("escape", None)]),
        (0.3, [b"\x1b\x1b", b"[?62;4c"], [("escape", None), ("escape", None)]),
        (0.3, [b"\x1b\x1b[?62", b";4c"], [("escape", None)]),
        (0.3, [b"\x1b", b"[A"], [("escape", None), ("up", None)]),
    ],
)
def test_the_rest_of_what_a_terminal_sends_may_come_late(
    pause_s: float, pieces: list[bytes], expected: list[object]
) -> None:
    messages = paused(pause_s, *pieces)
    assert seen([each for each in messages if not isinstance(each, TerminalBackground)]) == expected


@each_row(
    ("begun", "pieces", "expected"),
    [
        (b"\x1b]52;c;aGVs", [b"hello"], "hello"),
        (b"\x1b]52;c;aGVs", [b"hel", b"l", b"o"], "hello"),
        (b"\x1b]52;c;aGVs", [b"h", b"e", b"l"], "hel"),
        (b"\x1b[?62", [b"h", b"e", b"l"], "hel"),
        (b"\x1b[?62", [b"12", b"34"], "1234"),
        (b"\x1b[1;", [b"A"], "A"),
        (b"\x1b[", [b"I"], "I"),
        (b"\x1bO", [b"P"], "P"),
        (b"\x1b", [b"[1] and on"], "[1] and on"),
        (b"\x1b", [b"[", b"A"], "[A"),
        (b"\x1b", [b"]1", b";"], "]1;"),
        (b"\x1b", [b"Please"], "Please"),
        (b"\x1b", [b"OK"], "OK"),
    ],
)
def test_what_is_typed_after_something_was_given_up_is_all_there(
    begun: bytes, pieces: list[bytes], expected: str
) -> None:
    assert typed(paused(1.2, begun, *pieces)) == expected


@pytest.mark.parametrize("begun", [b"\x1b[?62;", b"\x1b]11;rgb:ff"])
def test_what_is_typed_long_after_a_cut_reply_is_no_part_of_it(begun: bytes) -> None:
    clock = Clock()
    parser = InputParser(clock)
    assert [*parser.feed(begun), *parser.expire()] == []
    clock.now_s += LATE_S + 1
    assert keys_of(parser.feed(b"12c\x07")) == ["1", "2", "c", "ctrl+g"]


@pytest.mark.parametrize("begun", [b"\x1b", b"\x1b[", b"\xc3"])
def test_what_is_typed_after_a_key_of_its_own_is_no_part_of_it(begun: bytes) -> None:
    parser = InputParser(Clock())
    parser.feed(begun)
    parser.expire()
    assert keys_of(parser.feed(b"12c")) == ["1", "2", "c"]


def test_what_is_typed_into_a_reply_without_an_end_is_lost_for_a_second_at_most() -> None:
    clock = Clock()
    parser = InputParser(clock)
    parser.feed(b"\x1b]52;c;QUJD")
    heard = []
    for key in b"steady typing":
        clock.now_s += STRING_TIME_S / 4
        heard += parser.feed(bytes([key]))
    assert typed(heard) == "dy typing"
