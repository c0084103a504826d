"""How answers go out on the wire: how fast, and cut into which pieces.

Every pause and every streamed body passes here: faults of the wire have their place in `Delivery`.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from starlette.types import Message, Receive, Scope, Send

from tui.server.faults.fault import BodyCut, Shape, current_trouble

__all__ = ["BodyCut", "Delivery", "Pieces", "StreamedBody", "tokens"]

SLOWEST_TOKENS_PER_S = 40
FASTEST_TOKENS_PER_S = 80

Pieces = Callable[[asyncio.Event], AsyncGenerator[bytes, None]]
"""Makes the pieces of a body; the event is set when the reader has left."""

_EAST_ASIAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"\s*(?:[{_EAST_ASIAN}]{{1,2}}|[^\s{_EAST_ASIAN}]{{1,12}})|\s+")


def tokens(text: str) -> list[str]:
    """Return `text` cut as a model would say it: words with the blanks before them."""
    return _TOKEN.findall(text)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The pace of the answers and the size of the pieces they are written in."""

    pace: float = 1.0
    """Multiplies every pause; 0 is no pauses."""
    chunk_bytes: int | None = None
    """Size of each write of a stream; `None` writes each event or token by itself."""
    random: random.Random = field(default_factory=random.Random)

    def stream(self, pieces: Pieces, media_type: str) -> StreamedBody:
        return StreamedBody(pieces, media_type, self.chunk_bytes)

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
    """A chunked response whose headers go out with its first piece.

    Its pieces are made to the end even when the reader leaves: a model does not stop either.
    """

    def __init__(self, pieces: Pieces, media_type: str, chunk_bytes: int | None) -> None:
        self._pieces = pieces
        self._chunk_bytes = chunk_bytes
        self._is_events = media_type.startswith("text/event-stream")
        self._start: Message = {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", media_type.encode()),
                (b"cache-control", b"no-cache"),
            ],
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = asyncio.Event()
        watcher = asyncio.create_task(_watch(receive, left))
        start: Message | None = self._start
        try:
            async with contextlib.aclosing(self._shaped(self._pieces(left))) as chunks:
                async for chunk in chunks:
                    if start:
                        await send(start)
                        start = None
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except BodyCut:
            # a response that is never completed makes the server close the connection
            return
        finally:
            watcher.cancel()
        if start:
            await send(start)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _shaped(self, pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        shapes = current_trouble().shapes(is_events=self._is_events)
        if not shapes:
            return self._cut(pieces)
        for shape in shapes:
            pieces = _reshaped(pieces, shape)
        return pieces

    async def _cut(self, pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        """Yield the pieces as they are, or regrouped into the fixed size."""
        kept = bytearray()
        async with contextlib.aclosing(pieces):
            try:
                async for piece in pieces:
                    size = self._chunk_bytes or len(piece)
                    kept += piece
                    while kept and len(kept) >= size:
                        yield bytes(kept[:size])
                        del kept[:size]
            except BodyCut:
                if kept:
                    yield bytes(kept)
                raise
        if kept:
            yield bytes(kept)


async def _reshaped(
    pieces: AsyncGenerator[bytes, None], shape: Shape
) -> AsyncGenerator[bytes, None]:
    async with contextlib.aclosing(pieces):
        try:
            async for piece in pieces:
                for changed in shape.feed(piece):
                    yield changed
        except BodyCut:
            for changed in shape.finish():
                yield changed
            raise
    for changed in shape.finish():
        yield changed


async def _watch(receive: Receive, left: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    left.set()
