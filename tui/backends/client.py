"""The HTTP client of a profile."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from urllib.request import getproxies, proxy_bypass

import httpx

from tui.backends.address import is_loopback
from tui.errors import BadInput

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
"""Longest silence while a plain call is answered; a stream may be silent for any time."""
KEEPALIVE_S = 3.0
"""Shorter than servers keep idle connections, so that a send does not meet one that just closed."""

PROBE_AFTER_S = 60
"""Silence after which the system asks whether the other end is still there, and again as often.

A stream has no other limit: without it one whose server is gone without a word would never end.
"""
_PROBES = 4

WrapTransport = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]


def build_client(
    base_url: str, *, wrap_transport: WrapTransport | None = None
) -> httpx.AsyncClient:
    """Return the client of one profile, for calls to `base_url` only.

    It takes no cookies, follows no redirects, and lets any number of streams run beside reads.

    Raises:
        BadInput: `base_url` or the proxy of the environment cannot be used.
    """
    url = httpx.URL(base_url)
    is_local = is_loopback(url.host)
    limits = httpx.Limits(
        max_connections=None, max_keepalive_connections=8, keepalive_expiry=KEEPALIVE_S
    )
    # reading the certificates takes longer than all the rest of the start
    verify = True if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    transport: httpx.AsyncBaseTransport = httpx.AsyncHTTPTransport(
        verify=verify,
        trust_env=not is_local,
        limits=limits,
        socket_options=_socket_options(),
        proxy=None if is_local else _proxy_for(url),
    )
    if wrap_transport is not None:
        transport = wrap_transport(transport)
    return httpx.AsyncClient(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        # a jar alters what it sends back, and one client may serve several sign-ins
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S, pool=None),
        headers={"user-agent": f"runnel/{_version()}"},
    )


def _socket_options() -> list[tuple[int, int, int]]:
    # macOS has the first under another name
    names = {
        "TCP_KEEPIDLE": PROBE_AFTER_S,
        "TCP_KEEPALIVE": PROBE_AFTER_S,
        "TCP_KEEPINTVL": PROBE_AFTER_S,
        "TCP_KEEPCNT": _PROBES,
    }
    found = [
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in names.items()
        if hasattr(socket, name)
    ]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *found]


def _proxy_for(url: httpx.URL) -> str | None:
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(url.host):
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if not _is_http(proxy):
        # not repeated in the sentence: it may hold a password
        raise BadInput(
            f"The proxy set in the environment for {url.scheme} is not an HTTP proxy.",
            hint="Set HTTPS_PROXY to one, or NO_PROXY to the name of the server.",
        )
    return proxy


def _is_http(address: str) -> bool:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return False
    return url.scheme in {"http", "https"} and url.raw_host != b""


def _version() -> str:
    try:
        return version("runnel")
    except PackageNotFoundError:
        return "0"
