from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, nullcontext

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.backends.canned import BASE_URL, Pieces
from tui.backends.http.credentials import NOBODY
from tui.backends.http.exchange import exchange
from tui.backends.http.gathering import HANDED_BYTES, Gathering
from tui.backends.http.streams import open_stream
from tui.errors import StreamBroken


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


async def test_behind_a_chunk_that_was_waited_for_nothing_is_read_for_a_moment() -> None:
    body, steps = Pieces(b"a", b"b"), Steps(0.5)
    async with client(body, steps) as http:
        stream = streamed(http)
        assert await anext(stream) == b"a"
        more = asyncio.ensure_future(anext(stream))
        for _ in range(20):
            await asyncio.sleep(0)
        assert body.taken == 1
        # a person who stops does not wait for the rest of the pause
        more.cancel()
        await asyncio.wait([more])
        await stream.aclose()
    assert body.closed


class Reads(httpx.AsyncByteStream):
    """Chunks in the reads of the socket that brought them: it is waited for before each."""

    def __init__(self, reads: Sequence[Sequence[bytes]], failure: Exception | None) -> None:
        self._reads = reads
        self._failure = failure
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for read in self._reads:
            await asyncio.sleep(0)
            for chunk in read:
                self.taken += 1
                yield chunk
        if self._failure is not None:
            raise self._failure


@given(
    st.lists(st.lists(st.binary(min_size=1, max_size=4), min_size=1, max_size=9), max_size=9),
    st.booleans(),
    st.booleans(),
)
async def test_each_read_of_the_socket_is_handed_on_in_one_piece_and_none_is_lost(
    reads: list[list[bytes]], is_slow: bool, fails: bool
) -> None:
    steps = Steps(0.5 if is_slow else 0.0)
    steps.over.set()
    received: list[bytes] = []
    failing = httpx.ReadError("cut") if fails else None
    async with client(Reads(reads, failing), steps) as http:
        with pytest.raises(StreamBroken) if fails else nullcontext():
            async for chunk in streamed(http):
                received += [chunk]
    assert b"".join(received) == b"".join(map(b"".join, reads))
    if is_slow:
        assert len(steps.paused_s) == sum(map(len, reads))
    else:
        assert len(received) <= len(reads)


async def test_what_nobody_takes_is_not_read_without_bound() -> None:
    chunk = b"x" * 1_000
    body, steps = Reads([[chunk] * 1_000], None), Steps(0.0)
    async with client(body, steps) as http:
        stream = streamed(http)
        size = len(await anext(stream))
        for _ in range(20):
            await asyncio.sleep(0)
        assert body.taken * len(chunk) <= size + HANDED_BYTES + len(chunk)
        await stream.aclose()


async def test_a_plain_call_is_read_as_it_comes() -> None:
    steps = Steps(0.5)
    async with client(Pieces(b"a", b"b"), steps) as http:
        assert (await exchange(http, "GET", BASE_URL)).content == b"ab"
    assert steps.paused_s == []
