"""Proxy between us and a server; its own failures are told apart from those of the server."""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

import httpx

from tui.errors import BadInput

# through the proxy the server itself is first met in a step of another name
_STEPS_TO_PROXY = {"connection.connect_tcp.failed", "connection.start_tls.failed"}


class ProxyFailed(httpx.ProxyError):
    """The proxy is not there, or refuses the connection."""

    def __init__(self, address: str, error: httpx.TransportError) -> None:
        super().__init__(str(error))
        self.address = address
        """Where the proxy is, without user name and password."""
        self.is_there = isinstance(error, httpx.ProxyError)
        """It answered, and the text of this error begins with its status."""


def proxy_for(url: httpx.URL, setting: str) -> httpx.URL | None:
    """Return the proxy on the way to `url`: `setting`, else that of the environment, or none.

    Raises:
        BadInput: it is not an HTTP proxy.
    """
    proxies = getproxies()
    proxy = setting or proxies.get(url.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(url.netloc.decode("ascii")):
        return None
    address = _address(proxy if "://" in proxy else f"http://{proxy}")
    if address is None:
        # not repeated in the sentence: it may hold a password
        where = "in the settings" if setting else f"in the environment for {url.scheme}"
        key = "proxy" if setting else "HTTPS_PROXY"
        raise BadInput(
            f"The proxy set {where} is not an HTTP proxy.",
            hint=f"Set {key} to one, as http://proxy:3128, or NO_PROXY to the name of the server.",
        )
    return address


class ThroughProxy(httpx.AsyncBaseTransport):
    """A transport whose connections go to the proxy at `address` first."""

    def __init__(self, transport: httpx.AsyncBaseTransport, proxy: httpx.URL) -> None:
        self._transport = transport
        self._address = f"{proxy.scheme}://{proxy.netloc.decode('ascii')}"

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        failed: set[str] = set()

        async def note(step: str, _: object) -> None:
            if step.endswith(".failed"):
                failed.add(step)

        request.extensions["trace"] = note
        try:
            return await self._transport.handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            if isinstance(error, httpx.ProxyError) or failed & _STEPS_TO_PROXY:
                raise ProxyFailed(self._address, error) from error
            raise

    async def aclose(self) -> None:
        await self._transport.aclose()


def _address(text: str) -> httpx.URL | None:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return None
    return url if url.scheme in {"http", "https"} and url.raw_host != b"" else None
