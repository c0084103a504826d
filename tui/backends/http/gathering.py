"""Transport that hands out in one go what came of a stream within a moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol, runtime_checkable

import httpx

WAITED_S = 0.001
"""A chunk that took longer was not there yet when it was asked for."""
READING_S = 0.002
"""So long before it is handed out, what has come is read."""
MANY_CHUNKS = 5
"""What comes so fast is handed out every other time only."""
HANDED_BYTES = 16_384
"""So much is handed out at once, before more is taken in."""


@runtime_checkable
class CountsChunks(Protocol):
    """A network stream that may hand on as one what came as several chunks."""

    @property
    def chunks(self) -> int:
        """How many chunks of the last response have come until now."""
        ...

    @property
    def brings_all(self) -> bool:
        """What a chunk is made of is all that has come, where that is not very much."""
        ...


class Gathering(httpx.AsyncBaseTransport):
    """Hands out the chunks of a stream joined, those of `pause_s` at a time.

    To wake up for each token, and to hand on each by itself, costs more than to show it. A chunk
    that comes after a longer silence is handed out at once. A stream is a response without a limit
    to its silence; all others are read as they come.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, pause_s: float) -> None:
        self._transport = transport
        self._pause_s = pause_s

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._transport.handle_async_request(request)
        if request.extensions.get("timeout", {}).get("read") is None:
            assert isinstance(response.stream, httpx.AsyncByteStream)
            socket = response.extensions.get("network_stream")
            joined = socket if isinstance(socket, CountsChunks) else None
            response.stream = _Gathered(response.stream, self._pause_s, joined)
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


class _Gathered(httpx.AsyncByteStream):
    """Takes chunks in with a task of its own, which closing ends."""

    def __init__(
        self, stream: httpx.AsyncByteStream, pause_s: float, joined: CountsChunks | None
    ) -> None:
        """`joined` knows how many chunks there are in what comes as one."""
        self._stream = stream
        self._pause_s = pause_s
        self._joined = joined
        self._joined_chunks = 0
        """Of those how many were counted."""
        self._gathered = bytearray()
        self._chunks = 0
        self._was_put_off = False
        self._handed = asyncio.Event()
        self._taken = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._next: asyncio.TimerHandle | None = None
        """Hands out what will have come by then; `None` after a silence."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._reader = reader = asyncio.create_task(self._read())
        while not reader.done() or self._gathered:
            await self._handed.wait()
            self._handed.clear()
            if self._gathered:
                chunk = bytes(self._gathered)
                self._gathered.clear()
                self._chunks = 0
                self._taken.set()
                yield chunk
        await reader

    async def aclose(self) -> None:
        try:
            if self._reader is not None:
                self._reader.cancel()
                # what it failed with was handed on, or nobody waits for it any more
                await asyncio.gather(self._reader, return_exceptions=True)
        finally:
            await self._stream.aclose()

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            asked_at = loop.time()
            async for chunk in self._stream:
                has_all = loop.time() - asked_at > WAITED_S or self._is_all(chunk)
                self._gathered += chunk
                self._count()
                self._taken.clear()
                if self._next is None:
                    # with all that the same read brings: nothing else has its turn before
                    self._hand_out()
                elif len(self._gathered) >= HANDED_BYTES:
                    self._hand_out()
                    await self._taken.wait()
                elif has_all:
                    await self._rest(self._next.when())
                asked_at = loop.time()
        finally:
            self._handed.set()
            if self._next is not None:
                self._next.cancel()

    def _is_all(self, chunk: bytes) -> bool:
        """Say whether it is known that nothing has come behind a chunk."""
        return self._joined is not None and self._joined.brings_all and len(chunk) < HANDED_BYTES

    def _count(self) -> None:
        """Count the chunks that have just come."""
        joined = 0 if self._joined is None else self._joined.chunks - self._joined_chunks
        self._joined_chunks += joined
        self._chunks += max(1, joined)

    async def _rest(self, due_at: float) -> None:
        """Read nothing until it is worth while: shortly before what has come is due."""
        loop = asyncio.get_running_loop()
        if (left_s := due_at - READING_S - loop.time()) > 0:
            await asyncio.sleep(left_s)
            return
        # that was just now, and the next time is a pause behind it: to be woken for the few that
        # come until then would be dear
        await asyncio.sleep(due_at + self._pause_s - READING_S - loop.time())

    def _hand_out(self) -> None:
        if self._next is not None:
            self._next.cancel()
        self._handed.set()
        self._was_put_off = False
        self._wait()

    def _wait(self) -> None:
        self._next = asyncio.get_running_loop().call_later(self._pause_s, self._hand_out_more)

    def _hand_out_more(self) -> None:
        self._next = None
        if self._chunks >= MANY_CHUNKS and not self._was_put_off:
            self._was_put_off = True
            self._wait()
        elif self._gathered:
            self._hand_out()
