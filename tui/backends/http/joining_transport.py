"""Transport that reads the chunks of a response joined, and tells how long each of them was."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore
import httpx

from tui.backends.http.chunk_joining import ChunkJoiner
from tui.backends.http.locks import AsyncioLocks
from tui.backends.http.network import AsyncioNetwork


class JoinedStream(httpcore.AsyncNetworkStream):
    """A socket, or what goes through one, whose chunks are joined."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, *, is_plain: bool = True) -> None:
        self._stream = stream
        self._joiner = ChunkJoiner()
        self._is_plain = is_plain

    @property
    def brings_all(self) -> bool:
        """The last read brought all that had come, unless that is more than is asked for.

        What is encrypted comes a record at a time, and behind the last chunk is the end.
        """
        return self._is_plain and self._joiner.is_joining

    @property
    def chunks(self) -> int:
        """How many chunks of the last response it has brought until now."""
        return self._joiner.chunks

    def take_sizes(self) -> Sequence[int]:
        """Return how many bytes each of the chunks had that the last read brought."""
        return self._joiner.take_sizes()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            data = await self._stream.read(max_bytes, timeout)
            joined = self._joiner.feed(data)
            # nothing would say that the socket was closed
            if joined or not data:
                return joined

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._joiner.expect_response()
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return JoinedStream(stream, is_plain=False)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _JoiningBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._backend = backend

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return JoinedStream(
            await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        )

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return JoinedStream(await self._backend.connect_unix_socket(path, timeout, socket_options))

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


def join_chunks(transport: httpx.AsyncHTTPTransport) -> None:
    """Have a transport, which has not been used yet, read the chunks of its responses joined.

    It reads them from the network of asyncio, and waits for its connections with the locks of that.
    httpcore takes a network for what its pools connect, httpx has no way to hand one on: this
    rests on names that they keep to themselves, and without them nothing is joined, and
    anyio is what it works with. `tests/unit/ui/terminal/test_private_names.py` guards them.
    """
    pool: Any = getattr(transport, "_pool", None)
    if getattr(pool, "_network_backend", None) is not None:
        pool._network_backend = _JoiningBackend(AsyncioNetwork())
        waiting: Any = getattr(httpcore, "_synchronization", None)
        if hasattr(waiting, "anyio"):
            waiting.anyio = AsyncioLocks()
