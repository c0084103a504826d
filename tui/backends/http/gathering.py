"""Transport that hands out in one go what came of a stream within a moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

WAITED_S = 0.001
"""A chunk that took longer was not there yet when it was asked for."""
HANDED_BYTES = 16_384
"""With so much gathered others have their turn before more is taken in."""


class Gathering(httpx.AsyncBaseTransport):
    """Reads nothing for `pause_s` after a chunk of a stream that had to be waited for.

    What came meanwhile is then read in one go, and handed out as one chunk: to wake up for each
    token, and to hand on each by itself, costs more than to show it. A stream is a response
    without a limit to its silence; all others are read as they come.
    """

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        pause_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._transport = transport
        self._pause_s = pause_s
        self._clock = clock
        self._sleep = sleep

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._transport.handle_async_request(request)
        if request.extensions.get("timeout", {}).get("read") is None:
            assert isinstance(response.stream, httpx.AsyncByteStream)
            response.stream = _Gathered(response.stream, self._pause_s, self._clock, self._sleep)
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


class _Gathered(httpx.AsyncByteStream):
    """Takes chunks in with a task of its own, which closing ends.

    That task is not interrupted while it takes what one read of the socket brought: whoever is
    handed the chunks gets all of these joined.
    """

    def __init__(
        self,
        stream: httpx.AsyncByteStream,
        pause_s: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._stream = stream
        self._pause_s = pause_s
        self._clock = clock
        self._sleep = sleep
        self._gathered = bytearray()
        self._came = asyncio.Event()
        self._taken = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._reader = reader = asyncio.create_task(self._read())
        while not reader.done() or self._gathered:
            await self._came.wait()
            self._came.clear()
            if self._gathered:
                chunk = bytes(self._gathered)
                self._gathered.clear()
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
        try:
            asked_at = self._clock()
            async for chunk in self._stream:
                is_slow = self._clock() - asked_at > WAITED_S
                self._gathered += chunk
                self._taken.clear()
                self._came.set()
                if is_slow:
                    await self._sleep(self._pause_s)
                if len(self._gathered) >= HANDED_BYTES:
                    await self._taken.wait()
                asked_at = self._clock()
        finally:
            self._came.set()
