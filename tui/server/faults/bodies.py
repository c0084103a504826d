"""Body faults: the shape of the bytes, and texts that are mistaken for something else."""

from __future__ import annotations

from tui.server.faults.body_shapes import (
    Before,
    Bytewise,
    CutBehind,
    InOneWrite,
    OtherLineEnds,
    in_ascii,
)
from tui.server.faults.fault import (
    Argument,
    Effect,
    Fault,
    Group,
    RequestedFault,
    ReshapeBody,
    RewriteScript,
)
from tui.server.scripted.scripts import Endless, Say, Script
from tui.server.web.pacing import BodyShape
from tui.values import replace

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


def _beginning(*texts: str) -> RewriteScript:
    """Return what puts `texts` before all others, each in a piece of its own."""

    def begin(script: Script, _: RequestedFault) -> Script:
        return replace(script, steps=(*(Say(text, at_once=True) for text in texts), *script.steps))

    return RewriteScript(begin)


def _line_ends(line_end: str) -> RewriteScript:
    """Return what ends the lines of raw text; events end their own."""

    def change(script: Script, requested: RequestedFault) -> Script:
        if requested.api.streams_events:
            return script
        steps = (
            replace(step, text=step.text.replace("\n", line_end)) if isinstance(step, Say) else step
            for step in script.steps
        )
        return replace(script, steps=tuple(steps))

    return RewriteScript(change)


def _other_line_ends(line_end: str) -> tuple[Effect, ...]:
    def shape(requested: RequestedFault) -> BodyShape:
        if requested.api.streams_events:
            return OtherLineEnds(line_end.encode())
        return CutBehind(rb"\r")

    return _line_ends(line_end), ReshapeBody(shape)


def _split_escapes(requested: RequestedFault) -> BodyShape:
    if requested.api.streams_events:
        return CutBehind(rb"\\u[0-9a-f]{2}(?=[0-9a-f]{2})", in_ascii)
    return CutBehind(rb"\x1b[\[\]]")


def _big(script: Script, _: RequestedFault) -> Script:
    lines = _BIG_BYTES // len(_BIG_LINE.encode()) + 1
    return replace(script, steps=(Say(_BIG_LINE * lines, at_once=True),))


def _many(script: Script, _: RequestedFault) -> Script:
    steps = (Say(f"{number} ", at_once=True) for number in range(_MANY))
    return replace(script, steps=tuple(steps))


def _without_end(script: Script, requested: RequestedFault) -> Script:
    size_bytes = int(requested.number * 1000 / _PER_S)
    text = _ENDLESS_LINE * (size_bytes // len(_ENDLESS_LINE) + 1)
    return replace(script, steps=(*script.steps, Endless(text[: max(1, size_bytes)], 1 / _PER_S)))


def _body_fault(
    name: str,
    summary: str,
    *effects: Effect,
    seen: str = "the whole answer",
    needs_events: bool = False,
    arguments: tuple[Argument, ...] = (),
) -> Fault:
    return Fault(
        name=name,
        summary=summary,
        seen=seen,
        group=Group.BODY,
        effects=effects,
        arguments=arguments,
        needs_events=needs_events,
    )


BODIES = (
    _body_fault("bytes", "Every write holds one byte.", ReshapeBody(lambda _: Bytewise())),
    _body_fault(
        "split-characters",
        "Every write ends inside a character of several bytes.",
        ReshapeBody(lambda _: CutBehind(rb"[\xc2-\xf4](?=[\x80-\xbf])")),
    ),
    _body_fault(
        "split-escapes",
        "Every write ends inside a JSON escape; in raw text inside a terminal's escape sequence.",
        _beginning(_ANSI),
        ReshapeBody(_split_escapes),
        seen="the whole answer; the escape sequences as text",
    ),
    _body_fault("crlf", "Lines end with CR LF, in two writes.", *_other_line_ends("\r\n")),
    _body_fault("cr", "Lines end with CR alone.", *_other_line_ends("\r")),
    _body_fault(
        "comments",
        "Comments, pings, `id:`, `event:` and `retry:` lines stand around every event.",
        ReshapeBody(lambda _: Before(_COMMENTS)),
        needs_events=True,
    ),
    _body_fault(
        "bom",
        "The body begins with a byte order mark.",
        ReshapeBody(lambda _: Before(_BOM, once=True)),
    ),
    _body_fault(
        "separators",
        "U+2028, U+2029, U+0085, form feed and vertical tab stand raw in the text.",
        _beginning(_SEPARATORS),
    ),
    _body_fault(
        "surrogates",
        "The text holds lone surrogates, and a pair that comes in two halves.",
        _beginning(*_SURROGATES),
        seen="the whole answer; halves that stay alone as `�`",
    ),
    _body_fault(
        "nul", "The text holds NUL.", _beginning(_NUL), seen="the whole answer; NUL as `␀`"
    ),
    _body_fault(
        "json-chunks",
        'The text comes in pieces that are JSON: `42`, `null`, `{"a":1}`.',
        _beginning(*_JSON_CHUNKS),
    ),
    _body_fault(
        "data-prefix",
        "The text begins with `data: ` and looks like events.",
        _beginning(_LIKE_EVENTS),
    ),
    _body_fault("big-event", "5 MB of text come in one event, in one write.", RewriteScript(_big)),
    _body_fault(
        "many-events",
        "5,000 events come in one write.",
        RewriteScript(_many),
        ReshapeBody(lambda _: InOneWrite()),
    ),
    _body_fault(
        "endless",
        "The answer never ends, at that many kilobytes a second; it is never stored.",
        RewriteScript(_without_end),
        arguments=(Argument("KB", "10", r"\d{1,6}"),),
        seen="text until Esc: “You stopped here.”; at 16 MB it is cut with a note",
    ),
    _body_fault(
        "unknown-events",
        "Events of unknown types, and one that is no JSON, stand between the others.",
        ReshapeBody(lambda _: Before(_UNKNOWN_EVENTS)),
        needs_events=True,
    ),
)
