"""Server-sent events, read by httpx-sse from a byte stream repaired to suit it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import httpx
from httpx_sse import EventSource, ServerSentEvent

from tui.errors import MAYBE_FINISHED_HINT, StreamBroken

__all__ = ["MAX_EVENT_BYTES", "ServerSentEvent", "read_events"]

MAX_EVENT_BYTES = 8_000_000

_SLICE_BYTES = 65_536


async def read_events(
    chunks: AsyncIterator[bytes], *, max_event_bytes: int = MAX_EVENT_BYTES
) -> AsyncGenerator[ServerSentEvent, None]:
    """Yield the events that carry data, as they come; any split of the bytes gives the same.

    The text is UTF-8 whatever the server says, and a last event may lack its blank line.

    Raises:
        StreamBroken: an event grew past `max_event_bytes`.
    Source: WHATWG HTML, section 9.2 (server-sent events).
    """
    repaired = httpx.Response(
        200,
        headers={"content-type": "text/event-stream; charset=utf-8-sig"},
        stream=_Repaired(chunks, max_event_bytes),
    )
    async with aclosing(EventSource(repaired).aiter_sse()) as events:
        async for event in events:
            # the package makes an empty event of every comment that follows an id
            if event.data:
                yield event


class _Repaired(httpx.AsyncByteStream):
    """Bytes with LF for every line end, a blank line at the end, and no event without bound."""

    def __init__(self, chunks: AsyncIterator[bytes], max_event_bytes: int) -> None:
        self._chunks = chunks
        self._max_event_bytes = max_event_bytes
        self._slice_bytes = min(_SLICE_BYTES, max_event_bytes)
        self._after_cr = False
        self._after_lf = False
        self._event_bytes = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            # in slices, so that what was whole before an endless event is handed on
            for start in range(0, len(chunk), self._slice_bytes):
                lines = self._with_lf(chunk[start : start + self._slice_bytes])
                self._measure(lines)
                if lines:
                    yield lines
        yield b"\n\n"

    def _with_lf(self, data: bytes) -> bytes:
        # an LF right after a CR is the other half of a line end that has gone on already: waiting
        # for it would hold back every event of a stream that ends its lines with CR
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]
            self._after_cr = False
        if data:
            self._after_cr = data.endswith(b"\r")
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _measure(self, data: bytes) -> None:
        open_event, blank_line, _ = (b"\n" * self._after_lf + data).partition(b"\n\n")
        if self._event_bytes + len(open_event) > self._max_event_bytes:
            raise StreamBroken(
                "The server sent an event that never ends.",
                hint=MAYBE_FINISHED_HINT,
            )
        if blank_line:
            last = data.rpartition(b"\n\n")[2]
            self._event_bytes = 0 if data.endswith(b"\n") else len(last)
        else:
            self._event_bytes += len(data)
        if data:
            self._after_lf = data.endswith(b"\n")
