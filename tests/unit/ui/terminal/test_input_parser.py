from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from tests.fuzz import FUZZ
from tests.unit.ui.terminal.input_bytes import CUT, REPLIES, RUBBISH, streams
from tui.ui.terminal.input_parser import InputParser, TerminalBackground
from tui.ui.terminal.input_scanner import is_ambiguous
from tui.ui.terminal.input_tokenizer import LATE_S, STRING_TIME_S

EXAMPLES = 60 * FUZZ
START, END = b"\x1b[200~", b"\x1b[201~"
MOST_WAITS = 4


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def read(*pieces: bytes) -> list[Message]:
    """Return what comes of pieces that follow each other at once, and then nothing."""
    parser = InputParser(Clock())
    messages = [message for piece in pieces for message in parser.feed(piece)]
    for _ in range(MOST_WAITS):
        if parser.deadline is not None:
            messages += parser.expire()
    assert parser.deadline is None
    return messages


def paused(pause_s: float, *pieces: bytes) -> list[Message]:
    """Return what comes of pieces with a pause between, as the driver feeds them, and after."""
    clock = Clock()
    parser = InputParser(clock)
    messages = []
    for piece in pieces:
        messages += parser.feed(piece)
        resumed_at_s = clock.now_s + pause_s
        while parser.deadline is not None and parser.deadline <= resumed_at_s:
            clock.now_s = parser.deadline
            messages += parser.expire()
        clock.now_s = resumed_at_s
    while parser.deadline is not None:
        clock.now_s = parser.deadline
        messages += parser.expire()
    return messages


def seen(messages: list[Message]) -> list[object]:
    """Return messages as they compare: Textual's compare by identity."""
    return [
        (message.key, message.character)
        if isinstance(message, events.Key)
        else message.text
        if isinstance(message, events.Paste)
        else repr(message)
        for message in messages
    ]


def keys(*pieces: bytes) -> list[str]:
    return keys_of(read(*pieces))


def keys_of(messages: list[Message]) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]


def typed(messages: list[Message]) -> str:
    characters = (m.character for m in messages if isinstance(m, events.Key))
    return "".join(character for character in characters if character)


def bytewise(data: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in data]


@pytest.mark.parametrize("data", [*REPLIES, *RUBBISH, *CUT], ids=lambda data: repr(data[:20]))
def test_what_nobody_typed_is_neither_text_nor_a_key(data: bytes) -> None:
    for messages in (read(data), read(*bytewise(data))):
        assert all(isinstance(message, TerminalBackground) for message in messages)


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        (b"rgb:ffff/8080/0000", "#FF8000"),
        (b"rgb:ff/80/00", "#FF8000"),
        (b"rgb:f/8/0", "#FF8800"),
        (b"rgba:ffff/8080/0000/ffff", "#FF8000"),
    ],
)
@pytest.mark.parametrize("end", [b"\x07", b"\x1b\\", b"\xc2\x9c"])
@pytest.mark.parametrize("start", [b"\x1b]", b"\x9d", b"\xc2\x9d"])
def test_a_terminal_tells_the_colour_of_its_ground_in_any_pieces(
    start: bytes, colour: bytes, end: bytes, expected: str
) -> None:
    data = start + b"11;" + colour + end
    splits = [[data], bytewise(data), *([data[:at], data[at:]] for at in range(1, len(data)))]
    for pieces in splits:
        (message,) = read(*pieces)
        assert isinstance(message, TerminalBackground)
        assert message.colour.hex == expected


@pytest.mark.parametrize(
    "told", [b"", b"?", b"red", b"rgb:", b"rgb:ff/ff", b"rgb:fffff/0/0", b"rgb:g/0/0", b"#ffffff"]
)
@pytest.mark.parametrize("number", [b"10", b"11", b"12", b"111"])
def test_an_answer_that_tells_no_ground_is_nothing(number: bytes, told: bytes) -> None:
    assert read(b"\x1b]" + number + b";" + told + b"\x07") == []
    if number != b"11":
        assert read(b"\x1b]" + number + b";rgb:ff/ff/ff\x07") == []


@pytest.mark.parametrize("data", [*REPLIES, *RUBBISH], ids=lambda data: repr(data[:20]))
def test_what_is_typed_around_it_stays(data: bytes) -> None:
    assert typed(read(b"a" + data + b"b" + data + b"c")) == "abc"


@pytest.mark.parametrize("data", CUT, ids=repr)
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


@pytest.mark.parametrize("data", [b"x", b"\r", b"\x1b[A", b"\x1b[<35;10;10M"])
def test_a_paste_without_an_end_does_not_swallow_the_keyboard(data: bytes) -> None:
    parser = InputParser(Clock())
    parser.feed(START + b"one")
    parser.expire()
    assert seen(parser.feed(data)) == seen(read(data))


@pytest.mark.parametrize("reply", [r for r in REPLIES if r.startswith(b"\x1b")], ids=repr)
def test_the_second_half_of_a_reply_may_come_late(reply: bytes) -> None:
    for at in range(3, len(reply), 1 + len(reply) // 20):
        if not is_ambiguous(reply[:at]):
            assert typed(paused(1.2, reply[:at], reply[at:], b"!")) == "!", at


@pytest.mark.parametrize("pause_s", [0.4, 1.2, 60.0])
@pytest.mark.parametrize("text", ["é", "漢", "👍", "👩\u200d💻"])
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


@pytest.mark.parametrize(
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
    ids=repr,
)
def test_the_rest_of_what_a_terminal_sends_may_come_late(
    pause_s: float, pieces: list[bytes], expected: list[object]
) -> None:
    messages = paused(pause_s, *pieces)
    assert seen([each for each in messages if not isinstance(each, TerminalBackground)]) == expected


@pytest.mark.parametrize(
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
    ids=repr,
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


@pytest.mark.parametrize("first", list("[O]PX^_zaé"))
def test_escape_and_then_text_in_one_read_loses_no_more_than_a_letter(first: str) -> None:
    text = f"\x1b{first}lease go on\r".encode()
    assert "ease go on" in typed(read(text))
    assert keys(text)[-1] == "enter"


@pytest.mark.parametrize(
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
