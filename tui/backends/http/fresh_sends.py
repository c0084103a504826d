"""Transport that sends on a connection of its own what must not be sent twice."""

from __future__ import annotations

import asyncio

import httpx

_READS = ("GET", "HEAD", "OPTIONS")


class FreshSends(httpx.AsyncBaseTransport):
    """Takes reads to a transport that keeps connections, all else to one that opens a new one.

    A kept connection may end while a request goes out on it: the server closes it for having been
    idle, or the pool does, as surplus, between choosing it and using it. A read is made again; of a
    question nobody could say whether it arrived.

    Source: https://github.com/encode/httpcore/issues/1110
    """

    def __init__(self, reads: httpx.AsyncBaseTransport, sends: httpx.AsyncBaseTransport) -> None:
        self._reads = reads
        self._sends = sends

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        transport = self._reads if request.method in _READS else self._sends
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        await asyncio.gather(self._reads.aclose(), self._sends.aclose())
