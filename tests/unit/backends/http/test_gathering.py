from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, nullcontext
from itertools import accumulate, pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.event_loops import unhurried
from tests.unit.backends.canned import BASE_URL, Pieces
from tui.backends.http.credentials import NOBODY
from tui.backends.http.exchange import exchange
from tui.backends.http.gathering import HANDED_BYTES, READING_S, Gathering
from tui.backends.http.streams import open_stream
from tui.errors import StreamBroken

PAUSE_S = 0.03


def client(
    body: httpx.AsyncByteStream, extensions: dict[str, object] | None = None
) -> httpx.AsyncClient:
    wire = httpx.MockTransport(
        lambda _: httpx.Response(200, stream=body, extensions=dict(extensions or {}))
    )
    return httpx.AsyncClient(transport=Gathering(wire, PAUSE_S))


async def streamed(client: httpx.AsyncClient) -> AsyncGenerator[bytes, None]:
    async with (
        open_stream(client, BASE_URL, credentials=NOBODY, accept="*/*") as opened,
        aclosing(opened.chunks()) as chunks,
    ):
        async for chunk in chunks:
            yield chunk


class Reads(httpx.AsyncByteStream):
    """Chunks by the reads of the socket that bring them, each with the seconds it is waited for."""

    def __init__(
        self, *reads: tuple[float, Sequence[bytes]], failure: Exception | None = None
    ) -> None:
        self._reads = reads
        self._failure = failure
        self.taken = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        begun_s = asyncio.get_running_loop().time()
        due_s = 0.0
        for wait_s, chunks in self._reads:
            due_s += wait_s
            await asyncio.sleep(max(0.0, begun_s + due_s - asyncio.get_running_loop().time()))
            for chunk in chunks:
                self.taken += 1
                yield chunk
        if self._failure is not None:
            raise self._failure

    async def aclose(self) -> None:
        self.closed = True


async def handed_out(
    body: Reads, extensions: dict[str, object] | None = None
) -> list[tuple[float, bytes]]:
    """Return what was handed out, with the seconds since the request."""
    received: list[tuple[float, bytes]] = []
    async with client(body, extensions) as http:
        began_s = asyncio.get_running_loop().time()
        async for chunk in streamed(http):
            received += [(round(asyncio.get_running_loop().time() - began_s, 6), chunk)]
    assert body.closed
    return received


@unhurried
async def test_what_comes_after_a_silence_is_handed_out_at_once() -> None:
    body = Reads(*((each, [b"x"]) for each in (0.0, PAUSE_S + 0.001, 1.0, PAUSE_S + 0.001)))
    times = [at for at, _ in await handed_out(body)]
    assert times == pytest.approx([0.0, 0.031, 1.031, 1.062])


@unhurried
async def test_what_comes_soon_after_is_handed_out_with_what_follows() -> None:
    body = Reads((0.0, [b"a"]), (0.01, [b"b"]), (0.01, [b"c", b"d"]), (1.0, [b"e"]))
    assert await handed_out(body) == [(0.0, b"a"), (PAUSE_S, b"bcd"), (1.02, b"e")]


@unhurried
async def test_what_comes_fast_is_handed_out_every_other_time_and_its_end_at_the_next() -> None:
    count = 500
    body = Reads(*((0.002, [b"x"]) for _ in range(count)))
    received = await handed_out(body)
    assert sum(len(chunk) for _, chunk in received) == count
    times = [at for at, _ in received]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps[1:-1] == pytest.approx([2 * PAUSE_S] * len(gaps[1:-1]))
    assert times[-1] <= count * 0.002 + PAUSE_S


class Joined(Reads):
    """Each chunk stands for as many as it has bytes."""

    @property
    def brings_all(self) -> bool:
        return False

    @property
    def chunks(self) -> int:
        taken = [each for _, chunks in self._reads for each in chunks][: self.taken]
        return sum(len(each) for each in taken)


@unhurried
async def test_chunks_that_come_joined_are_counted_one_by_one() -> None:
    body = Joined(*((0.01, [b"x" * 5]) for _ in range(60)))
    times = [at for at, _ in await handed_out(body, {"network_stream": body})]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps[1:-1] == pytest.approx([2 * PAUSE_S] * len(gaps[1:-1]))
    assert len(gaps) == pytest.approx(0.6 / (2 * PAUSE_S), abs=2)


