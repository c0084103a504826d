"""Errors of Runnel for HTTP statuses, error bodies and exceptions of the HTTP library."""

from __future__ import annotations

import errno
import html
import math
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from tui.backends.http.client import REDIRECT_FIELD
from tui.backends.http.proxy import ProxyFailed
from tui.backends.http.redirects import goal_of
from tui.backends.http.unpacking import UnaskedCoding
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import Object, line_at, object_at, text_at
from tui.backends.traffic import seconds_left
from tui.errors import (
    AccessRefused,
    BadInput,
    NotFound,
    NotOffered,
    RateLimited,
    RunnelError,
    ServerFailed,
    Unreachable,
)
from tui.safe_text import SafeText, clean_line

MAX_WORDS_CHARS = 300
LONGEST_WAIT_S = 86_400.0
"""A server that asks for a longer wait is taken to mean a day."""

# bounded, because a page may open any number of titles and close none
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,500}?)</title", re.I | re.S)
_CHECK_ADDRESS = "Check base_url, or start the server."

_NOT_OFFERED = (
    NotOffered,
    "The server does not offer that",
    "Another product of this family may.",
)
_MEANINGS: Mapping[int, tuple[type[RunnelError], str, str]] = {
    401: (
        AccessRefused,
        "The server does not let us in",
        "Check the key, or e-mail and password, of this profile.",
    ),
    403: (AccessRefused, "The server does not allow this", "Check what this account may do."),
    404: (NotFound, "The server has no such thing", ""),
    405: _NOT_OFFERED,
    413: (BadInput, "This is more than the server takes", "Shorten it."),
    501: _NOT_OFFERED,
}


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """What the body of a failed answer says, on one safe line each; empty where it says nothing."""

    words: SafeText = SafeText("")
    code: SafeText = SafeText("")
    request_id: SafeText = SafeText("")
    wait: object = None
    """`retryAfter` as received."""
    is_page: bool = False
    """It was a web page, so a proxy or another program answered."""

    @classmethod
    def read(cls, text: str, status: int) -> ErrorBody:
        """Read a body of any shape: JSON of either API, text, a web page, nothing."""
        text = text.strip()
        if text.startswith("<"):
            title = _TITLE.search(text)
            words = html.unescape(title[1]) if title else ""
            return cls(clean_line(words, MAX_WORDS_CHARS), is_page=True)
        try:
            value = decode_json(text)
        except ValueError:
            return cls(clean_line(text, MAX_WORDS_CHARS))
        return cls.of(value, status)

    @classmethod
    def of(cls, value: object, status: int) -> ErrorBody:
        """Read a decoded body."""
        if not isinstance(value, dict):
            return cls(_words(value))
        inner: Object = value
        if isinstance(value.get("error"), dict) and not text_at(value, "message"):
            inner = object_at(value, "error")
        return cls(
            _best_words(inner, status),
            line_at(inner, "code") or _code_like(line_at(inner, "error")),
            clean_line(text_at(inner, "requestId"), 100),
            inner.get("retryAfter"),
        )


def failure_of(
    status: int, headers: Mapping[str, str], body: ErrorBody, origin: str
) -> RunnelError:
    """Return the error that a status other than success means; `origin` is the server asked."""
    request_id = clean_line(headers.get("x-request-id", ""), 100) or body.request_id or None
    told = f": {body.words.rstrip('.')}." if body.words else "."
    wait_s = wait_of(headers, body)
    if status == 429:
        return RateLimited(
            f"Too many calls{told}",
            retry_after_s=wait_s,
            hint=_wait_hint(wait_s),
            request_id=request_id,
        )
    if 300 <= status < 400:
        goal = goal_of(headers.get(REDIRECT_FIELD, ""), origin)
        return ServerFailed(
            f"{origin} sends us on to {goal}.",
            hint="Set base_url to the address where the API is.",
            status=status,
        )
    other = f"The server failed with HTTP {status}"
    if 400 <= status < 500:
        other = f"The server does not take this (HTTP {status})"
    kind, sentence, hint = _MEANINGS.get(status, (ServerFailed, other, ""))
    if status == 404 and body.code == "ROUTE_NOT_FOUND":
        kind, sentence, hint = _NOT_OFFERED
    if status == 404 and body.is_page:
        hint = "Check base_url."
    elif status >= 500 and wait_s is not None:
        hint = _wait_hint(wait_s)
    return kind(f"{sentence}{told}", hint=hint, status=status, request_id=request_id)


def unreachable(error: Exception, url: httpx.URL) -> RunnelError:
    """Return the error for a call that got no answer.

    The text of `error` is never shown: it may quote a header.
    """
    origin = origin_of(url)
    match error:
        case httpx.ConnectTimeout():
            sentence = f"Nothing answers at {origin} (no connection within 10 s)."
            return Unreachable(sentence, hint=_CHECK_ADDRESS, sent=False)
        case httpx.ConnectError():
            return _unconnected(error, url)
        case ProxyFailed():
            return _unproxied(error, origin)
        case httpx.PoolTimeout() | httpx.UnsupportedProtocol():
            sentence = f"No connection to {origin} could be made."
            return Unreachable(sentence, sent=False, passing=False)
        case httpx.TimeoutException():
            return Unreachable(f"{origin} took too long to answer.", hint="Try again later.")
        case UnaskedCoding():
            coding = clean_line(str(error), 60)
            return ServerFailed(
                f"The answer of {origin} is packed in a way nobody asked for ({coding}).",
                hint="A proxy on the way may do that; Runnel takes gzip only.",
            )
        case httpx.DecodingError():
            return ServerFailed(f"The answer of {origin} is damaged and cannot be unpacked.")
        case _:
            return Unreachable(
                f"The connection to {origin} broke before an answer came.", hint=_CHECK_ADDRESS
            )


