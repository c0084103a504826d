"""Request bodies that are read whole and then given to the application again."""

from __future__ import annotations

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
