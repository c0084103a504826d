"""TLS over a stream of httpcore, over TLS too, as behind a proxy that is asked through it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import httpcore

from tui.backends.http.network_errors import told_as

T = TypeVar("T")

_READ_BYTES = 65_536


class TlsStream(httpcore.AsyncNetworkStream):
    """What goes through `stream` encrypted; its end is believed also where nothing announces it.

    Servers close so, and where an answer ends is said by itself.
    """

    def __init__(
        self,
        stream: httpcore.AsyncNetworkStream,
        tls: ssl.SSLObject,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
    ) -> None:
        self._stream = stream
        self._tls = tls
        self._incoming, self._outgoing = incoming, outgoing

    @classmethod
    async def begun(
        cls,
        stream: httpcore.AsyncNetworkStream,
        context: ssl.SSLContext,
        hostname: str | None,
        timeout: float | None,
    ) -> TlsStream:
        """Return the stream once both sides have agreed; where they do not, it is closed."""
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_hostname=hostname)
        made = cls(stream, tls, incoming, outgoing)
        try:
            with told_as(httpcore.ConnectTimeout, httpcore.ConnectError):
                async with asyncio.timeout(timeout):
                    await made._done(tls.do_handshake)
        except BaseException:
            await stream.aclose()
            raise
        return made

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with told_as(httpcore.ReadTimeout, httpcore.ReadError):
            async with asyncio.timeout(timeout):
                try:
                    return await self._done(lambda: self._tls.read(max_bytes))
                except ssl.SSLError as error:
                    if _is_end(error):
                        return b""
                    raise

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = memoryview(buffer)
        with told_as(httpcore.WriteTimeout, httpcore.WriteError):
            async with asyncio.timeout(timeout):
                while left:
                    written = await self._done(lambda: self._tls.write(left))  # noqa: B023
                    left = left[written:]

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return await TlsStream.begun(self, ssl_context, server_hostname, timeout)

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._tls
        if info == "is_readable" and (self._tls.pending() or self._incoming.pending):
            return True
        return self._stream.get_extra_info(info)

    async def _done(self, act: Callable[[], T]) -> T:
        """Return what `act` does with the TLS, once enough has come and gone for it."""
        while True:
            try:
                result = act()
            except ssl.SSLWantReadError:
                await self._flush()
                if data := await self._stream.read(_READ_BYTES):
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
            except ssl.SSLError:
                with suppress(httpcore.NetworkError):
                    # what it says of this to the other side
                    await self._flush()
                raise
            else:
                await self._flush()
                return result

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._stream.write(self._outgoing.read())


def _is_end(error: ssl.SSLError) -> bool:
    """Say whether the other side has closed without a word of TLS."""
    return isinstance(error, ssl.SSLEOFError) or "UNEXPECTED_EOF_WHILE_READING" in (
        error.strerror or ""
    )