def origin_of(url: httpx.URL) -> str:
    """Return scheme, host and port (unless it is the usual one) of `url`."""
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"


def _unconnected(error: httpx.ConnectError, url: httpx.URL) -> Unreachable:
    origin, hint = origin_of(url), _CHECK_ADDRESS
    for cause in _causes(error):
        passing = not isinstance(cause, ssl.SSLError)
        match cause:
            case socket.gaierror():
                passing = cause.errno == socket.EAI_AGAIN
                sentence = f"There is no server by the name {url.host}."
                hint = "Check base_url and the network."
            case ssl.SSLCertVerificationError():
                why = clean_line(cause.verify_message, 100)
                sentence = f"The certificate of {origin} is not valid ({why})."
                hint = "Check base_url; ca_file names the certificates of an authority of your own."
            case ssl.SSLError():
                sentence = f"{origin} does not speak TLS as it should."
                hint = "Check whether base_url should begin with http://."
            case ConnectionRefusedError():
                sentence = f"Nothing answers at {origin} (connection refused)."
            case OSError(errno=errno.ENETUNREACH | errno.EHOSTUNREACH):
                sentence = f"There is no way to {origin} from here (no route)."
                hint = "Check the network."
            case _:
                continue
        return Unreachable(sentence, hint=hint, sent=False, passing=passing)
    return Unreachable(f"Nothing answers at {origin}.", hint=hint, sent=False)


def _causes(error: BaseException) -> Iterator[BaseException]:
    pending: list[BaseException] = [error]
    while pending:
        cause = pending.pop(0)
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            pending.extend(cause.exceptions)
        pending.extend(each for each in (cause.__cause__ or cause.__context__,) if each)


def _unproxied(error: ProxyFailed, origin: str) -> Unreachable:
    sentence = f"The proxy {error.address} does not answer, so {origin} cannot be reached."
    hint = "Check proxy in the settings, or HTTPS_PROXY; NO_PROXY names servers to reach without."
    passing = True
    if error.is_there:
        sentence = f"The proxy {error.address} does not let us through to {origin}."
        passing = str(error).startswith(("502", "503", "504"))
        if str(error).startswith("407"):
            sentence = f"The proxy {error.address} asks who we are."
            hint = "Set proxy to http://NAME:PASSWORD@…, with your name and password for it."
    return Unreachable(sentence, hint=hint, sent=False, passing=passing)


def wait_of(headers: Mapping[str, str], body: ErrorBody) -> float | None:
    """Return how many seconds a failed answer asks to wait, `None` when it does not say."""
    told = (headers.get("retry-after"), headers.get("x-retry-after"), body.wait)
    asked = next((wait_s for each in told if (wait_s := _seconds(each)) is not None), None)
    if asked is None and headers.get("x-ratelimit-remaining", "").strip() == "0":
        reset_s = _seconds(headers.get("x-ratelimit-reset"))
        asked = None if reset_s is None else seconds_left(reset_s)
    return None if asked is None else min(asked, LONGEST_WAIT_S)


def _wait_hint(wait_s: float | None) -> str:
    told = "a while" if wait_s is None else f"{math.ceil(wait_s)} s"
    return f"Wait {told}, then try again."


def _seconds(value: object) -> float | None:
    if not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    if re.fullmatch(r"\d{1,10}(\.\d+)?", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _best_words(body: Object, status: int) -> SafeText:
    """Choose the text that helps a person.

    Source: seen on the wire. Bodies with `clientMessage` are of servers that write three texts for
    three readers; in all others `message` says more than `error`.
    """
    keys: tuple[str, ...]
    if "clientMessage" not in body:
        keys = ("message", "error", "msg", "detail")
    elif status == 400:
        keys = ("error", "message", "clientMessage")
    elif status in {403, 404, 409}:
        keys = ("clientMessage", "message", "error")
    else:
        keys = ("message", "clientMessage", "error")
    return next((words for key in keys if (words := _words(body.get(key)))), SafeText(""))


def _code_like(text: SafeText) -> SafeText:
    """Return `text` if it is the name of a fault; one of the dialects has it for its `error`."""
    return text if re.fullmatch(r"[A-Z][A-Z0-9_]+", text) else SafeText("")


def _words(value: object) -> SafeText:
    match value:
        case str():
            return clean_line(value, MAX_WORDS_CHARS)
        case list():
            return clean_line("; ".join(_item_words(each) for each in value[:5]), MAX_WORDS_CHARS)
        case dict():
            return clean_line(_item_words(value), MAX_WORDS_CHARS)
        case _:
            return SafeText("")


def _item_words(item: object) -> str:
    """Return one entry of a list of faults: `{loc, msg}`, `{path, message}`, `{uuid, error}`."""
    if not isinstance(item, dict):
        return item if isinstance(item, str) else ""
    words = next((text for key in ("msg", "message", "error") if (text := text_at(item, key))), "")
    place = next((text for key in ("loc", "path", "uuid") if (text := _place(item.get(key)))), "")
    return f"{place}: {words}" if place and words else words or place


def _place(value: object) -> str:
    """Return a path in what was sent: a text, or its steps in a list."""
    steps = value if isinstance(value, list) else [value]
    return ".".join(str(each) for each in steps if isinstance(each, str | int))
