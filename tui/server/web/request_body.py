"""Request bodies that are read whole and then given again, and what comes behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive


class BodyTooLong(Exception):
    """A body that grew past what is taken; the rest of it is unread."""


async def read_whole(receive: Receive, max_bytes: int) -> bytes:
    """Return the body of a request.

    Raises:
        BodyTooLong: it is longer than `max_bytes`.
        ClientDisconnect: the client went away before its end.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > max_bytes:
            raise BodyTooLong
        if not message.get("more_body"):
            return bytes(body)


def given_again(body: bytes, receive: Receive) -> Receive:
    """Return what gives `body` in one piece, and then what `receive` gives."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


@asynccontextmanager
async def left_when_gone(receive: Receive) -> AsyncGenerator[asyncio.Event, None]:
    """Give an event that is set when whoever asked has left."""
    left = asyncio.Event()
    watcher = asyncio.create_task(_watch(receive, left))
    try:
        yield left
    finally:
        watcher.cancel()


async def _watch(receive: Receive, left: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    left.set()
