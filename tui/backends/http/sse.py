"""Server-sent events, read by httpx-sse from blocks of whole events, repaired to suit it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence

import httpx
from httpx_sse import EventSource, ServerSentEvent

from tui.errors import MAYBE_FINISHED_HINT, StreamBroken

__all__ = ["MAX_EVENT_BYTES", "EventBatches", "ServerSentEvent", "read_events"]

MAX_EVENT_BYTES = 8_000_000

_SLICE_BYTES = 65_536
_BOM = b"\xef\xbb\xbf"
_BLANK_LINE = b"\n\n"
_HEADERS = httpx.Headers({"content-type": "text/event-stream"})


async def read_events(
    chunks: AsyncIterator[bytes], *, max_event_bytes: int = MAX_EVENT_BYTES
) -> AsyncGenerator[Sequence[ServerSentEvent], None]:
    """Yield the events that carry data as they come, those that came together in one batch.

    No batch is empty, and any split of the bytes gives the same events. The text is UTF-8 whatever
    the server says, and a last event may lack its blank line.

    Raises:
        StreamBroken: an event grew past `max_event_bytes`.
    Source: WHATWG HTML, section 9.2 (server-sent events).
    """
    batches = EventBatches(max_event_bytes)
    async for chunk in chunks:
        for events in batches.feed(chunk):
            yield events
    for events in batches.finish():
        yield events


class EventBatches:
    """Reads events from the pieces of a stream, as `read_events` does."""

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._blocks = _WholeEvents(max_event_bytes)

    def feed(self, data: bytes) -> Iterator[Sequence[ServerSentEvent]]:
        """Yield the events that `data` completes, in batches of which none is empty.

        Raises:
            StreamBroken: an event grew past what it may have.
        """
        for block in self._blocks.feed(data):
            if events := _events_in(block):
                yield events

    def finish(self) -> Iterator[Sequence[ServerSentEvent]]:
        """Yield the last events: a stream may end without its last blank line."""
        if events := _events_in(self._blocks.finish()):
            yield events


def _events_in(block: bytes) -> list[ServerSentEvent]:
    source = EventSource(_Answer(block.decode("utf-8", "replace")))
    # the package makes an empty event of every comment that follows an id
    return [event for event in source.iter_sse() if event.data]


class _Answer(httpx.Response):
    """What the package asks of an answer; to make a whole one takes longer than to read it."""

    def __init__(self, text: str) -> None:
        self._whole_text = text
        self.headers = _HEADERS

    def iter_text(self, chunk_size: int | None = None) -> Iterator[str]:
        yield self._whole_text


class _WholeEvents:
    """Cuts a stream behind blank lines: blocks of whole events, with LF for every line end.

    No event is without bound.
    """

    def __init__(self, max_event_bytes: int) -> None:
        self._max_event_bytes = max_event_bytes
        self._slice_bytes = min(_SLICE_BYTES, max_event_bytes)
        self._has_begun = False
        self._after_cr = False
        self._open = bytearray()
        """What came of the event that is not whole yet."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what is whole now.

        Raises:
            StreamBroken: what is open is longer than an event may be.
        """
        # in slices, so that what was whole before an endless event is handed on
        for start in range(0, len(data), self._slice_bytes):
            # most pieces of a finely cut stream complete no event
            if whole := self._whole(self._with_lf(data[start : start + self._slice_bytes])):
                yield whole

    def finish(self) -> bytes:
        """Return what is left, closed by the end of the stream."""
        return self._without_bom(bytes(self._open)) + _BLANK_LINE

    def _with_lf(self, data: bytes) -> bytes:
        # an LF right after a CR is the other half of a line end that has gone on already: waiting
        # for it would hold back every event of a stream that ends its lines with CR
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]
            self._after_cr = False
        if data:
            self._after_cr = data.endswith(b"\r")
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _whole(self, lines: bytes) -> bytes:
        searched = max(0, len(self._open) - 1)
        self._open += lines
        first = self._open.find(_BLANK_LINE, searched)
        if (first if first >= 0 else len(self._open)) > self._max_event_bytes:
            raise StreamBroken(
                "The server sent an event that never ends.",
                hint=MAYBE_FINISHED_HINT,
            )
        if first < 0:
            return b""
        end = self._open.rindex(_BLANK_LINE) + len(_BLANK_LINE)
        block = self._without_bom(bytes(self._open[:end]))
        del self._open[:end]
        return block

    def _without_bom(self, block: bytes) -> bytes:
        is_first, self._has_begun = not self._has_begun, True
        return block.removeprefix(_BOM) if is_first else block
