"""Listener of the embedded server: uvicorn on an event loop of its own."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from tui.server.web.connection import TcpConnection, put_connection

_LAST_WORDS_S = 0.2
_GRACE_S = 1
_KEEP_ALIVE_S = 60
_BIND_AGAIN_S = 0.05


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes any free one.

    Raises:
        OSError: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named because asyncio sends small pieces at once only where it is
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


class OpenRequests:
    """An application that knows which requests it is answering.

    `connection_to` returns the connection to a client by its address.
    """

    def __init__(self, app: ASGIApp, connection_to: Callable[[object], TcpConnection]) -> None:
        self._app = app
        self._connection_to = connection_to
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        if self._closing or task is None:
            return
        put_connection(scope, self._connection_to(scope.get("client")))
        self._tasks.add(task)
        try:
            await self._app(scope, receive, send)
        finally:
            self._tasks.discard(task)

    async def cancel(self) -> None:
        """End what is being answered, in its middle."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_LAST_WORDS_S)

    async def close(self) -> None:
        """End what is being answered, in its middle, and answer nothing more."""
        self._closing = True
        await self.cancel()


class UvicornConnection:
    """One client's connection to a listener."""

    def __init__(self, listener: Listener, client: object) -> None:
        self._listener = listener
        self._client = client

    def cut(self) -> None:
        for transport in self._transports():
            transport.abort()

    def reset(self) -> None:
        for transport in self._transports():
            # closed without lingering, it is a reset to the other end
            transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            transport.abort()

    def restart(self, away_s: float) -> None:
        self._listener.restart(away_s)

    def _transports(self) -> list[asyncio.Transport]:
        return [
            each.transport
            for each in self._listener.server_state.connections
            if isinstance(each, H11Protocol) and each.client == self._client
        ]


class Listener(uvicorn.Server):
    """A uvicorn server that tells when it listens and does not wait for streams to end."""

    def __init__(self, app: ASGIApp) -> None:
        self._requests = OpenRequests(app, lambda client: UvicornConnection(self, client))
        self._restarting: asyncio.Task[None] | None = None
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

    def restart(self, away_s: float) -> None:
        """Go away in the middle of everything, and listen again after that long."""
        if self._restarting is None or self._restarting.done():
            self._restarting = asyncio.create_task(self._restart(away_s))

    async def _restart(self, away_s: float) -> None:
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        for server in self.servers:
            server.close()
        self._abort_connections()
        await self._requests.cancel()
        await asyncio.sleep(away_s)
        while True:
            try:
                listening = bind(host, port)
            except OSError:
                # meanwhile somebody may have got this port for a connection of their own
                await asyncio.sleep(_BIND_AGAIN_S)
            else:
                break
        await self.startup([listening])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._restarting is not None:
            self._restarting.cancel()
        await self._requests.close()
        self._abort_connections()
        await super().shutdown(sockets)

    def _abort_connections(self) -> None:
        for connection in list(self.server_state.connections):
            # not `close`, which would wait for a reader that has stopped reading
            connection.transport.abort()
