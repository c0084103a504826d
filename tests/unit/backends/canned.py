"""Wire without a network, answers laid out beforehand: for one call or one odd answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

from tui.backends.http.client import build_client

BASE_URL = "http://localhost:3026"

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Pieces(httpx.AsyncByteStream):
    """A body that arrives in the given pieces; an exception among them breaks it off."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self._pieces = pieces
        self.taken = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            self.taken += 1
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def aclose(self) -> None:
        self.closed = True


class Wire:
    """Gives the answers in order, the last one again and again."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def client(self, base_url: str = BASE_URL) -> httpx.AsyncClient:
        return build_client(base_url, wrap_transport=lambda _: httpx.MockTransport(self._answer))

    @property
    def paths(self) -> list[str]:
        return [request.url.raw_path.decode() for request in self.requests]

    def sent(self, index: int = -1) -> object:
        """Return the decoded body of a request."""
        decoded: object = json.loads(self.requests[index].content)
        return decoded

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        return answer(request)


def saying(value: object, status: int = 200) -> Callable[[httpx.Request], httpx.Response]:
    """Return an answer in JSON that can be given many times."""
    return lambda _: httpx.Response(status, json=value)


def streaming(*pieces: bytes | Exception, media_type: str = "text/plain") -> httpx.Response:
    return httpx.Response(200, headers={"content-type": media_type}, stream=Pieces(*pieces))


def telling(secret: str) -> Callable[[], Awaitable[str]]:
    async def tell() -> str:
        return secret

    return tell
