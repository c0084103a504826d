"""Calls as every backend makes them: limits, errors in our words, nothing secret told."""

from __future__ import annotations

import asyncio
import codecs
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

import httpx

from tui.backends.http.call_log import CallLine, logged_call
from tui.backends.http.client import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, WrapTransport, build_client
from tui.backends.http.credentials import NOBODY, Credentials
from tui.backends.http.errors import ErrorBody, failure_of, origin_of, unreachable, wait_of
from tui.backends.http.retry import repeated
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import senseless
from tui.backends.traffic import Traffic
from tui.errors import RunnelError, ServerFailed, StreamBroken, Unreachable
from tui.safe_text import SafeText

__all__ = [
    "NOBODY",
    "READ_TIMEOUT_S",
    "Body",
    "Credentials",
    "Received",
    "WrapTransport",
    "build_client",
    "exchange",
    "open_stream",
]

MAX_BODY_BYTES = 64_000_000
MAX_ERROR_BYTES = 64_000

TOTAL_TIMEOUT_S = 60.0
"""Longest time that a plain call takes in all; a server that sends a byte now and then is never
silent for long."""
WAITED_S = 0.001
"""A chunk that took longer was not there yet when it was asked for."""
GATHERING_S = 0.03
"""So long nothing is read after such a chunk. What came meanwhile is then read in one go; to wake
up for each token costs more than to show it."""

THEIRS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, ValueError)
"""What the HTTP library fails with; the last for names and fields that it cannot encode."""

_BROKEN = "Read the session again: the server may have finished the answer."


@dataclass(frozen=True, slots=True)
class Received:
    """A whole answer, whatever its status."""

    status: int
    origin: str
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)
    credentials: Credentials = field(repr=False)

    @property
    def error_body(self) -> ErrorBody:
        """What a failed answer says, without the secrets."""
        # before reading, or a cut could leave half of one; after it, for those that JSON escapes
        text = self.credentials.redact(_text_of(self.content))
        body = ErrorBody.read(text, self.status)
        return replace(
            body,
            words=SafeText(self.credentials.redact(body.words)),
            code=SafeText(self.credentials.redact(body.code)),
        )

    @property
    def failure(self) -> RunnelError | None:
        """The error that the status means, without the secrets; `None` for success."""
        if 200 <= self.status < 300:
            return None
        headers = {name: self.credentials.redact(text) for name, text in self.headers.items()}
        error = failure_of(self.status, headers, self.error_body, self.origin)
        return self.credentials.veiled(error)

    @property
    def wait_s(self) -> float | None:
        """How long a failed answer asks to wait, `None` when it does not say."""
        return wait_of(self.headers, self.error_body)

    def json(self) -> object:
        """Return the decoded body of an answer that means success, `None` for an empty one.

        Raises:
            RunnelError: the status means failure.
            ServerFailed: the body is not JSON.
        """
        if self.failure is not None:
            raise self.failure
        if not self.content.strip():
            return None
        try:
            return decode_json(self.content)
        except ValueError:
            is_page = self.content.lstrip().startswith(b"<")
            raise senseless("a web page, not JSON" if is_page else "it is not JSON") from None


