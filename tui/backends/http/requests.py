"""Requests and the heads of their responses, below plain calls and streams alike."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from tui.backends.http.call_log import CallLine
from tui.backends.http.client import CONNECT_TIMEOUT_S, READ_TIMEOUT_S
from tui.backends.http.credentials import Credentials
from tui.backends.http.no_answer import unreachable
from tui.backends.traffic import Traffic
from tui.tapes.wire import PRIVATE, SESSION

MAX_BODY_BYTES = 64_000_000

LIBRARY_ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, ValueError)
"""What the HTTP library fails with; the last for names and fields that it cannot encode."""


def build_request(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    content: bytes | None,
    headers: Mapping[str, str] | None,
    timeout_s: float | None,
    session_id: str = "",
    *,
    is_private: bool = False,
) -> httpx.Request:
    """Return a request to send, marked for the wire log with the session it belongs to.

    Of one that `is_private` nothing is kept there.
    """
    fields = {"accept": "application/json", **(headers or {})}
    if content is not None:
        fields["content-type"] = "application/json"
    timeout = httpx.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S, write=READ_TIMEOUT_S, pool=None)
    marks = {SESSION: session_id, PRIVATE: is_private, "timeout": timeout.as_dict()}
    return client.build_request(method, url, content=content, headers=fields, extensions=marks)


@asynccontextmanager
async def answered(
    client: httpx.AsyncClient,
    request: httpx.Request,
    credentials: Credentials,
    traffic: Traffic | None,
    line: CallLine,
) -> AsyncIterator[httpx.Response]:
    """Send `request`, hand out the answer once its head is there, and close it afterwards."""
    try:
        response = await client.send(request, stream=True, auth=credentials)
    except LIBRARY_ERRORS as error:
        raise unreachable(error, request.url) from error
    try:
        line.status = response.status_code
        if traffic is not None:
            traffic.note_quota(response.headers)
        yield response
    finally:
        await response.aclose()


async def bytes_of(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    async for chunk in response.aiter_bytes():
        yield chunk
