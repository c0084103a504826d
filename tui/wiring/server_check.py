"""Check of a profile's server for a report: the way to it, and how it answers."""

from __future__ import annotations

import httpx
from msgspec import Struct

from tui.backends.http.address import is_loopback
from tui.backends.http.proxy import proxy_for
from tui.backends.http.server_probe import (
    Certificate,
    ServerProbe,
    presented_certificate,
    probe_server,
)
from tui.backends.http.tls import authorities
from tui.errors import RunnelError, Unreachable
from tui.model import Profile
from tui.safe_text import clean_line
from tui.settings.origins import without_user
from tui.unexpected import in_our_words
from tui.wiring.connections import Wiring

_TLS_PORT = 443


class ServerCheck(Struct, frozen=True):
    """What was found; all of it is safe to draw and holds no secret."""

    profile: Profile
    proxy: str
    """Where calls go first; empty for none."""
    authorities: tuple[str, ...]
    """Where the certificates stand that are believed; empty over plain HTTP, and for this machine,
    where nothing can be set."""
    outcome: ServerProbe | RunnelError
    refused_certificate: Certificate | None = None
    """What the server showed and was not believed for, as far as it could be read."""


async def check_server(wiring: Wiring, name: str) -> ServerCheck:
    """Ask the server of a profile, without signing in or reading a secret."""
    profile = next(each for each in wiring.profiles if each.name == name)
    proxy = ""
    believed: tuple[str, ...] = ()
    outcome: ServerProbe | RunnelError
    try:
        with in_our_words():
            if profile.embedded:
                profile = (await wiring.connect(name)).profile
            url, settings = httpx.URL(profile.base_url), wiring.network_settings(name)
            # nothing of the settings, nor of the environment, applies to this machine
            if not is_loopback(url.host):
                if (way := proxy_for(url, settings.proxy.reveal())) is not None:
                    proxy = clean_line(without_user(str(way)))
                believed = (*authorities(settings.ca_file),) if url.scheme == "https" else ()
            async with wiring.client(name) as client:
                outcome = await probe_server(client, profile.base_url)
    except RunnelError as error:
        outcome = error
    refused = None
    if isinstance(outcome, Unreachable) and not outcome.passing and not proxy:
        url = httpx.URL(profile.base_url)
        if url.scheme == "https":
            refused = await presented_certificate(url.host, url.port or _TLS_PORT)
    return ServerCheck(profile, proxy, believed, outcome, refused)