class Body:
    """The body of a stream that began with success."""

    def __init__(self, response: httpx.Response, line: CallLine) -> None:
        self._response = response
        self._line = line

    @property
    def media_type(self) -> str:
        """The content type in lower case without its parameters."""
        content_type: str = self._response.headers.get("content-type", "")
        return content_type.partition(";")[0].strip().lower()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the bytes as they come, those that come one by one in short bursts.

        Raises:
            StreamBroken: the connection broke before the body was whole, or the body is larger
                than any answer.
        """
        try:
            async with aclosing(_bytes_of(self._response)) as chunks:
                asked_at = time.monotonic()
                async for chunk in chunks:
                    is_slow = time.monotonic() - asked_at > WAITED_S
                    self._line.size_bytes += len(chunk)
                    if self._line.size_bytes > MAX_BODY_BYTES:
                        raise StreamBroken("The answer is too large to be one.", hint=_BROKEN)
                    yield chunk
                    if is_slow:
                        await asyncio.sleep(GATHERING_S)
                    asked_at = time.monotonic()
        except httpx.DecodingError as error:
            refusal = unreachable(error, self._response.url)
            raise StreamBroken(refusal.sentence, hint=refusal.hint or _BROKEN) from error
        except THEIRS as error:
            raise StreamBroken("The answer broke off on its way.", hint=_BROKEN) from error

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


async def exchange(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    credentials: Credentials = NOBODY,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = READ_TIMEOUT_S,
    total_s: float = TOTAL_TIMEOUT_S,
    traffic: Traffic | None = None,
) -> Received:
    """Make a call and return its whole answer; `content` is JSON.

    `timeout_s` is the longest silence. The whole call takes no longer than that or `total_s`,
    whichever is more.

    With `traffic`, GET is made again as `retry.repeated` does. Nothing else ever is.

    Raises:
        Unreachable: no answer came, or not whole.
        ServerFailed: the answer is damaged, or larger than `MAX_BODY_BYTES`.
    """

    async def attempt(number: int = 1) -> Received:
        request = _request(client, method, url, content, headers, timeout_s)
        with logged_call(request, number) as line:
            async with (
                _within(max(timeout_s, total_s), request.url),
                _answered(client, request, credentials, traffic, line) as response,
            ):
                try:
                    return await _receive(response, credentials, line)
                except THEIRS as error:
                    raise unreachable(error, request.url) from error

    if traffic is not None and method == "GET":
        return await repeated(attempt, traffic)
    return await attempt()


@asynccontextmanager
async def open_stream(
    client: httpx.AsyncClient,
    url: str,
    *,
    credentials: Credentials,
    accept: str,
    content: bytes | None = None,
    traffic: Traffic | None = None,
) -> AsyncIterator[Body]:
    """Post `content` as JSON, or get what is there without one, and hand out the body once the
    status means success.

    There is no limit to the time between bytes. Leaving closes the socket. Errors raised inside
    are told without the secrets.

    Raises:
        Unreachable: no answer came.
        RunnelError: what the status means.
    """
    # a compressed stream holds text back until a block is full
    headers = {"accept": accept, "accept-encoding": "identity", "cache-control": "no-store"}
    method = "GET" if content is None else "POST"
    request = _request(client, method, url, content, headers, None)
    with logged_call(request) as line:
        async with _answered(client, request, credentials, traffic, line) as response:
            if not response.is_success:
                raise await _stream_refusal(response, credentials, line)
            with credentials.veil():
                yield Body(response, line)


@asynccontextmanager
async def _within(seconds: float, url: httpx.URL) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise Unreachable(
            f"{origin_of(url)} did not answer whole within {seconds:.0f} s.",
            hint="Try again later.",
        ) from None


@asynccontextmanager
async def _answered(
    client: httpx.AsyncClient,
    request: httpx.Request,
    credentials: Credentials,
    traffic: Traffic | None,
    line: CallLine,
) -> AsyncIterator[httpx.Response]:
    """Send `request`, hand out the answer once its head is there, and close it afterwards."""
    try:
        response = await client.send(request, stream=True, auth=credentials)
    except THEIRS as error:
        raise unreachable(error, request.url) from error
    try:
        line.status = response.status_code
        if traffic is not None:
            traffic.note_quota(response.headers)
        yield response
    finally:
        await response.aclose()


async def _stream_refusal(
    response: httpx.Response, credentials: Credentials, line: CallLine
) -> RunnelError:
    received = await _receive(response, credentials, line)
    return received.failure or ServerFailed("The server did not start an answer.")


async def _receive(response: httpx.Response, credentials: Credentials, line: CallLine) -> Received:
    content = await (_whole(response) if response.is_success else _beginning(response))
    line.size_bytes = len(content)
    return Received(
        response.status_code, origin_of(response.url), response.headers, content, credentials
    )


async def _whole(response: httpx.Response) -> bytes:
    content = bytearray()
    async with aclosing(_bytes_of(response)) as chunks:
        async for chunk in chunks:
            content += chunk
            if len(content) > MAX_BODY_BYTES:
                raise ServerFailed(
                    f"The server's answer is larger than {MAX_BODY_BYTES // 1_000_000} MB.",
                    status=response.status_code,
                )
    return bytes(content)


async def _beginning(response: httpx.Response) -> bytes:
    """Return what came of the body of a failure: its status alone says enough."""
    content = bytearray()
    with suppress(*THEIRS, TimeoutError):
        async with asyncio.timeout(READ_TIMEOUT_S), aclosing(_bytes_of(response)) as chunks:
            async for chunk in chunks:
                content += chunk
                if len(content) > MAX_ERROR_BYTES:
                    break
    return bytes(content[:MAX_ERROR_BYTES])


async def _bytes_of(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    async for chunk in response.aiter_bytes():
        yield chunk


def _text_of(content: bytes) -> str:
    # pages of Windows servers; a charset that a server names could be anything
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf16 else "utf-8-sig", "replace")


def _request(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    content: bytes | None,
    headers: Mapping[str, str] | None,
    timeout_s: float | None,
) -> httpx.Request:
    fields = {"accept": "application/json", **(headers or {})}
    if content is not None:
        fields["content-type"] = "application/json"
    timeout = httpx.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S, write=READ_TIMEOUT_S, pool=None)
    return client.build_request(method, url, content=content, headers=fields, timeout=timeout)
