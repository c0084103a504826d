from __future__ import annotations

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from tui.server.web.request_body import BodyTooLong, given_again, read_whole

LEFT: Message = {"type": "http.disconnect"}


def part(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def receiving(*messages: Message) -> Receive:
    coming = iter(messages)

    async def receive() -> Message:
        return next(coming)

    return receive


async def test_a_body_in_parts_is_read_whole() -> None:
    receive = receiving(part(b"ab"), part(b"c"), part(b"", more=False), LEFT)
    assert await read_whole(receive, 3) == b"abc"
    assert await receive() == LEFT


async def test_a_body_that_grows_too_long_is_read_no_further() -> None:
    receive = receiving(part(b"ab"), part(b"cd"), part(b"ef"))
    with pytest.raises(BodyTooLong):
        await read_whole(receive, 3)
    assert await receive() == part(b"ef")


async def test_half_a_body_is_none() -> None:
    with pytest.raises(ClientDisconnect):
        await read_whole(receiving(part(b"ab"), LEFT), 3)


async def test_a_body_is_given_again_in_one_part_and_then_what_comes() -> None:
    receive = given_again(b"abc", receiving(LEFT))
    assert await receive() == part(b"abc", more=False)
    assert await receive() == LEFT
