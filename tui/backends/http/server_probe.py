"""Probe of a server: one call without a secret, for its time, its clock and its certificate."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from msgspec import Struct

from tui.backends.http.call_log import logged_call
from tui.backends.http.credentials import NOBODY
from tui.backends.http.no_answer import origin_of
from tui.backends.http.requests import answered, build_request
from tui.errors import Unreachable
from tui.safe_text import SafeText, clean_line

PROBE_TIMEOUT_S = 15.0
_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, for which Python has no name."""


class Certificate(Struct, frozen=True):
    """What a verified server showed of itself."""

    subject: SafeText
    issuer: SafeText
    expires_at: datetime | None
    protocol: SafeText
    """`TLSv1.3`."""


class ServerProbe(Struct, frozen=True):
    """How a server answered; whatever the status, it is there."""

    status: int
    duration_s: float
    """Until the head of the answer was there, name look-up and connection included."""
    ahead_s: float | None
    """How far the clock here is before that of the server; `None` where it does not say."""
    certificate: Certificate | None
    """`None` over plain HTTP."""


def utc_now() -> datetime:
    return datetime.now(UTC)


async def probe_server(
    client: httpx.AsyncClient, base_url: str, now: Callable[[], datetime] = utc_now
) -> ServerProbe:
    """Ask for the page at `base_url`, and read no more of it than its head.

    Raises:
        Unreachable: no answer came, or not within `PROBE_TIMEOUT_S`.
    """
    request = build_request(client, "GET", base_url, None, None, PROBE_TIMEOUT_S)
    began_s = time.monotonic()
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            with logged_call(request) as line:
                async with answered(client, request, NOBODY, None, line) as response:
                    duration_s = time.monotonic() - began_s
                    return ServerProbe(
                        response.status_code,
                        duration_s,
                        _ahead_s(response.headers.get("date"), now(), duration_s),
                        _certificate(response.extensions.get("network_stream")),
                    )
    except TimeoutError:
        raise Unreachable(
            f"{origin_of(request.url)} did not answer within {PROBE_TIMEOUT_S:.0f} s.",
            hint="Try again later.",
        ) from None


async def presented_certificate(host: str, port: int) -> Certificate | None:
    """Return what a server shows that is not believed, `None` when it shows nothing.

    Nothing is sent to it.
    """
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            shown = await _handshake(host, port, _unverifying())
            encoded = shown.getpeercert(binary_form=True)
            if encoded is None:
                return None
            # the library reads a certificate only when it is believed: so this very one is
            return _certificate_of(await _handshake(host, port, _believing(encoded)))
    except (OSError, ValueError, TimeoutError):
        return None


async def _handshake(host: str, port: int, context: ssl.SSLContext) -> ssl.SSLObject:
    _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    try:
        tls = writer.get_extra_info("ssl_object")
        assert isinstance(tls, ssl.SSLObject)
        return tls
    finally:
        writer.transport.abort()


def _unverifying() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _believing(encoded: bytes) -> ssl.SSLContext:
    """Return what believes one certificate, whoever made it and however old it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    # in this order: the negation takes away what has no name
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VerifyFlags(_NO_CHECK_TIME)
    context.load_verify_locations(cadata=encoded)
    return context


def _ahead_s(date: str | None, now: datetime, duration_s: float) -> float | None:
    """Return the difference of two clocks, as far as the way and whole seconds do not explain it.

    Source: RFC 9110, section 6.6.1 (Date).
    """
    try:
        served = parsedate_to_datetime(date or "")
    except (ValueError, OverflowError):
        return None
    served = served.replace(tzinfo=UTC) if served.tzinfo is None else served
    ahead_s = (now - served).total_seconds()
    # the server wrote the time at some moment of the call, without its fraction
    if ahead_s > 0:
        return max(0.0, ahead_s - duration_s - 1)
    return ahead_s


def _certificate(stream: object) -> Certificate | None:
    get_extra_info = getattr(stream, "get_extra_info", None)
    tls = get_extra_info("ssl_object") if get_extra_info is not None else None
    return _certificate_of(tls) if isinstance(tls, ssl.SSLObject) else None


def _certificate_of(tls: ssl.SSLObject) -> Certificate:
    shown = tls.getpeercert() or {}
    try:
        expires_at = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    except (KeyError, ValueError, OverflowError):
        expires_at = None
    return Certificate(
        _name(shown.get("subject")),
        _name(shown.get("issuer")),
        expires_at,
        clean_line(tls.version() or "TLS", 20),
    )


def _name(parts: object) -> SafeText:
    """Return the name that a person knows a certificate by: common name, else organisation."""
    names: Mapping[str, str] = {
        key: value for part in (parts if isinstance(parts, tuple) else ()) for key, value in part
    }
    words = dict.fromkeys(
        value for key in ("organizationName", "commonName") if (value := names.get(key))
    )
    return clean_line(", ".join(words), 120)
