"""Transport that tells a `Wire` of every call, and changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Protocol, runtime_checkable

import httpx

from tui.tapes.wire import (
    KEPT_HEADERS,
    PRIVATE,
    SESSION,
    Answered,
    Arrived,
    Asked,
    End,
    Ended,
    Wire,
)

_MAX_CAUSES = 6
_KNOWN = {"builtins", "httpx", "socket", "ssl"}
"""Whose errors are told by their names; others by those that they are kinds of."""


@runtime_checkable
class JoinsChunks(Protocol):
    """A network stream that hands on as one what came as several chunks."""

    def take_sizes(self) -> Sequence[int]:
        """Return how many bytes each of the chunks had that came together last."""
        ...


class Tapped(httpx.AsyncBaseTransport):
    """Hands calls on to `transport`, and tells `wire` of them while anybody listens to it."""

    def __init__(self, transport: httpx.AsyncBaseTransport, wire: Wire) -> None:
        self._transport = transport
        self._wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self._wire.is_heard:
            return await self._transport.handle_async_request(request)
        call = _TappedCall(self._wire, request)
        try:
            response = await self._transport.handle_async_request(request)
        except Exception as error:
            call.end(End.UNANSWERED, error)
            raise
        except BaseException:
            call.end(End.LEFT)
            raise
        call.begin_answer(response)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        # a new one: of one that was read already nobody would read the stream
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_TappedBody(response.stream, call),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._transport.aclose()


class _TappedCall:
    """Tells of one call."""

    def __init__(self, wire: Wire, request: httpx.Request) -> None:
        self._wire = wire
        self._number = wire.begin_call()
        self._is_private = bool(request.extensions.get(PRIVATE))
        self._has_ended = False
        self._joining: JoinsChunks | None = None
        wire.tell(
            Asked(
                self._number,
                wire.clock(),
                request.method,
                request.url.raw_path.decode("ascii"),
                request.extensions.get(SESSION, ""),
                b"" if self._is_private else request.content,
                self._is_private,
            )
        )

    def begin_answer(self, response: httpx.Response) -> None:
        headers = response.headers
        stream = response.extensions.get("network_stream")
        self._joining = stream if isinstance(stream, JoinsChunks) else None
        kept = ((name, headers[name]) for name in headers if name in KEPT_HEADERS)
        content_type = headers.get("content-type", "")
        self._wire.tell(
            Answered(
                self._number, self._wire.clock(), response.status_code, content_type, tuple(kept)
            )
        )

    def take(self, data: bytes) -> None:
        """Tell of what came, chunk by chunk where several came together."""
        sizes = self._joining.take_sizes() if self._joining is not None else ()
        if self._is_private:
            return
        now_s = self._wire.clock()
        if len(sizes) < 2 or sum(sizes) != len(data):
            # of what was unpacked they say nothing
            sizes = (len(data),)
        at = 0
        for size in sizes:
            self._wire.tell(Arrived(self._number, now_s, data[at : at + size]))
            at += size

    def end(self, how: End, error: Exception | None = None) -> None:
        """Tell how it ended, of which the first time counts."""
        if not self._has_ended:
            self._has_ended = True
            self._wire.tell(Ended(self._number, self._wire.clock(), how, tuple(_names_of(error))))


class _TappedBody(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, call: _TappedCall) -> None:
        self._stream = stream
        self._call = call

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                self._call.take(chunk)
                yield chunk
        except Exception as error:
            self._call.end(End.BROKEN, error)
            raise
        self._call.end(End.WHOLE)

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            self._call.end(End.LEFT)


def _names_of(error: BaseException | None) -> Iterator[str]:
    """Yield the class of an error and those of its causes; of several that of the first.

    A cause of whose kind only `Exception` is known says nothing.
    """
    for number in range(_MAX_CAUSES):
        if error is None:
            return
        kind = next(
            each for each in type(error).__mro__ if each.__module__.partition(".")[0] in _KNOWN
        )
        if number == 0 or kind is not Exception:
            yield kind.__name__
        group = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = group or error.__cause__ or error.__context__
