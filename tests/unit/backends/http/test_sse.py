from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processor_time import processor_time
from tests.tables import each_row
from tui.backends.http.sse import read_events
from tui.errors import StreamBroken

STREAM = (
    "\ufeffdata: first\n\n"
    ": a comment\n\n"
    "id: 1\n: another\n\n"
    ": and one more\n\n"
    "event: named\ndata: two\ndata: lines\n\n"
    "data:no blank\r\n\r\n"
    "data: cr\r\rdata: [U+2028]\u2028[U+2029]\u2029[U+0085]\x85\x0c\x0b\x1c end\n\n"
    "retry: 10\nunknown: field\ndata\n\n"
    "data: \U0001f469\u200d\U0001f4bb 漢字\n\n\n\n"
    "data: the last has no blank line"
).encode()
DATA = [
    "first",
    "two\nlines",
    "no blank",
    "cr",
    "[U+2028]\u2028[U+2029]\u2029[U+0085]\x85\x0c\x0b\x1c end",
    "\U0001f469\u200d\U0001f4bb 漢字",
    "the last has no blank line",
]


async def arriving(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def data_of(pieces: Iterable[bytes], max_event_bytes: int = 8_000_000) -> list[str]:
    events = read_events(arriving(pieces), max_event_bytes=max_event_bytes)
    return [event.data async for batch in events for event in batch]


def cut(stream: bytes, size: int) -> list[bytes]:
    return [stream[start : start + size] for start in range(0, len(stream), size)]


@each_row("size", [1, 2, 3, 5, 7, 64, 4096])
async def test_any_size_of_pieces_gives_the_same_events(size: int) -> None:
    assert await data_of(cut(STREAM, size)) == DATA


@given(st.lists(st.integers(0, len(STREAM)), max_size=40), st.sampled_from(["\n", "\r", "\r\n"]))
async def test_any_split_and_any_line_end_gives_the_same_events(
    places: list[int], line_end: str
) -> None:
    stream = STREAM.decode().replace("\r\n", "\n").replace("\r", "\n").replace("\n", line_end)
    data = stream.encode()
    bounds = [0, *sorted(place for place in places if place < len(data)), len(data)]
    pieces = [data[start:end] for start, end in pairwise(bounds)]
    assert await data_of(pieces) == DATA


@pytest.mark.slow
@given(st.lists(st.integers(1, 5), max_size=6))
async def test_what_came_together_is_one_batch_and_none_is_empty(sizes: list[int]) -> None:
    chunks = [b"data: x\n\n" * size + b": no event\n\n" for size in sizes]
    batches = [batch async for batch in read_events(arriving([b"\n", *chunks, b": end"]))]
    assert [len(batch) for batch in batches] == sizes


async def test_an_event_that_ends_in_cr_comes_without_waiting_for_more() -> None:
    async def stalled() -> AsyncIterator[bytes]:
        yield b"data: now\r\r"
        raise AssertionError("more was read before the event came")

    events = read_events(stalled())
    assert [event.data for event in await anext(events)] == ["now"]
    await events.aclose()


async def test_bytes_that_are_not_utf8_are_replaced() -> None:
    assert await data_of([b"data: a\xff\xc3", b"\xa9\n\n"]) == ["a\ufffdé"]


async def test_nothing_gives_nothing() -> None:
    assert await data_of([]) == []
    assert await data_of([b"", b"\n", b"\xef\xbb\xbf"]) == []


@each_row("size", [1, 10, 99, 5000])
async def test_an_event_without_end_breaks_the_stream_after_those_before_it(size: int) -> None:
    events = read_events(
        arriving(cut(b"data: ok\n\n" + b"data: " + b"x" * 3000, size)), max_event_bytes=1000
    )
    assert [event.data for event in await anext(events)] == ["ok"]
    with pytest.raises(StreamBroken):
        await anext(events)


@pytest.mark.parametrize("size", [1, 10, 5000])
async def test_many_events_may_be_larger_together_than_one_may_be(size: int) -> None:
    stream = b"".join(b"data: " + b"y" * 80 + b"\n\n" for _ in range(50))
    assert len(await data_of(cut(stream, size), max_event_bytes=120)) == 50


async def test_a_large_event_in_small_pieces_costs_no_more_than_its_size() -> None:
    async def cost_s(size_bytes: int) -> float:
        stream = b"data: " + b"z" * size_bytes + b"\n\n"
        with processor_time() as taken_s:
            assert len((await data_of(cut(stream, 512)))[0]) == size_bytes
            return taken_s()

    small, large = await cost_s(500_000), await cost_s(5_000_000)
    assert large < 40 * small
