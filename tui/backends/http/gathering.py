"""Transport that lets the small chunks of a stream gather for a moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

WAITED_S = 0.001
"""A chunk that took longer was not there yet when it was asked for."""


class Gathering(httpx.AsyncBaseTransport):
    """Reads nothing for `pause_s` after a chunk of a stream that had to be waited for.

    What came meanwhile is then read in one go: to wake up for each token costs more than to show
    it. A stream is a response without a limit to its silence; all others are read as they come.
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

    async def __aiter__(self) -> AsyncIterator[bytes]:
        asked_at = self._clock()
        async for chunk in self._stream:
            is_slow = self._clock() - asked_at > WAITED_S
            yield chunk
            if is_slow:
                await self._sleep(self._pause_s)
            asked_at = self._clock()

    async def aclose(self) -> None:
        await self._stream.aclose()
