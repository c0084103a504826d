"""Gate in front of the embedded server: for programs of this machine, not for pages of others."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Collection
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from tui.server.web.json_body import encode_json
from tui.server.web.request_body import BodyTooLong, given_again, read_whole

MAX_BODY_BYTES = 16_000_000
"""Longest body of a request that is taken."""

_LEFT_UNREAD_S = 1.0
"""So long the rest of a body that is too long may come, so that its sender reads the answer."""
_OWN_SITES = {"same-origin", "none"}


class Gate:
    """Lets a request through to `app` that a browser page of somewhere else cannot have made.

    A page may have its own name lead to this machine, and then names itself in `Host`: only names
    of this machine, the address connected to and the name in `hosts` are taken. A page that calls
    this machine by its name tells in `Origin` or `Sec-Fetch-Site` that it is of somewhere else;
    those in `origins`, and of the called address itself, are ours.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], origins: Collection[str]) -> None:
        self._app = app
        self._hosts = {each.lower() for each in hosts}
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        # half a body is none
        with suppress(ClientDisconnect):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not self._is_ours(headers.get("host", ""), scope.get("server")):
            await _refuse(send, 403, "INVALID_HOST", "This server goes by another name")
        elif code := self._foreign(headers):
            await _refuse(send, 403, code, "Pages of other places may not call this server")
        elif (body := await _body_of(headers, receive)) is None:
            await _refuse_body(receive, send)
        else:
            await self._app(scope, given_again(body, receive), send)

    def _is_ours(self, host: str, listening: tuple[str, int | None] | None) -> bool:
        try:
            parts = urlsplit(f"//{host}")
            name, _ = (parts.hostname or "").removesuffix("."), parts.port
        except ValueError:
            return False
        if parts.netloc != host or "@" in host or not name:
            return False
        own = {*self._hosts, *([listening[0].lower()] if listening else [])}
        return name in own or _is_loopback(name)

    def _foreign(self, headers: Headers) -> str:
        """Return why a request is of a page that is not ours, empty when it is not."""
        if headers.get("sec-fetch-site", "none") not in _OWN_SITES:
            return "INVALID_ORIGIN"
        for origin in headers.getlist("origin"):
            if origin == "null":
                return "MISSING_OR_NULL_ORIGIN"
            if origin not in self._origins and origin != f"http://{headers['host']}":
                return "INVALID_ORIGIN"
        return ""


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


async def _body_of(headers: Headers, receive: Receive) -> bytes | None:
    """Return the body of a request, `None` as soon as it is too long.

    Raises:
        ClientDisconnect: the client went away before its end.
    """
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:20]) > MAX_BODY_BYTES:
        return None
    try:
        return await read_whole(receive, MAX_BODY_BYTES)
    except BodyTooLong:
        return None


async def _refuse_body(receive: Receive, send: Send) -> None:
    sentence = f"The body is longer than {MAX_BODY_BYTES:,} bytes"
    await _refuse(send, 413, "PAYLOAD_TOO_LARGE", sentence, more=True)
    # closed at once, the sender would learn of a broken connection only
    with suppress(TimeoutError):
        async with asyncio.timeout(_LEFT_UNREAD_S):
            while (await receive()).get("more_body"):
                pass
    await send({"type": "http.response.body", "body": b""})


async def _refuse(send: Send, status: int, code: str, sentence: str, *, more: bool = False) -> None:
    """Answer in a way that clients of both APIs read."""
    body = encode_json({"error": sentence, "message": sentence, "code": code})
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "connection": "close",
    }
    fields = [(name.encode(), text.encode()) for name, text in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body, "more_body": more})
