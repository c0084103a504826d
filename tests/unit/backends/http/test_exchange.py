from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest

from tests.event_loops import unhurried
from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Pieces, Wire, saying
from tests.unit.backends.http.failing import failure
from tests.waiting import until
from tui.backends.http.client import build_client
from tui.backends.http.credentials import Credentials
from tui.backends.http.exchange import exchange
from tui.backends.traffic import Traffic
from tui.errors import (
    BadInput,
    ServerFailed,
    Unreachable,
)


async def test_a_refused_connection_is_told_as_one() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with build_client(url) as client:
            with pytest.raises(Unreachable, match=r"connection refused") as told:
                await exchange(client, "GET", url)
    assert url in told.value.sentence
    assert "address" in told.value.hint


async def test_cookies_are_never_kept() -> None:
    wire = Wire(httpx.Response(200, headers={"set-cookie": "a=1; Path=/"}, json=None))
    async with wire.client() as client:
        await exchange(client, "GET", BASE_URL)
        await exchange(client, "GET", BASE_URL)
        assert not client.cookies.jar
    assert "cookie" not in wire.requests[1].headers


async def test_requests_say_who_asks_and_for_what() -> None:
    wire = Wire(saying(None))
    async with wire.client() as client:
        await exchange(client, "POST", BASE_URL, content=b"{}")
    headers = wire.requests[0].headers
    assert headers["user-agent"].startswith("runnel/")
    assert headers["accept"] == headers["content-type"] == "application/json"


async def test_an_answer_without_end_is_given_up() -> None:
    body = Pieces(*[b"x" * 20_000_000] * 1000)
    told = await failure(httpx.Response(200, stream=body))
    assert isinstance(told, ServerFailed)
    assert body.taken == 4
    assert body.closed


async def test_only_the_beginning_of_an_endless_error_is_read() -> None:
    body = Pieces(*[b"x" * 30_000] * 1000)
    assert (await failure(httpx.Response(500, stream=body))).status == 500
    assert body.taken == 3


async def test_a_connection_finds_out_that_its_server_is_gone() -> None:
    closed = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        await reader.read()
        writer.close()
        await writer.wait_closed()
        closed.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        async with build_client(url) as client, client.stream("GET", url) as response:
            connected = response.extensions["network_stream"].get_extra_info("socket")
            assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        await asyncio.wait_for(closed.wait(), 5)


@each_row("pasted", ["tok\nen-123456", "токен-123456", "token-123456\x00", " a b "])
def test_a_secret_that_no_header_can_carry_is_refused_without_telling_it(pasted: str) -> None:
    with pytest.raises(BadInput) as refused:
        Credentials({"authorization": pasted}, (pasted,))
    assert "123456" not in refused.value.sentence + refused.value.hint
    assert refused.value.__context__ is None


SLOW_ANSWERS = {
    "a body": (b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", b" "),
    "a body without a length": (b"HTTP/1.0 200 OK\r\n\r\n", b" "),
    "a body in chunks": (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1;x\r\n \r\n"),
    "a header": (b"HTTP/1.1 200 OK\r\nx-slow: ", b"x"),
    "many headers": (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
    "answers before the answer": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "the body of a failure": (b"HTTP/1.1 500 No\r\ncontent-length: 1000000\r\n\r\n", b"x"),
}  # fmt: skip


@each_row("method", ["GET", "POST"])
@each_row(("head", "drop"), SLOW_ANSWERS.values())
async def test_a_call_answered_drop_by_drop_ends_in_its_time(
    head: bytes, drop: bytes, method: str
) -> None:
    closed = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # a client that is late may be gone before its question is read
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(head)
            while not writer.is_closing():
                writer.write(drop)
                await writer.drain()
                await asyncio.sleep(0.005)
        closed.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, build_client(url) as client:
        with pytest.raises(Unreachable, match=r"did not answer completely within 0 s") as late:
            await exchange(client, method, url, timeout_s=0.15, patience_s=0.15)
        await asyncio.wait_for(closed.wait(), 5)
    assert url in late.value.sentence
    assert late.value.sent


async def test_a_read_that_takes_long_can_be_told_of_and_stopped() -> None:
    async def answer(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    traffic = Traffic(slow_s=0)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        reading = asyncio.create_task(exchange(client, "GET", "http://x/", traffic=traffic))
        await until(lambda: traffic.reading_since is not None)
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
    assert traffic.reading_since is None


class Slow(httpx.AsyncByteStream):
    """A body in pieces of `size_bytes`, one every 20 s."""

    def __init__(self, size_bytes: int) -> None:
        self._size_bytes = size_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(30):
            await asyncio.sleep(20)
            yield b"x" * self._size_bytes


@unhurried
async def test_a_long_answer_over_a_slow_line_is_read_to_its_end() -> None:
    async with Wire(httpx.Response(200, stream=Slow(25_000))).client() as client:
        assert len((await exchange(client, "GET", BASE_URL)).content) == 30 * 25_000


@unhurried
async def test_an_answer_that_hardly_comes_is_given_up() -> None:
    began_at = asyncio.get_running_loop().time()
    async with Wire(httpx.Response(200, stream=Slow(500))).client() as client:
        with pytest.raises(Unreachable, match="did not answer completely within 62 s"):
            await exchange(client, "GET", BASE_URL)
    assert asyncio.get_running_loop().time() - began_at < 65
