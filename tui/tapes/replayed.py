"""Transport that answers from a tape; nothing goes over a network."""

from __future__ import annotations

import asyncio
import builtins
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from tui.tapes.player import TapedCall, TapePlayer
from tui.tapes.sessions import TapedRows, TapedSession
from tui.tapes.wire import PRIVATE, Answered, Arrived, End, Ended

_FOUND, _NOT_FOUND = 200, 404
_NOTHING = b"[]"
_MOMENT_S = 1_000_000_000
"""Larger numbers tell a moment, in seconds since 1970, and no others do."""


class Replayed(httpx.AsyncBaseTransport):
    """Answers calls that `player` has, at their time.

    A sign-in finds nothing. A read that is not on the tape gets what `make_list` makes of its path
    and of the sessions asked in so far, or nothing; a stream waits for ever, and what would change
    something fails.
    """

    def __init__(
        self, player: TapePlayer, make_list: Callable[[str, TapedRows], bytes | None]
    ) -> None:
        self._player = player
        self._make_list = make_list

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.extensions.get(PRIVATE):
            return httpx.Response(_NOT_FOUND, stream=_Whole(b""))
        path = request.url.raw_path.decode("ascii")
        call = self._player.claim(request.method, path)
        if call is None:
            if request.method != "GET":
                raise httpx.ConnectError("not on the tape")
            if request.extensions.get("timeout", {}).get("read") is not None:
                # no more of them than the real one told where it had not been asked for a list
                rows = TapedRows([TapedSession(each) for each in self._player.sessions])
                content = self._make_list(path, rows) or _NOTHING
                return httpx.Response(_FOUND, stream=_Whole(content))
            await asyncio.Event().wait()
        assert call is not None
        match await _next_of(call):
            case Answered(_, _, status, content_type, headers):
                if status == _NOT_FOUND:
                    self._player.leave_out(call.asked.session)
                fields = [("content-type", content_type)] if content_type else []
                fields += [(name, _since(value, self._player.now())) for name, value in headers]
                return httpx.Response(status, headers=fields, stream=_TapedBody(call))
            case event:
                call.leave()
                raise _error_of(event.errors if isinstance(event, Ended) else ())


class _Whole(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content


class _TapedBody(httpx.AsyncByteStream):
    def __init__(self, call: TapedCall) -> None:
        self._call = call

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            match await self._call.next():
                case Arrived(_, _, data):
                    yield data
                case Ended(how=End.WHOLE):
                    return
                case Ended(how=End.BROKEN, errors=errors):
                    raise _error_of(errors)
                case Ended():
                    # left then, by whoever leaves it now as well
                    await self._call.hang()

    async def aclose(self) -> None:
        self._call.leave()


async def _next_of(call: TapedCall) -> Answered | Arrived | Ended:
    try:
        return await call.next()
    except BaseException:
        call.leave()
        raise


def _since(value: str, now: datetime) -> str:
    """Return a field that tells a moment of then as the seconds to it from `now`, any other as is.

    Who reads it would count from today.
    """
    try:
        moment = float(value) if value.strip().isdecimal() else _timestamp(value)
    except (ValueError, OverflowError):
        return value
    if moment < _MOMENT_S:
        return value
    return f"{max(0.0, moment - now.timestamp()):.3f}"


def _timestamp(date: str) -> float:
    moment = parsedate_to_datetime(date)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _error_of(names: tuple[str, ...]) -> Exception:
    """Return an error of the library with the causes of these names, as far as there are such."""
    error: Exception = httpx.ReadError("as on the tape")
    kind = getattr(httpx, names[0], None) if names else None
    if isinstance(kind, type) and issubclass(kind, httpx.TransportError | httpx.DecodingError):
        error = kind("as on the tape")
    causes = (getattr(room, name, None) for name in names[1:] for room in (builtins, socket, ssl))
    for cause in causes:
        if isinstance(cause, type) and issubclass(cause, OSError) and cause is not OSError:
            error.__cause__ = made = cause()
            if isinstance(made, ssl.SSLCertVerificationError):
                made.verify_message = "as on the tape"
            break
    return error
