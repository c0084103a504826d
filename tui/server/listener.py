"""The HTTP side of the embedded server, on an event loop of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

_LAST_WORDS_S = 0.2
_GRACE_S = 1
_KEEP_ALIVE_S = 60


class OpenRequests:
    """An application that knows which requests it is answering."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        if self._closing or task is None:
            return
        self._tasks.add(task)
        try:
            await self._app(scope, receive, send)
        finally:
            self._tasks.discard(task)

    async def cancel(self) -> None:
        """End what is being answered, in its middle, and answer nothing more."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST_WORDS_S)


class Listener(uvicorn.Server):
    """A uvicorn server that tells when it listens and does not wait for streams to end."""

    def __init__(self, app: ASGIApp) -> None:
        self._requests = OpenRequests(app)
        self._up = threading.Event()
        super().__init__(
            uvicorn.Config(
                self._requests,
                http="h11",
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )

    def listen(self, listening: socket.socket) -> None:
        """Serve on a bound socket until told to stop; blocks the calling thread."""
        try:
            asyncio.run(self.serve([listening]))
        finally:
            listening.close()
            self._up.set()

    def wait_until_up(self, timeout_s: float) -> bool:
        """Return whether connections are accepted, as soon as that is known."""
        self._up.wait(timeout_s)
        return self.started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._requests.cancel()
        for connection in list(self.server_state.connections):
            # not `close`, which would wait for a reader that has stopped reading
            connection.transport.abort()
        await super().shutdown(sockets)
