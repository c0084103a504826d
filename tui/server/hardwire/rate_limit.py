"""Rate limit of HardWire: calls a minute for each address, told in every answer.

Source: headers and bodies as seen on the wire of a real server.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui.server.web.json_body import JsonResponse

WINDOW_S = 60.0
_SIGN_IN_SHARE = 0.3
"""After this share of the quota nobody signs in any more."""
_TOO_MANY = "Too many requests. Please try again later."


class RateLimit:
    """Counts the calls of each address.

    `refusal` is the body of the answer to one too many. `clock` returns seconds and only ever
    grows.
    """

    def __init__(
        self,
        calls_per_minute: int,
        refusal: Callable[[], Mapping[str, object]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = calls_per_minute
        self._refusal = refusal
        self._clock = clock
        self._windows: dict[str, tuple[float, int]] = {}
        """Address -> when its minute began, and the calls made since."""

    def around(self, app: ASGIApp) -> ASGIApp:
        async def limited(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope)
            count, reset_s = self._count(request.client.host if request.client else "")

            async def send_counted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = MutableHeaders(scope=message)
                    headers["X-RateLimit-Limit"] = str(self._limit)
                    headers["X-RateLimit-Remaining"] = str(max(0, self._limit - count))
                    headers["X-RateLimit-Reset"] = str(reset_s)
                await send(message)

            is_auth = "/auth/" in request.url.path
            is_sign_in = request.url.path.endswith("/auth/sign-in/email")
            limit = max(1, int(self._limit * _SIGN_IN_SHARE)) if is_sign_in else self._limit
            answer = app if count <= limit else self._refuse(reset_s, is_auth=is_auth)
            await answer(scope, receive, send_counted)

        return limited

    def _count(self, address: str) -> tuple[int, int]:
        """Return how many calls `address` made in its minute, and the seconds left of it."""
        now = self._clock()
        began_at, count = self._windows.get(address, (now, 0))
        if now - began_at >= WINDOW_S:
            began_at, count = now, 0
        self._windows[address] = (began_at, count + 1)
        return count + 1, math.ceil(began_at + WINDOW_S - now)

    def _refuse(self, wait_s: int, *, is_auth: bool) -> Response:
        if is_auth:
            return PlainTextResponse(_TOO_MANY, 429, {"X-Retry-After": str(wait_s)})
        body = {**self._refusal(), "retryAfter": wait_s}
        return JsonResponse(body, 429, {"Retry-After": str(wait_s)})
