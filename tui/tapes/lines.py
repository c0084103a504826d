"""Lines of a tape: events as JSON, and back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from tui.safe_text import clean_line
from tui.tapes.tape import Header, Mark, Tape, TapeEvent
from tui.tapes.wire import (
    KEPT_HEADERS,
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

MAX_NAME_CHARS = 200
MAX_INTERVAL_S = 86_400.0
MAX_CALLS = 1_000_000
MAX_NAMED = 1_000
FIRST_YEAR, LAST_YEAR = 1970, 5_000
"""A tape began in one of these or between: as many lines as it may have end before year 10,000."""


class _Request(Struct, omit_defaults=True):
    call: int
    method: str
    path: str
    session: str = ""
    text: str = ""
    base64: str = ""
    private: bool = False


class _Head(Struct, omit_defaults=True):
    call: int
    status: int
    type: str = ""
    headers: dict[str, str] = {}


class _EndOfCall(Struct, omit_defaults=True):
    call: int
    how: End
    errors: tuple[str, ...] = ()


class _Opened(Struct, tag_field="did", tag="open", omit_defaults=True):
    session: str = ""


class _Sent(Struct, tag_field="did", tag="ask", omit_defaults=True):
    text: str
    session: str = ""
    streaming: bool = True
    workflow: str = ""
    bot: str = ""


class _Stopped(Struct, tag_field="did", tag="stop", omit_defaults=True):
    session: str = ""


class BadLine(ValueError):
    """A line that is not what its code says; the text says why."""


def header_line(header: Header) -> bytes:
    return msgspec.json.encode(header) + b"\n"


def event_line(event: TapeEvent, interval_s: float) -> bytes:
    """Return the line of an event that came so long after the one before."""
    code, data = _coded(event)
    return msgspec.json.encode((round(interval_s, 6), code, data)) + b"\n"


def lines_of_tape(tape: Tape) -> Iterator[bytes]:
    """Yield all lines of a tape."""
    yield header_line(tape.header)
    last_s = 0.0
    for event in tape.events:
        yield event_line(event, event.at_s - last_s)
        last_s = event.at_s


def _coded(event: TapeEvent) -> tuple[str, object]:
    match event:
        case Asked(call, _, method, path, session, body, is_private):
            text, packed = _written(body)
            return "q", _Request(call, method, path, session, text, packed, is_private)
        case Answered(call, _, status, content_type, headers):
            return "h", _Head(call, status, content_type, dict(headers))
        case Arrived(call, _, data):
            text, packed = _written(data)
            return ("b", (call, packed)) if packed else ("o", (call, text))
        case Ended(call, _, how, errors):
            return "x", _EndOfCall(call, how, errors)
        case Opened(_, session):
            return "i", _Opened(session)
        case Sent(_, session, text, streaming, workflow, bot):
            return "i", _Sent(text, session, streaming, workflow, bot)
        case Stopped(_, session):
            return "i", _Stopped(session)
        case Named(_, sessions):
            return "n", [(each.id, each.title, each.preview) for each in sessions]
        case Mark(_, name):
            return "m", name


def _written(data: bytes) -> tuple[str, str]:
    """Return bytes as text, or in base64 where they are none or end within a character."""
    try:
        return data.decode(), ""
    except UnicodeDecodeError:
        return "", base64.b64encode(data).decode()


_line = msgspec.json.Decoder(tuple[float, str, msgspec.Raw])


def read_header(line: bytes) -> Header:
    """Return the header that a line is.

    Raises:
        BadLine: it is none.
    """
    header = _decoded(line, Header)
    if header.began_at.tzinfo is None:
        raise BadLine("began_at has no zone")
    if not FIRST_YEAR <= header.began_at.year <= LAST_YEAR:
        raise BadLine("began_at is no time of a recording")
    return msgspec.structs.replace(
        header,
        api=clean_line(header.api, MAX_NAME_CHARS),
        bot=_id(header.bot),
        host=clean_line(header.host, MAX_NAME_CHARS),
        runnel=clean_line(header.runnel, MAX_NAME_CHARS),
        left_out=tuple(clean_line(each) for each in header.left_out),
    )


def read_event(line: bytes, before_s: float) -> tuple[float, TapeEvent | None]:
    """Return when the event of a line happened, and the event, `None` for a code not known here.

    `before_s` is when the event of the line before happened.

    Raises:
        BadLine: it is none.
    """
    try:
        interval_s, code, data = _line.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadLine(_reason(error)) from None
    if not 0 <= interval_s <= MAX_INTERVAL_S:
        raise BadLine("its interval is not between 0 s and a day")
    at_s = before_s + interval_s
    make = _MAKERS.get(code)
    return at_s, make(bytes(data), at_s) if make else None


Made = TypeVar("Made")


def _decoded(line: bytes, kind: type[Made]) -> Made:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadLine(_reason(error)) from None


def _reason(error: Exception) -> str:
    # what it quotes are names of ours, and kinds; the text of the line is never repeated
    return clean_line(str(error).replace("`", "'"), MAX_NAME_CHARS) or "it is nested too deeply"


def _call(number: int) -> int:
    if not 0 < number <= MAX_CALLS:
        raise BadLine("its call has no number")
    return number


def _token(text: str, what: str) -> str:
    """Return a text that is sent and compared as it is.

    Raises:
        BadLine: it could not have been sent.
    """
    if not (text.isascii() and text.isprintable()) or len(text) > MAX_NAME_CHARS * 10:
        raise BadLine(f"{what} is not what a request can hold")
    return text


def _unpacked(text: str, packed: str) -> bytes:
    try:
        return base64.b64decode(packed, validate=True) if packed else text.encode()
    except (binascii.Error, ValueError):
        raise BadLine("it is not base64") from None


def _request(data: bytes, at_s: float) -> Asked:
    told = _decoded(data, _Request)
    if not told.path.startswith("/"):
        raise BadLine("path does not begin with /")
    return Asked(
        _call(told.call),
        at_s,
        _token(told.method, "method"),
        _token(told.path, "path"),
        _id(told.session),
        _unpacked(told.text, told.base64),
        told.private,
    )


def _head(data: bytes, at_s: float) -> Answered:
    told = _decoded(data, _Head)
    if not 100 <= told.status <= 599:
        raise BadLine("status is none of HTTP")
    headers = tuple(
        (name, _token(value, "a header"))
        for name, value in told.headers.items()
        if name in KEPT_HEADERS
    )
    return Answered(_call(told.call), at_s, told.status, _token(told.type, "type"), headers)


def _text(data: bytes, at_s: float) -> Arrived:
    call, text = _decoded(data, tuple[int, str])
    return Arrived(_call(call), at_s, text.encode())


def _bytes(data: bytes, at_s: float) -> Arrived:
    call, packed = _decoded(data, tuple[int, str])
    return Arrived(_call(call), at_s, _unpacked("", packed))


def _end(data: bytes, at_s: float) -> Ended:
    told = _decoded(data, _EndOfCall)
    names = tuple(_token(each, "an error") for each in told.errors)
    return Ended(_call(told.call), at_s, told.how, names)


def _act(data: bytes, at_s: float) -> Opened | Sent | Stopped:
    kinds: Any = _Opened | _Sent | _Stopped
    told: _Opened | _Sent | _Stopped = _decoded(data, kinds)
    match told:
        case _Opened(session):
            return Opened(at_s, _id(session))
        case _Sent(text, session, streaming, workflow, bot):
            return Sent(at_s, _id(session), text, streaming, _id(workflow), _id(bot))
        case _Stopped(session):
            return Stopped(at_s, _id(session))


def _names(data: bytes, at_s: float) -> Named:
    rows = _decoded(data, list[tuple[str, str, str]])
    if len(rows) > MAX_NAMED:
        raise BadLine("it names too many sessions")
    return Named(
        at_s,
        tuple(
            NamedSession(
                _id(session), clean_line(title, MAX_NAME_CHARS), clean_line(preview, MAX_NAME_CHARS)
            )
            for session, title, preview in rows
        ),
    )


def _id(text: str) -> str:
    if text != clean_line(text, MAX_NAME_CHARS):
        raise BadLine("an id in it is none")
    return text


def _mark(data: bytes, at_s: float) -> Mark:
    return Mark(at_s, clean_line(_decoded(data, str), MAX_NAME_CHARS))


_MAKERS: Mapping[str, Callable[[bytes, float], TapeEvent]] = {
    "q": _request,
    "h": _head,
    "o": _text,
    "b": _bytes,
    "x": _end,
    "i": _act,
    "n": _names,
    "m": _mark,
}
