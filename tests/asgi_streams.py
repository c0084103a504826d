"""Transport to an application in the same loop, whose answers come piece by piece."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
from starlette.types import ASGIApp, Message

from tui.server.web.connection import TcpConnection, put_connection


class Streamed(httpx.AsyncBaseTransport):
    """Hands requests to `app`; a connection that it cuts is a broken body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._answering = set[asyncio.Task[None]]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent = asyncio.Queue[Message | None]()
        gone = asyncio.Event()
        asked = [{"type": "http.request", "body": await request.aread(), "more_body": False}]

        async def receive() -> Message:
            if asked:
                return asked.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def answer() -> None:
            try:
                scope = _scope_of(request)
                put_connection(scope, _Cuttable(sent))
                await self._app(scope, receive, sent.put)
            finally:
                sent.put_nowait(None)

        task = asyncio.create_task(answer())
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        head = await sent.get()
        if head is None:
            raise httpx.RemoteProtocolError("no answer")
        return httpx.Response(head["status"], headers=head["headers"], stream=_Body(sent, gone))


class _Cuttable(TcpConnection):
    def __init__(self, sent: asyncio.Queue[Message | None]) -> None:
        self._sent = sent

    def cut(self) -> None:
        self._sent.put_nowait(None)

    def reset(self) -> None:
        self._sent.put_nowait(None)

    def restart(self, away_s: float) -> None:
        self._sent.put_nowait(None)


class _Body(httpx.AsyncByteStream):
    def __init__(self, sent: asyncio.Queue[Message | None], gone: asyncio.Event) -> None:
        self._sent = sent
        self._gone = gone

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            piece = await self._sent.get()
            if piece is None:
                raise httpx.RemoteProtocolError("the body is not whole")
            if piece.get("body"):
                yield piece["body"]
            if not piece.get("more_body"):
                return

    async def aclose(self) -> None:
        self._gone.set()


def _scope_of(request: httpx.Request) -> dict[str, Any]:
    raw_path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 1),
    }
