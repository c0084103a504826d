from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager, suppress
from functools import partial

import httpx
import pytest

from tests.unit.backends.canned import BASE_URL, Pieces
from tests.waiting import until
from tui.backends.http.client import build_client
from tui.backends.http.credentials import Credentials
from tui.backends.http.exchange import exchange
from tui.backends.http.streams import Body, open_stream
from tui.backends.traffic import Traffic
from tui.errors import RunnelError


class Held(httpx.AsyncByteStream):
    """A body of which each piece comes when a test lets it."""

    def __init__(self, gates: list[asyncio.Event]) -> None:
        self._gates = gates

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for gate in self._gates:
            await gate.wait()
            yield b"[]"


class HeldWire:
    """Answers with a body at once, but under `/held` piece by piece."""

    def __init__(self) -> None:
        self.gates = [asyncio.Event(), asyncio.Event()]
        self.paths: list[str] = []
        self.traffic = Traffic()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        if request.url.path == "/held":
            return httpx.Response(200, stream=Held(self.gates))
        return httpx.Response(200, json=[])


@pytest.fixture
def wire() -> HeldWire:
    return HeldWire()


@pytest.fixture
async def client(wire: HeldWire) -> AsyncGenerator[httpx.AsyncClient, None]:
    transport = httpx.MockTransport(wire.answer)
    async with build_client(BASE_URL, wrap_transport=lambda _: transport) as client:
        yield client


@asynccontextmanager
async def background_read(client: httpx.AsyncClient, wire: HeldWire) -> AsyncIterator[None]:
    """Begin an unhurried read beside what happens inside, and see it end."""

    async def read() -> None:
        with wire.traffic.unhurried():
            await exchange(client, "GET", f"{BASE_URL}/history", traffic=wire.traffic)

    reading = asyncio.create_task(read())
    try:
        await asyncio.sleep(0)
        yield
        await reading
    finally:
        reading.cancel()


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_what_is_not_hurried_waits_for_the_calls_of_a_person(
    client: httpx.AsyncClient, wire: HeldWire, method: str
) -> None:
    call = asyncio.create_task(exchange(client, method, f"{BASE_URL}/held", traffic=wire.traffic))
    await until(lambda: wire.paths == ["/held"])
    async with background_read(client, wire):
        wire.gates[0].set()
        await asyncio.sleep(0)
        assert wire.paths == ["/held"]
        wire.gates[1].set()
        await call
    assert wire.paths == ["/held", "/history"]


async def test_what_is_not_hurried_waits_until_a_stream_has_begun_and_no_longer(
    client: httpx.AsyncClient, wire: HeldWire
) -> None:
    opened = open_stream(
        client,
        f"{BASE_URL}/held",
        credentials=Credentials(),
        accept="*/*",
        content=b"{}",
        traffic=wire.traffic,
    )
    async with opened as body, aclosing(body.chunks()) as chunks:
        first = asyncio.ensure_future(anext(chunks))
        async with background_read(client, wire):
            assert wire.paths == ["/held"]
            wire.gates[0].set()
            assert await first == b"[]"
        assert wire.paths == ["/held", "/history"]
        wire.gates[1].set()


async def test_a_call_that_failed_holds_nothing_up(
    client: httpx.AsyncClient, wire: HeldWire
) -> None:
    async def stopped(body: Body) -> None:
        raise LookupError

    opened = open_stream(
        client, f"{BASE_URL}/held", credentials=Credentials(), accept="*/*", traffic=wire.traffic
    )
    with pytest.raises(LookupError):
        async with opened as body:
            await stopped(body)
    async with background_read(client, wire):
        pass
    assert wire.paths[-1] == "/history"


async def test_reads_that_are_not_hurried_do_not_wait_for_one_another(
    client: httpx.AsyncClient, wire: HeldWire
) -> None:
    with wire.traffic.unhurried(), wire.traffic.urgent():
        async with background_read(client, wire):
            pass
    assert wire.paths == ["/history"]


async def test_a_task_that_is_begun_by_a_read_that_is_not_hurried_is_hurried_itself() -> None:
    traffic = Traffic()

    async def is_unhurried() -> bool:
        return traffic.is_unhurried

    with traffic.unhurried():
        with traffic.hurried():
            assert not await is_unhurried()
        assert await is_unhurried()
        assert not await asyncio.create_task(is_unhurried())
    assert not await is_unhurried()


async def broken_off(request: httpx.Request) -> httpx.Response:
    """Break off after some turns and the first byte."""
    await asyncio.sleep(0)
    return httpx.Response(200, stream=Pieces(b"[", httpx.ReadError("reset")))


async def plain(client: httpx.AsyncClient, traffic: Traffic, method: str) -> None:
    with suppress(RunnelError):
        await exchange(client, method, f"{BASE_URL}/broken", traffic=traffic)


async def streamed(client: httpx.AsyncClient, traffic: Traffic, pieces: int) -> None:
    opened = open_stream(
        client, f"{BASE_URL}/broken", credentials=Credentials(), accept="*/*", traffic=traffic
    )
    with suppress(RunnelError):
        async with opened as body, aclosing(body.chunks()) as chunks:
            for _ in range(pieces):
                await anext(chunks)
                await asyncio.sleep(0)


CALLS: list[Callable[[httpx.AsyncClient, Traffic], Coroutine[None, None, None]]] = [
    *(partial(plain, method=method) for method in ("GET", "POST")),
    *(partial(streamed, pieces=pieces) for pieces in range(3)),
]


@pytest.mark.parametrize("call", CALLS, ids=["get", "post", "opened", "begun", "broken off"])
async def test_wherever_a_call_is_cancelled_nothing_waits_for_it_any_more(
    call: Callable[[httpx.AsyncClient, Traffic], Coroutine[None, None, None]],
) -> None:
    traffic = Traffic(sleep=lambda _: asyncio.sleep(0))
    transport = httpx.MockTransport(broken_off)
    async with build_client(BASE_URL, wrap_transport=lambda _: transport) as client:
        is_whole, turns = False, 0
        while not is_whole:
            calling = asyncio.create_task(call(client, traffic))
            waiting = asyncio.create_task(traffic.at_rest())
            for _ in range(turns):
                await asyncio.sleep(0)
            is_whole = calling.done()
            calling.cancel()
            await asyncio.gather(calling, return_exceptions=True)
            await until(waiting.done)
            assert traffic.waiting is None
            turns += 1
        assert turns > 2
