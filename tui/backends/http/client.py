"""HTTP client of a profile: limits, proxy and certificates; no cookies, no redirects."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from http.cookiejar import CookieJar

import httpx

from tui import __version__
from tui.backends.http.address import is_loopback
from tui.backends.http.credentials import KnownSecrets
from tui.backends.http.fresh_sends import FreshSends
from tui.backends.http.gathering import Gathering
from tui.backends.http.joining_transport import join_chunks
from tui.backends.http.proxy import ThroughProxy, proxy_for
from tui.backends.http.tls import no_authorities, trusted, usual_authorities
from tui.backends.http.unpacking import ACCEPTED_CODING, Unpacking
from tui.tapes.tapped import Tapped
from tui.tapes.wire import Wire

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
"""Longest silence while a plain call is answered; a stream may be silent for any time."""
KEEPALIVE_S = 3.0
"""Shorter than servers keep idle connections, so that a read hardly ever meets a closed one."""

PROBE_AFTER_S = 60
"""Silence after which the system asks whether the other end is still there, and again as often.

A stream has no other limit: without it one whose server is gone without a word would never end.
"""
_PROBES = 4

REDIRECT_FIELD = "x-runnel-redirect"
"""Field under which the address that a redirect names is found in the answer."""

WrapTransport = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]


def build_client(
    base_url: str,
    *,
    proxy: str = "",
    ca_file: str = "",
    gathering_s: float = 0.0,
    known_secrets: KnownSecrets | None = None,
    wrap_transport: WrapTransport | None = None,
    wire: Wire | None = None,
) -> httpx.AsyncClient:
    """Return the client of one profile, for calls to `base_url` only.

    It takes no cookies, follows no redirects, and lets any number of streams run beside reads.
    `proxy` goes before that of the environment, and the certificates in `ca_file` are believed
    beside the usual ones; nothing of it applies to an address of this machine. What comes of a
    stream one by one is gathered for `gathering_s`. The password of a proxy is added to
    `known_secrets`. `wire` is told of every call, with each piece as it came.

    Raises:
        BadInput: `base_url`, the proxy or the certificates cannot be used.
    """
    url = httpx.URL(base_url)
    is_local = is_loopback(url.host)
    way = None if is_local else proxy_for(url, proxy)
    if way is not None and known_secrets is not None:
        known_secrets.add(way.password)
    # reading the certificates takes longer than all the rest of the start
    context = no_authorities()
    if "https" in {url.scheme, way.scheme if way else ""}:
        context = usual_authorities() if is_local else trusted(ca_file)
    transport = _transport(way, context)
    if wrap_transport is not None:
        transport = wrap_transport(transport)
    return client_over(transport, gathering_s=gathering_s, wire=wire)


def client_over(
    transport: httpx.AsyncBaseTransport, *, gathering_s: float = 0.0, wire: Wire | None = None
) -> httpx.AsyncClient:
    """Return a client that asks `transport`; the rest is as with `build_client`."""
    transport = Unpacking(transport)
    if wire is not None:
        transport = Tapped(transport, wire)
    if gathering_s:
        transport = Gathering(transport, gathering_s)
    return httpx.AsyncClient(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        cookies=_NoCookies(),
        timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S, pool=None),
        headers={"user-agent": f"runnel/{__version__}", "accept-encoding": ACCEPTED_CODING},
        event_hooks={"response": [_put_redirect_aside]},
    )


def _transport(way: httpx.URL | None, context: ssl.SSLContext) -> httpx.AsyncBaseTransport:
    reads, sends = (_pool(way, context, kept) for kept in (None, 0))
    transport = FreshSends(reads, sends)
    return transport if way is None else ThroughProxy(transport, way)


def _pool(
    way: httpx.URL | None, context: ssl.SSLContext, kept_connections: int | None
) -> httpx.AsyncHTTPTransport:
    transport = httpx.AsyncHTTPTransport(
        verify=context,
        trust_env=False,
        limits=httpx.Limits(
            max_connections=None,
            max_keepalive_connections=kept_connections,
            keepalive_expiry=KEEPALIVE_S,
        ),
        socket_options=_socket_options(),
        proxy=_proxy(way, context) if way else None,
    )
    join_chunks(transport)
    return transport


class _NoCookies(CookieJar):
    """A jar that takes nothing and gives nothing.

    A real one alters what it sends back, and one client may serve several sign-ins; it also warns
    on the terminal of cookies it cannot read.
    """

    def extract_cookies(self, response: object, request: object) -> None:
        return

    def add_cookie_header(self, request: object) -> None:
        return


async def _put_redirect_aside(response: httpx.Response) -> None:
    """Rename the field with the address of a redirect.

    The library builds a request for each it sees, followed or not, and fails on what is no address.
    """
    if "location" in response.headers:
        response.headers[REDIRECT_FIELD] = response.headers.pop("location")


def _proxy(way: httpx.URL, context: ssl.SSLContext) -> httpx.Proxy:
    return httpx.Proxy(way, ssl_context=context if way.scheme == "https" else None)


def _socket_options() -> list[tuple[int, int, int]]:
    # macOS has the first under another name
    names = {
        "TCP_KEEPIDLE": PROBE_AFTER_S,
        "TCP_KEEPALIVE": PROBE_AFTER_S,
        "TCP_KEEPINTVL": PROBE_AFTER_S,
        "TCP_KEEPCNT": _PROBES,
    }
    options = [
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in names.items()
        if hasattr(socket, name)
    ]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *options]
