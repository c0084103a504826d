"""Transport that unpacks compressed answers within bounds."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

ACCEPTED_CODING = "gzip"

_PIECE_BYTES = 65_536
_GZIP_WBITS = 16 + zlib.MAX_WBITS
_GZIP = {ACCEPTED_CODING, "x-gzip"}


class UnaskedCoding(httpx.DecodingError):
    """The body is packed in another way than the one that was asked for."""


class Unpacking(httpx.AsyncBaseTransport):
    """Gives the answers of `transport` with their bodies as they were before they were packed.

    The library would take any number of codings around each other, and unpack whatever came at
    once: a kilobyte becomes a gigabyte before anybody can count.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._transport.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        headers = response.headers.copy()
        codings = _codings(headers)
        if not codings:
            return response
        del headers["content-encoding"]
        return httpx.Response(
            response.status_code,
            headers=headers,
            stream=_Unpacked(response.stream, codings),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._transport.aclose()


class _Unpacked(httpx.AsyncByteStream):
    """A body without its coding, in pieces of a bounded size."""

    def __init__(self, packed: httpx.AsyncByteStream, codings: list[str]) -> None:
        self._packed = packed
        self._codings = codings

    async def __aiter__(self) -> AsyncIterator[bytes]:
        unpacker = _Unpacker()
        async for chunk in self._packed:
            if len(self._codings) != 1 or self._codings[0] not in _GZIP:
                raise UnaskedCoding(", ".join(self._codings))
            for piece in unpacker.feed(chunk):
                yield piece
                # one chunk may hold a thousand times its size: keys do not wait for all of it
                await asyncio.sleep(0)
        unpacker.finish()

    async def aclose(self) -> None:
        await self._packed.aclose()


class _Unpacker:
    """Unpacks gzip, of which a body may hold several members behind each other."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP_WBITS)
        self._is_inside = False

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """Yield what `packed` adds, in pieces.

        Raises:
            httpx.DecodingError: it is not gzip.
        """
        while packed:
            if self._member.eof:
                self._member = zlib.decompressobj(_GZIP_WBITS)
            self._is_inside = True
            try:
                piece = self._member.decompress(packed, _PIECE_BYTES)
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error
            packed = self._member.unconsumed_tail or self._member.unused_data
            self._is_inside = not self._member.eof
            if piece:
                yield piece

    def finish(self) -> None:
        """Take note that nothing more comes.

        Raises:
            httpx.DecodingError: the rest is missing.
        """
        if self._is_inside:
            raise httpx.DecodingError("incomplete")


def _codings(headers: httpx.Headers) -> list[str]:
    names = headers.get_list("content-encoding", split_commas=True)
    return [name for each in names if (name := each.strip().lower()) not in {"", "identity"}]
