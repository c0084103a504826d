"""Errors for calls that got no answer, by what the HTTP library failed with."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

import httpx

from tui.backends.http.proxy import ProxyFailed
from tui.backends.http.unpacking import UnaskedCoding
from tui.errors import RunnelError, ServerFailed, Unreachable
from tui.safe_text import clean_line

_CHECK_ADDRESS = "Check the address, or start the server."


def unreachable(error: Exception, url: httpx.URL) -> RunnelError:
    """Return the error for a call that got no answer.

    The text of `error` is never shown: it may quote a header.
    """
    origin = origin_of(url)
    match error:
        case httpx.ConnectTimeout():
            sentence = f"Cannot reach {origin} (no connection within 10 s)."
            return Unreachable(sentence, hint=_CHECK_ADDRESS, sent=False)
        case httpx.ConnectError():
            return _unconnected(error, url)
        case ProxyFailed():
            return _unproxied(error, origin)
        case httpx.PoolTimeout() | httpx.UnsupportedProtocol():
            sentence = f"Cannot connect to {origin}."
            return Unreachable(sentence, sent=False, passing=False)
        case httpx.TimeoutException():
            return Unreachable(f"{origin} took too long to answer.", hint="Try again later.")
        case UnaskedCoding():
            coding = clean_line(str(error), 60)
            return ServerFailed(
                f"{origin} sent the answer compressed in an unexpected way ({coding}).",
                hint="A proxy may do that; Runnel reads gzip only.",
            )
        case httpx.DecodingError():
            return ServerFailed(f"The answer of {origin} is damaged and cannot be decompressed.")
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
                sentence = f"There is no server named {url.host}."
                hint = "Check the address and the network."
            case ssl.SSLCertVerificationError():
                why = clean_line(cause.verify_message, 100)
                sentence = f"The certificate of {origin} is not valid ({why})."
                hint = "Check the address. Your company's own certificates go into ca_file."
            case ssl.SSLError():
                sentence = f"The TLS connection to {origin} failed."
                hint = "Check whether the address should begin with http://."
            case ConnectionRefusedError():
                sentence = f"Cannot reach {origin} (connection refused)."
            case OSError(errno=errno.ENETUNREACH | errno.EHOSTUNREACH):
                sentence = f"Cannot reach {origin} (no route)."
                hint = "Check the network."
            case _:
                continue
        return Unreachable(sentence, hint=hint, sent=False, passing=passing)
    return Unreachable(f"Cannot reach {origin}.", hint=hint, sent=False)


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
        sentence = f"The proxy {error.address} refuses connections to {origin}."
        passing = str(error).startswith(("502", "503", "504"))
        if str(error).startswith("407"):
            sentence = f"The proxy {error.address} asks for a name and password."
            hint = "Set proxy to http://NAME:PASSWORD@… with yours."
    return Unreachable(sentence, hint=hint, sent=False, passing=passing)
