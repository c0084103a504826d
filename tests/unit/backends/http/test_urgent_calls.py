from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

import httpx
import pytest

from tests.unit.backends.canned import BASE_URL
from tests.waiting import until
from tui.backends.http.client import build_client
from tui.backends.http.credentials import Credentials
from tui.backends.http.exchange import exchange
from tui.backends.http.streams import Body, open_stream
from tui.backends.traffic import Traffic


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
