"""Streams over HTTP: responses handed out while they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import ExitStack, aclosing, asynccontextmanager

import httpx

from tui.backends.http.call_log import CallLine, logged_call
from tui.backends.http.credentials import Credentials
from tui.backends.http.exchange import read_whole
from tui.backends.http.no_answer import unreachable
from tui.backends.http.requests import (
    LIBRARY_ERRORS,
    MAX_BODY_BYTES,
    answered,
    build_request,
    bytes_of,
)
from tui.backends.traffic import Traffic
from tui.errors import MAYBE_FINISHED_HINT, RunnelError, ServerFailed, StreamBroken


class Body:
    """The body of a stream that began with success."""

    def __init__(
        self,
        response: httpx.Response,
        line: CallLine,
        has_begun: Callable[[], None] = lambda: None,
    ) -> None:
        """`has_begun` is called when the first bytes have come."""
        self._response = response
        self._line = line
        self._has_begun = has_begun

    @property
    def media_type(self) -> str:
        """The content type in lower case without its parameters."""
        content_type: str = self._response.headers.get("content-type", "")
        return content_type.partition(";")[0].strip().lower()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the bytes as they come.

        Raises:
            StreamBroken: the connection broke before the body was whole, or the body is larger
                than any answer.
        """
        try:
            async with aclosing(bytes_of(self._response)) as chunks:
                async for chunk in chunks:
                    self._has_begun()
                    self._line.size_bytes += len(chunk)
                    if self._line.size_bytes > MAX_BODY_BYTES:
                        raise StreamBroken("The answer is too large.", hint=MAYBE_FINISHED_HINT)
                    yield chunk
        except httpx.DecodingError as error:
            refusal = unreachable(error, self._response.url)
            raise StreamBroken(
                refusal.sentence, hint=refusal.hint or MAYBE_FINISHED_HINT
            ) from error
        except LIBRARY_ERRORS as error:
            raise StreamBroken(
                "The connection broke before the answer was complete.", hint=MAYBE_FINISHED_HINT
            ) from error

    async def read(self) -> bytes:
        """Return the whole body.

        Raises:
            StreamBroken: as `chunks` does.
        """
        content = bytearray()
        async with aclosing(self.chunks()) as chunks:
            async for chunk in chunks:
                content += chunk
        return bytes(content)


@asynccontextmanager
async def open_stream(
    client: httpx.AsyncClient,
    url: str,
    *,
    credentials: Credentials,
    accept: str,
    content: bytes | None = None,
    traffic: Traffic | None = None,
    session_id: str = "",
) -> AsyncIterator[Body]:
    """Post `content` as JSON, or get what is there without one, and hand out the body once the
    status means success.

    There is no limit to the time between bytes. Leaving closes the socket. Errors raised inside
    are told without the secrets. Until the first bytes have come, what is not hurried waits.
    `session_id` is that of the session it belongs to, for the wire log.

    Raises:
        Unreachable: no answer came.
        RunnelError: what the status means.
    """
    # a compressed stream holds text back until a block is full
    headers = {"accept": accept, "accept-encoding": "identity", "cache-control": "no-store"}
    method = "GET" if content is None else "POST"
    request = build_request(client, method, url, content, headers, None, session_id=session_id)
    with logged_call(request) as line, ExitStack() as beginning:
        if traffic is not None:
            beginning.enter_context(traffic.urgent())
        async with answered(client, request, credentials, traffic, line) as response:
            if not response.is_success:
                raise await _refusal(response, credentials, line)
            with credentials.veil():
                yield Body(response, line, beginning.close)


async def _refusal(
    response: httpx.Response, credentials: Credentials, line: CallLine
) -> RunnelError:
    response_read = await read_whole(response, credentials, line)
    return response_read.failure or ServerFailed("The server did not start an answer.")
