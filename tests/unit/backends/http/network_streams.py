"""Streams of the network on this machine, for tests: opened, and read to their end."""

from __future__ import annotations

import socket

import httpcore

from tui.backends.http.network import AsyncioNetwork

HOST = "127.0.0.1"
PATIENCE_S = 30.0
MUCH = b"x" * 20_000_000
"""More than the buffers of both sides take."""


async def connected(port: int, host: str = HOST) -> httpcore.AsyncNetworkStream:
    return await AsyncioNetwork().connect_tcp(host, port, PATIENCE_S)


async def all_of(stream: httpcore.AsyncNetworkStream) -> bytes:
    pieces = []
    while data := await stream.read(65_536, PATIENCE_S):
        pieces.append(data)
    return b"".join(pieces)


def echo(client: socket.socket) -> None:
    while data := client.recv(65_536):
        client.sendall(data)
