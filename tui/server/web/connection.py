"""TCP connections of clients, for what no application can do to them."""

from __future__ import annotations

from typing import Protocol

from starlette.types import Scope

_KEY = "runnel.connection"


class BodyCut(Exception):
    """Raised by the chunks of a body to close the connection in its middle."""


class TcpConnection(Protocol):
    """The connection a request came over."""

    def cut(self) -> None:
        """Close it at once, as a process that ends does."""

    def reset(self) -> None:
        """Close it so that the other end is told of a reset."""

    def restart(self, away_s: float) -> None:
        """Close every connection of the server, and take new ones only after `away_s`."""


class NoConnection:
    """Stands for a connection out of reach."""

    def cut(self) -> None:
        return

    def reset(self) -> None:
        return

    def restart(self, away_s: float) -> None:
        return


def put_connection(scope: Scope, connection: TcpConnection) -> None:
    scope[_KEY] = connection


def connection_of(scope: Scope) -> TcpConnection:
    connection: TcpConnection = scope.get(_KEY, NoConnection())
    return connection
