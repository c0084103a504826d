"""Faults in the shape of the bytes, and texts that are mistaken for something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tui.server.faults.fault import Api, Argument, Armed, Fault, Group, Shape
from tui.server.faults.pieces import (
    AsTheyAre,
    Before,
    Bytewise,
    CutBehind,
    InOneWrite,
    OtherLineEnds,
    in_ascii,
)
from tui.server.scripted.scripts import Endless, Say, Script

_SSE_ONLY = frozenset({Api.HARDWIRE})
_BOM = b"\xef\xbb\xbf"
_ANSI = "In \x1b[31mred\x1b[0m and \x1b]0;a title\x07 no more. "
_SEPARATORS = "line\u2028separator, paragraph\u2029separator, next\x85line, feed\x0c, tab\x0b. "
_NUL = "before\x00after, \x00. "
_SURROGATES = ("A lone half ", "\ud83d", " and ", "\ude00", ", a pair in two halves ", "\ud83d",
               "\ude00", ". ")  # fmt: skip
_JSON_CHUNKS = ("42", "null", '{"a":1}', "true", '"text"', "[]", "{", "\n\n")
_LIKE_EVENTS = (
    'data: not an event\n\ndata: {"type":"error"}\n\nevent: end\nid: 7\n: no comment\n\n[DONE]\n\n'
)
_COMMENTS = (
    b": ping\n\nid: 7\n: a comment behind an id\n\n: ping\n\nretry: 1000\n\nevent: message\n"
)
_UNKNOWN_EVENTS = (
    b'data: {"type":"thinking","text":"never shown"}\n\nevent: heartbeat\ndata: 12:00\n\n'
    b'data: {"type":"usage","tokens":{"in":1,"out":[2,3]}}\n\ndata: {}\n\n'
)
_BIG_LINE = "All of these lines come in a single piece, and every one of them counts. 漢字\n"
_BIG_BYTES = 5_000_000
_MANY = 5_000
_ENDLESS_LINE = "An answer without an end goes on and on, one line after the other. "
_PER_S = 20


def _beginning(*texts: str) -> Callable[[Script, Armed], Script]:
    """Return what puts `texts` before all others, each in a piece of its own."""

    def begin(script: Script, _: Armed) -> Script:
        return replace(script, steps=(*(Say(text, at_once=True) for text in texts), *script.steps))

    return begin


def _line_ends(line_end: str) -> Callable[[Script, Armed], Script]:
    """Return what ends the lines of raw text; events end their own."""

    def change(script: Script, armed: Armed) -> Script:
        if armed.api is Api.HARDWIRE:
            return script
        steps = (
            replace(step, text=step.text.replace("\n", line_end)) if isinstance(step, Say) else step
            for step in script.steps
        )
        return replace(script, steps=tuple(steps))

    return change


def _framing(line_end: bytes) -> Callable[[bool], Shape]:
    return lambda is_events: OtherLineEnds(line_end) if is_events else CutBehind(rb"\r")


def _split_escapes(is_events: bool) -> Shape:
    if is_events:
        return CutBehind(rb"\\u[0-9a-f]{2}(?=[0-9a-f]{2})", in_ascii)
    return CutBehind(rb"\x1b[\[\]]")


def _big(script: Script, _: Armed) -> Script:
    lines = _BIG_BYTES // len(_BIG_LINE.encode()) + 1
    return replace(script, steps=(Say(_BIG_LINE * lines, at_once=True),))


def _many(script: Script, _: Armed) -> Script:
    steps = (Say(f"{number} ", at_once=True) for number in range(_MANY))
    return replace(script, steps=tuple(steps))


def _without_end(script: Script, armed: Armed) -> Script:
    size_bytes = int(armed.number * 1000 / _PER_S)
    text = _ENDLESS_LINE * (size_bytes // len(_ENDLESS_LINE) + 1)
    return replace(script, steps=(*script.steps, Endless(text[: max(1, size_bytes)], 1 / _PER_S)))


def _wire(
    name: str,
    what: str,
    *,
    seen: str = "the whole answer",
    script: Callable[[Script, Armed], Script] | None = None,
    shape: Callable[[bool], Shape] | None = None,
    apis: frozenset[Api] = frozenset(Api),
    arguments: tuple[Argument, ...] = (),
) -> Fault:
    return Fault(
        name=name,
        what=what,
        seen=seen,
        group=Group.WIRE,
        apis=apis,
        arguments=arguments,
        script=script,
        shape=shape,
    )


WIRE = (
    _wire("bytes", "Every write holds one byte.", shape=lambda _: Bytewise()),
    _wire(
        "split-characters",
        "Every write ends inside a character of several bytes.",
        shape=lambda _: CutBehind(rb"[\xc2-\xf4](?=[\x80-\xbf])"),
    ),
    _wire(
        "split-escapes",
        "Every write ends inside a JSON escape; in raw text inside a terminal's escape sequence.",
        seen="the whole answer; the escape sequences as text",
        script=_beginning(_ANSI),
        shape=_split_escapes,
    ),
    _wire(
        "crlf",
        "Lines end with CR LF, in two writes.",
        script=_line_ends("\r\n"),
        shape=_framing(b"\r\n"),
    ),
    _wire("cr", "Lines end with CR alone.", script=_line_ends("\r"), shape=_framing(b"\r")),
    _wire(
        "comments",
        "Comments, pings, `id:`, `event:` and `retry:` lines stand around every event.",
        apis=_SSE_ONLY,
        shape=lambda _: Before(_COMMENTS),
    ),
    _wire(
        "bom", "The body begins with a byte order mark.", shape=lambda _: Before(_BOM, once=True)
    ),
    _wire(
        "separators",
        "U+2028, U+2029, U+0085, form feed and vertical tab stand raw in the text.",
        script=_beginning(_SEPARATORS),
    ),
    _wire(
        "surrogates",
        "The text holds lone surrogates, and a pair that comes in two halves.",
        seen="the whole answer; halves that stay alone as `�`",
        script=_beginning(*_SURROGATES),
    ),
    _wire(
        "nul", "The text holds NUL.", seen="the whole answer; NUL as `␀`", script=_beginning(_NUL)
    ),
    _wire(
        "json-chunks",
        'The text comes in pieces that are JSON: `42`, `null`, `{"a":1}`.',
        script=_beginning(*_JSON_CHUNKS),
    ),
    _wire(
        "data-prefix",
        "The text begins with `data: ` and looks like events.",
        script=_beginning(_LIKE_EVENTS),
    ),
    _wire("big-event", "5 MB of text come in one event, in one write.", script=_big),
    _wire(
        "many-events",
        "5,000 events come in one write.",
        script=_many,
        shape=lambda _: InOneWrite(),
    ),
    _wire(
        "endless",
        "The answer never ends, at that many kilobytes a second; it is never stored.",
        seen="text until Esc: “You stopped here.”; at 16 MB it is cut with a note",
        arguments=(Argument("KB", "10", r"\d{1,6}"),),
        script=_without_end,
    ),
    _wire(
        "unknown-events",
        "Events of unknown types, and one that is no JSON, stand between the others.",
        apis=_SSE_ONLY,
        shape=lambda is_events: Before(_UNKNOWN_EVENTS) if is_events else AsTheyAre(),
    ),
)
