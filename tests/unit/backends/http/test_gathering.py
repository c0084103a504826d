from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import httpx
import pytest

from tests.unit.backends.canned import BASE_URL, Pieces
from tui.backends.http.credentials import NOBODY
from tui.backends.http.exchange import exchange
from tui.backends.http.gathering import Gathering
from tui.backends.http.streams import open_stream


class Steps:
    """A clock that moves on by `step_s` whenever somebody looks at it, and counts the pauses."""

    def __init__(self, step_s: float) -> None:
        self._step_s = step_s
        self._now_s = 0.0
        self.paused_s: list[float] = []
        self.over = asyncio.Event()

    def clock(self) -> float:
        self._now_s += self._step_s
        return self._now_s

    async def sleep(self, seconds: float) -> None:
        self.paused_s.append(seconds)
        await self.over.wait()


def client(body: httpx.AsyncByteStream, steps: Steps) -> httpx.AsyncClient:
    wire = httpx.MockTransport(lambda _: httpx.Response(200, stream=body))
    return httpx.AsyncClient(transport=Gathering(wire, 0.03, clock=steps.clock, sleep=steps.sleep))


async def streamed(client: httpx.AsyncClient) -> AsyncGenerator[bytes, None]:
    async with (
        open_stream(client, BASE_URL, credentials=NOBODY, accept="*/*") as opened,
        aclosing(opened.chunks()) as chunks,
    ):
        async for chunk in chunks:
            yield chunk


@pytest.mark.parametrize(("step_s", "taken"), [(0.5, 1), (0.0001, 2)])
async def test_behind_a_chunk_that_was_waited_for_others_are_gathered(
    step_s: float, taken: int
) -> None:
    body, steps = Pieces(b"a", b"b"), Steps(step_s)
    async with client(body, steps) as http:
        stream = streamed(http)
        assert await anext(stream) == b"a"
        more = asyncio.ensure_future(anext(stream))
        for _ in range(20):
            await asyncio.sleep(0)
        assert body.taken == taken
        # a person who stops does not wait for the rest of the pause
        more.cancel()
        await asyncio.wait([more])
        await stream.aclose()
    assert body.closed


async def test_every_byte_comes_once_and_in_order() -> None:
    steps = Steps(0.5)
    steps.over.set()
    async with client(Pieces(b"a", b"bc", b"d"), steps) as http:
        assert [chunk async for chunk in streamed(http)] == [b"a", b"bc", b"d"]
    assert steps.paused_s == [0.03] * 3


async def test_a_plain_call_is_read_as_it_comes() -> None:
    steps = Steps(0.5)
    async with client(Pieces(b"a", b"b"), steps) as http:
        assert (await exchange(http, "GET", BASE_URL)).content == b"ab"
    assert steps.paused_s == []
