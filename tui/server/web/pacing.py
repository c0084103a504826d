"""Delivery of answers: their pace, and streamed bodies in chunks.

Every pause and every streamed body passes here.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Protocol

from msgspec import Struct, field
from starlette.types import Message, Receive, Scope, Send

from tui.server.web.connection import BodyCut
from tui.server.web.request_body import left_when_gone

SLOWEST_TOKENS_PER_S = 40
FASTEST_TOKENS_PER_S = 80

ChunkSource = Callable[[asyncio.Event], AsyncGenerator[bytes, None]]
"""Makes the chunks of a body; the event is set when the reader has left."""

_EAST_ASIAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"\s*(?:[{_EAST_ASIAN}]{{1,2}}|[^\s{_EAST_ASIAN}]{{1,12}})|\s+")


def tokens(text: str) -> list[str]:
    """Return `text` cut as a model would say it: words with the blanks before them."""
    return _TOKEN.findall(text)


class BodyShape(Protocol):
    """Changes the chunks in which one body is written."""

    def feed(self, chunk: bytes) -> Sequence[bytes]: ...
    def finish(self) -> Sequence[bytes]:
        """Return what was held back, after the last chunk."""


class FixedSize:
    """Writes chunks of `size_bytes`, but the last; `None` leaves them as they are."""

    def __init__(self, size_bytes: int | None) -> None:
        self._size_bytes = size_bytes
        self._held = bytearray()

    def feed(self, chunk: bytes) -> Sequence[bytes]:
        if not self._size_bytes:
            return [chunk] if chunk else []
        self._held += chunk
        end = len(self._held) - len(self._held) % self._size_bytes
        starts = range(0, end, self._size_bytes)
        ready = [bytes(self._held[at : at + self._size_bytes]) for at in starts]
        del self._held[:end]
        return ready

    def finish(self) -> Sequence[bytes]:
        return [bytes(self._held)] if self._held else []


class Delivery(Struct, frozen=True):
    """The pace of the answers and the size of the chunks they are written in."""

    pace: float = 1.0
    """Multiplies every pause; 0 is no pauses."""
    chunk_bytes: int | None = None
    """Size of each write of a stream; `None` writes each event or token by itself."""
    random: random.Random = field(default_factory=random.Random)

    def stream(
        self, source: ChunkSource, media_type: str, shapes: Sequence[BodyShape] = ()
    ) -> StreamedBody:
        """Return a response whose chunks go through `shapes`, or have the size that is set."""
        return StreamedBody(source, media_type, shapes or [FixedSize(self.chunk_bytes)])

    def token_pause(self) -> float:
        """Return the seconds before the next token, at a natural unevenness."""
        return 1 / self.random.uniform(SLOWEST_TOKENS_PER_S, FASTEST_TOKENS_PER_S)

    async def pause(self, seconds: float, hurry: asyncio.Event) -> None:
        """Wait for `seconds` of script time, no longer than until `hurry` is set."""
        if self.pace <= 0 or hurry.is_set():
            # other requests get their turn even when nothing is waited for
            await asyncio.sleep(0)
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hurry.wait(), seconds * self.pace)


class StreamedBody:
    """A chunked response whose headers go out with its first chunk.

    Its chunks are made to the end even when the reader leaves: a model does not stop either.
    """

    def __init__(self, source: ChunkSource, media_type: str, shapes: Sequence[BodyShape]) -> None:
        self._source = source
        self._shapes = shapes
        self._start: Message = {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", media_type.encode()),
                (b"cache-control", b"no-cache"),
            ],
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message | None = self._start
        try:
            async with (
                left_when_gone(receive) as left,
                contextlib.aclosing(self._shaped(self._source(left))) as chunks,
            ):
                async for chunk in chunks:
                    if start:
                        await send(start)
                        start = None
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except BodyCut:
            # a response that is never completed makes the server close the connection
            return
        if start:
            await send(start)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _shaped(self, chunks: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        for shape in self._shapes:
            chunks = _reshaped(chunks, shape)
        return chunks


async def _reshaped(
    chunks: AsyncGenerator[bytes, None], shape: BodyShape
) -> AsyncGenerator[bytes, None]:
    async with contextlib.aclosing(chunks):
        try:
            async for chunk in chunks:
                for changed in shape.feed(chunk):
                    yield changed
        except BodyCut:
            for changed in shape.finish():
                yield changed
            raise
    for changed in shape.finish():
        yield changed
