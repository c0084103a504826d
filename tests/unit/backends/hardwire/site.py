"""HardWire server without a network, an answer for each path: for flows over several calls."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import httpx

from tests.unit.backends.canned import BASE_URL, Pieces, telling
from tui.backends.base import Unlock
from tui.backends.hardwire.auth_calls import AuthCalls
from tui.backends.hardwire.backend import HardWire
from tui.backends.hardwire.calls import SignedInCalls
from tui.backends.hardwire.sign_in import SharedSignIn
from tui.backends.hardwire.sign_in_file import SignInFile
from tui.backends.http.client import build_client
from tui.backends.traffic import Traffic

EMAIL = "me@example.com"
PASSWORD = "correct horse"
COOKIE = "better-auth.session_token=abc.d%2Be%2Ff%3D%3D"
USER = {"id": "U" * 32, "name": "Me", "email": EMAIL}

SIGN_IN = "POST /api/auth/sign-in/email"
SIGN_OUT = "POST /api/auth/sign-out"
CHECK = "GET /api/auth/get-session"
MODELS = "GET /api/models"
CHATS = f"GET /api/users/{USER['id']}/chats"
MESSAGES = "GET /api/chats/c/messages"
SEND = "POST /api/chats/c/messages"
STREAM = "POST /api/chats/c/messages/stream"

Route = Callable[[httpx.Request], httpx.Response]


def signing_in(request: httpx.Request) -> httpx.Response:
    headers = [("set-cookie", f"{COOKIE}; Path=/; HttpOnly; SameSite=Lax"),
               ("set-cookie", "old=; Max-Age=0")]  # fmt: skip
    return httpx.Response(200, json={"token": "t", "user": USER}, headers=headers)


def giving(value: object, status: int = 200) -> Route:
    return lambda _: httpx.Response(status, json=value)


def framed(*events: object) -> list[bytes]:
    return [f"data: {json.dumps(event)}\n\n".encode() for event in events]


def events_of(*pieces: bytes | Exception, media_type: str = "text/event-stream") -> Route:
    headers = {"content-type": media_type}
    return lambda _: httpx.Response(200, headers=headers, stream=Pieces(*pieces))


class Site:
    """Answers by method and path; a path it does not know is a fault of the test."""

    def __init__(self, routes: dict[str, Route | list[Route]] | None = None) -> None:
        self.routes: dict[str, Route | list[Route]] = {SIGN_IN: signing_in, **(routes or {})}
        self.requests: list[httpx.Request] = []

    def backend(
        self,
        base_url: str = BASE_URL,
        *,
        password: Callable[[], Awaitable[str]] | None = None,
        file: SignInFile | None = None,
        unlock: Unlock | None = None,
    ) -> HardWire:
        return HardWire(
            self._client(base_url),
            base_url,
            EMAIL,
            password or telling(PASSWORD),
            file,
            unlock=unlock,
        )

    def calls(self) -> SignedInCalls:
        """Return the calls that a backend makes, to be made one by one."""
        client, traffic = self._client(BASE_URL), Traffic()
        sign_in = SharedSignIn(
            AuthCalls(client, BASE_URL, EMAIL, traffic), BASE_URL, EMAIL, telling(PASSWORD)
        )
        return SignedInCalls(client, BASE_URL, sign_in, traffic)

    def _client(self, base_url: str) -> httpx.AsyncClient:
        return build_client(base_url, wrap_transport=lambda _: httpx.MockTransport(self._answer))

    def asked(self, route: str) -> list[httpx.Request]:
        return [each for each in self.requests if f"{each.method} {each.url.path}" == route]

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        # others get a turn, as they would on a real wire
        await asyncio.sleep(0)
        if request.url.path.endswith("/workflow-runs"):
            # a history is read with its runs, of which most tests know nothing
            self.routes.setdefault(f"GET {request.url.path}", giving({"workflowRuns": []}))
        route = self.routes[f"{request.method} {request.url.path}"]
        if isinstance(route, list):
            route = route.pop(0) if len(route) > 1 else route[0]
        return route(request)
