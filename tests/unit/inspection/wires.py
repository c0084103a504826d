"""Wires of a send as they would be told, over a session that was asked by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count

from tui.backends.hardwire.bodies import body_decoder
from tui.inspection.reader import SendSpan, WireReader
from tui.tapes.wire import Answered, Arrived, Asked, End, Ended, Wire, WireLog

SESSION = "5e551017-0000-4000-8000-000000000001"
STREAM_PATH = f"/api/chats/{SESSION}/messages/stream"
HISTORY_PATH = f"/api/chats/{SESSION}/messages"


def event(kind: str, **fields: object) -> bytes:
    return f"data: {json.dumps({'type': kind, **fields})}\n\n".encode()


def said(text: str) -> bytes:
    return event("content", delta=text)


WHOLE = (event("start", messageId="m"), said("Hello "), said("world."), event("end", messageId="m"))


class Told:
    """Tells a wire of calls, one second after the other unless told otherwise."""

    def __init__(self, log: WireLog | None = None, wire: Wire | None = None) -> None:
        """Without a `wire` there is one over `log`."""
        self.log = log or WireLog()
        self.now_s = wire.clock() if wire is not None else 0.0
        self.wire = wire or Wire(self.log, clock=lambda: self.now_s)
        self._numbers = count(1)

    def asked(
        self,
        method: str = "POST",
        path: str = STREAM_PATH,
        session: str = SESSION,
        body: bytes = b"{}",
    ) -> int:
        number = next(self._numbers)
        self.wire.tell(Asked(number, self.now_s, method, path, session, body))
        return number

    def answered(
        self,
        call: int,
        status: int = 200,
        content_type: str = "text/event-stream; charset=utf-8",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.wire.tell(Answered(call, self.now_s, status, content_type, headers))

    def arrived(self, call: int, *pieces: bytes, every_s: float = 1.0) -> None:
        for each in pieces:
            self.now_s += every_s
            self.wire.tell(Arrived(call, self.now_s, each))

    def ended(self, call: int, how: End = End.WHOLE, *errors: str) -> None:
        self.wire.tell(Ended(call, self.now_s, how, errors))

    def answer(self, *pieces: bytes, how: End = End.LEFT, every_s: float = 1.0) -> int:
        """Tell of a whole call that brings an answer."""
        call = self.asked()
        self.answered(call)
        self.arrived(call, *pieces, every_s=every_s)
        self.ended(call, how)
        return call


def reader_of(told: Told, window: Callable[[], SendSpan] | None = None) -> WireReader:
    return WireReader(told.log, window or (lambda: SendSpan(SESSION, 0.0, None)), body_decoder)


def read_all(reader: WireReader, at_once: int = 7) -> WireReader:
    while reader.read(at_once):
        pass
    return reader
