"""Plain calls of HTTP: a request, and its response read to the end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing, suppress

import httpx

from tui.backends.http.call_log import CallLine, logged_call
from tui.backends.http.client import READ_TIMEOUT_S
from tui.backends.http.credentials import NOBODY, Credentials
from tui.backends.http.no_answer import origin_of, unreachable
from tui.backends.http.requests import (
    LIBRARY_ERRORS,
    MAX_BODY_BYTES,
    answered,
    build_request,
    bytes_of,
)
from tui.backends.http.response import WholeResponse
from tui.backends.http.retry import repeated
from tui.backends.traffic import Traffic
from tui.errors import ServerFailed, Unreachable

MAX_ERROR_BYTES = 64_000

PATIENCE_S = 60.0
"""So long a call takes at most, and one second more for every `SLOWEST_BYTES_S` of its body.

A server that sends a byte now and then is never silent for long, and a slow line must be able to
bring a long history.
"""
SLOWEST_BYTES_S = 1_000


async def exchange(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    credentials: Credentials = NOBODY,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = READ_TIMEOUT_S,
    patience_s: float = PATIENCE_S,
    traffic: Traffic | None = None,
    session_id: str = "",
    is_private: bool = False,
) -> WholeResponse:
    """Make a call and return its whole response; `content` is JSON.

    `timeout_s` is the longest silence. A response that comes more slowly than `SLOWEST_BYTES_S` on
    the whole ends after that or `patience_s`, whichever is more.

    With `traffic`, GET is made again as `retry.repeated` does. Nothing else ever is. What is not
    hurried waits for all other calls. `session_id` is that of the session it belongs to, for the
    wire log; of a call that `is_private` that keeps nothing.

    Raises:
        Unreachable: no answer came, or not whole.
        ServerFailed: the answer is damaged, or larger than `MAX_BODY_BYTES`.
    """
    patience_s = max(patience_s, timeout_s)

    async def attempt(number: int = 1) -> WholeResponse:
        request = build_request(
            client, method, url, content, headers, timeout_s, session_id, is_private=is_private
        )
        return await _call(client, request, credentials, traffic, number, patience_s)

    if traffic is None:
        return await attempt()
    with traffic.urgent():
        return await (repeated(attempt, traffic) if method == "GET" else attempt())


async def _call(
    client: httpx.AsyncClient,
    request: httpx.Request,
    credentials: Credentials,
    traffic: Traffic | None,
    number: int,
    patience_s: float,
) -> WholeResponse:
    """Make a call for the `number`-th time; see `exchange`."""
    limit = _RateLimit(patience_s)
    with logged_call(request, number) as line:
        try:
            async with (
                limit.deadline,
                answered(client, request, credentials, traffic, line) as response,
            ):
                return await read_whole(response, credentials, line, limit)
        except TimeoutError as error:
            if not limit.deadline.expired():
                raise
            raise limit.failure(request.url) from error


class _RateLimit:
    """The end of a call that comes more slowly than `SLOWEST_BYTES_S`, after `patience_s`."""

    def __init__(self, patience_s: float) -> None:
        self._began_at = asyncio.get_running_loop().time()
        self._patience_s = self._allowed_s = patience_s
        self.deadline = asyncio.timeout(patience_s)

    def note(self, size_bytes: int) -> None:
        """Allow the time for so many bytes."""
        self._allowed_s = self._patience_s + size_bytes / SLOWEST_BYTES_S
        self.deadline.reschedule(self._began_at + self._allowed_s)

    def failure(self, url: httpx.URL) -> Unreachable:
        return Unreachable(
            f"{origin_of(url)} did not answer completely within {self._allowed_s:.0f} s.",
            hint="Try again later.",
        )


async def read_whole(
    response: httpx.Response,
    credentials: Credentials,
    line: CallLine,
    limit: _RateLimit | None = None,
) -> WholeResponse:
    """Read what is left of `response`: all of a success, the beginning of a failure.

    Raises:
        Unreachable: it broke off.
        ServerFailed: it is damaged, or larger than `MAX_BODY_BYTES`.
    """
    try:
        content = await (_whole(response, limit) if response.is_success else _beginning(response))
    except LIBRARY_ERRORS as error:
        raise unreachable(error, response.url) from error
    line.size_bytes = len(content)
    return WholeResponse(
        response.status_code, origin_of(response.url), response.headers, content, credentials
    )


async def _whole(response: httpx.Response, limit: _RateLimit | None) -> bytes:
    content = bytearray()
    async with aclosing(bytes_of(response)) as chunks:
        async for chunk in chunks:
            content += chunk
            if len(content) > MAX_BODY_BYTES:
                raise ServerFailed(
                    f"The server's answer is larger than {MAX_BODY_BYTES // 1_000_000} MB.",
                    status=response.status_code,
                )
            if limit is not None:
                limit.note(len(content))
    return bytes(content)


async def _beginning(response: httpx.Response) -> bytes:
    """Return what came of the body of a failure: its status alone says enough."""
    content = bytearray()
    with suppress(*LIBRARY_ERRORS, TimeoutError):
        async with asyncio.timeout(READ_TIMEOUT_S), aclosing(bytes_of(response)) as chunks:
            async for chunk in chunks:
                content += chunk
                if len(content) > MAX_ERROR_BYTES:
                    break
    return bytes(content[:MAX_ERROR_BYTES])
