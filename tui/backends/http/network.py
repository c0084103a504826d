"""Network of asyncio for httpcore: the sockets that its connections read and write.

httpcore has one of its own, over anyio, which takes longer to import than a server takes to answer
and costs more with each piece that is read. It behaves like this one.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpcore

from tui.backends.http.connecting import connected
from tui.backends.http.network_errors import told_as
from tui.backends.http.tls_stream import TlsStream


class AsyncioNetwork(httpcore.AsyncNetworkBackend):
    """Opens connections in the running loop."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> SocketStream:
        with told_as(httpcore.ConnectTimeout, httpcore.ConnectError):
            async with asyncio.timeout(timeout):
                connection = await connected(_Connection, host, port, local_address)
            return _stream_of(connection, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> SocketStream:
        loop = asyncio.get_running_loop()
        with told_as(httpcore.ConnectTimeout, httpcore.ConnectError):
            async with asyncio.timeout(timeout):
                _, connection = await loop.create_unix_connection(_Connection, path)
            return _stream_of(connection, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SocketStream(httpcore.AsyncNetworkStream):
    """A socket. Nothing is taken from it but what is asked for."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with told_as(httpcore.ReadTimeout, httpcore.ReadError):
            async with asyncio.timeout(timeout):
                return await self._connection.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        with told_as(httpcore.WriteTimeout, httpcore.WriteError):
            async with asyncio.timeout(timeout):
                await self._connection.write(buffer)

    async def aclose(self) -> None:
        await self._connection.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return await TlsStream.begun(self, ssl_context, server_hostname, timeout)

    def get_extra_info(self, info: str) -> Any:
        match info:
            case "is_readable":
                return self._connection.is_readable
            case "socket":
                return self._connection.transport.get_extra_info("socket")
            case "client_addr":
                return self._connection.transport.get_extra_info("sockname")
            case "server_addr":
                return self._connection.transport.get_extra_info("peername")
            case _:
                return None


class _Connection(asyncio.Protocol):
    """What the loop tells of one socket; read only while somebody waits for it."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._came: deque[bytes] = deque()
        self._has_ended = False
        """The other end writes nothing more, or nothing can be read any more."""
        self._is_closed = False
        self._error: Exception | None = None
        self._is_full = False
        self._waiting: list[asyncio.Future[None]] = []
        """For anything to happen."""

    @property
    def is_readable(self) -> bool:
        """A read would return at once, be it because the other end has closed."""
        if self._came or self._has_ended or self.transport.is_closing():
            return True
        return _has_come(self.transport.get_extra_info("socket").fileno())

    async def read(self, max_bytes: int) -> bytes:
        """Return what has come next, at least a byte, or nothing when it has ended.

        Raises:
            OSError: the connection broke, or was closed here.
        """
        if not self._came and not self._has_ended and not self.transport.is_closing():
            self.transport.resume_reading()
            try:
                while not self._came and not self._has_ended:
                    await self._event()
            finally:
                # what is not asked for is left where it is: it costs nothing there
                self.transport.pause_reading()
        if self._came:
            data = self._came.popleft()
            if len(data) > max_bytes:
                self._came.appendleft(data[max_bytes:])
                data = data[:max_bytes]
            return data
        if self._error is not None or self._is_closed or not self._has_ended:
            raise ConnectionError("there is no connection any more") from self._error
        return b""

    async def write(self, data: bytes) -> None:
        """Return when the system has taken it.

        Raises:
            OSError: the connection broke, or was closed here.
        """
        if not self.transport.is_closing():
            self.transport.write(data)
        while self._is_full and not self.transport.is_closing():
            await self._event()
        if self.transport.is_closing():
            raise ConnectionError("there is no connection any more") from self._error

    async def close(self) -> None:
        self._is_closed = True
        if not self.transport.is_closing():
            with suppress(OSError):
                self.transport.write_eof()
            # what could not be written yet is not waited for
            self.transport.abort()
            # in the next turn the socket is closed
            await asyncio.sleep(0)

    async def _event(self) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            await waiting
        finally:
            self._waiting.remove(waiting)

    def _happened(self) -> None:
        for each in self._waiting:
            if not each.done():
                each.set_result(None)

    # What the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.set_write_buffer_limits(0)

    def data_received(self, data: bytes) -> None:
        self._came.append(data)
        self._happened()

    def eof_received(self) -> bool:
        self._has_ended = True
        self._happened()
        # there may be something to write still
        return True

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._happened()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_ended, self._error = True, exc
        self._happened()


def _stream_of(
    connection: _Connection, options: Iterable[httpcore.SOCKET_OPTION] | None
) -> SocketStream:
    transport = connection.transport
    # it begins to read by itself
    transport.pause_reading()
    try:
        for option in options or ():
            transport.get_extra_info("socket").setsockopt(*option)
    except OSError:
        transport.abort()
        raise
    return SocketStream(connection)


def _has_come(file: int) -> bool:
    if file < 0:
        return True
    if not hasattr(select, "poll"):
        return bool(select.select([file], [], [], 0)[0])
    poll = select.poll()
    poll.register(file, select.POLLIN)
    return bool(poll.poll(0))