class Whole(Joined):
    """Brings what has come until it is asked for in one chunk, with the last one the end too."""

    reads = 0

    @property
    def brings_all(self) -> bool:
        return self.reads == 0 or self.taken < len(self._reads)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        begun_s, taken = loop.time(), 0
        dues = list(accumulate(wait_s for wait_s, _ in self._reads))
        while taken < len(dues):
            await asyncio.sleep(max(0.0, begun_s + dues[taken] - loop.time()))
            come = sum(due_s <= loop.time() - begun_s for due_s in dues)
            chunk = b"".join(each for _, chunks in self._reads[taken:come] for each in chunks)
            taken, self.reads = come, self.reads + 1
            self.taken = sum(len(chunks) for _, chunks in self._reads[:come])
            yield chunk


@unhurried
async def test_a_socket_that_is_known_to_have_no_more_is_read_once_in_a_pause() -> None:
    count = 500
    body = Whole(*((0.002, [b"x"]) for _ in range(count)))
    received = await handed_out(body, {"network_stream": body})
    assert sum(len(chunk) for _, chunk in received) == count
    assert body.reads <= count * 0.002 / PAUSE_S + 4
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(received)]
    assert gaps[1:-1] == pytest.approx([2 * PAUSE_S] * len(gaps[1:-1]))


@unhurried
async def test_an_end_that_comes_with_the_last_chunk_waits_for_nothing() -> None:
    body = Whole((0.0, [b"a"]), (0.01, [b"b"]), (0.01, [b"c"]))
    received = await handed_out(body, {"network_stream": body})
    assert received == [(0.0, b"a"), (pytest.approx(PAUSE_S - READING_S), b"bc")]


@unhurried
async def test_a_fast_stream_is_read_twice_in_a_pause_and_not_for_each_token() -> None:
    body = Reads(*((0.002, [b"x"]) for _ in range(500)))
    sleeps = 0
    async with client(body) as http:
        async for _ in streamed(http):
            sleeps += 1
    assert sleeps <= 500 * 0.002 / PAUSE_S


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.002, 0.02, 0.1]),
            st.lists(st.binary(min_size=1, max_size=4), min_size=1, max_size=9),
        ),
        max_size=9,
    ),
    st.booleans(),
)
def test_every_byte_comes_once_and_in_order_and_a_failure_behind_them(
    reads: list[tuple[float, list[bytes]]], fails: bool
) -> None:
    @unhurried
    async def check() -> None:
        received: list[bytes] = []
        body = Reads(*reads, failure=httpx.ReadError("cut") if fails else None)
        async with client(body) as http:
            with pytest.raises(StreamBroken) if fails else nullcontext():
                async for chunk in streamed(http):
                    received += [chunk]
        assert b"".join(received) == b"".join(b"".join(chunks) for _, chunks in reads)
        # what one read brings is never handed out in pieces
        assert len(received) <= len(reads) + 1

    check()


@unhurried
async def test_what_nobody_takes_is_not_read_without_bound() -> None:
    chunk = b"x" * 1_000
    body = Reads((0.0, [chunk] * 1_000))
    async with client(body) as http:
        stream = streamed(http)
        size = len(await anext(stream))
        await asyncio.sleep(10)
        assert body.taken * len(chunk) <= size + HANDED_BYTES + len(chunk)
        await stream.aclose()


@unhurried
async def test_a_person_who_stops_does_not_wait_for_the_rest_of_a_pause() -> None:
    body = Reads((0.0, [b"a"]), (0.01, [b"b"]))
    async with client(body) as http:
        stream = streamed(http)
        await anext(stream)
        more = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(PAUSE_S / 2)
        more.cancel()
        await asyncio.wait([more])
        await stream.aclose()
        assert asyncio.get_running_loop().time() == pytest.approx(PAUSE_S / 2)
    assert body.closed


async def test_a_plain_call_is_read_as_it_comes() -> None:
    async with client(Pieces(b"a", b"b")) as http:
        assert (await exchange(http, "GET", BASE_URL)).content == b"ab"
