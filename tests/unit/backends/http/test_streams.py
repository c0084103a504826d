from __future__ import annotations

import asyncio
from contextlib import aclosing

import httpx
import pytest

from tests.unit.backends.canned import BASE_URL, Pieces, Wire, streaming
from tui.backends.http.client import build_client
from tui.backends.http.credentials import Credentials
from tui.backends.http.streams import open_stream
from tui.errors import (
    NotFound,
    ServerFailed,
    StreamBroken,
)


async def streamed(client: httpx.AsyncClient) -> bytes:
    opened = open_stream(
        client, f"{BASE_URL}/s", credentials=Credentials(), content=b"{}", accept="*/*"
    )
    async with opened as body:
        return await body.read()


async def test_a_stream_without_end_is_given_up() -> None:
    body = Pieces(*[b"x" * 20_000_000] * 1000)
    wire = Wire(httpx.Response(200, stream=body))
    opened = open_stream(
        wire.client(), BASE_URL, credentials=Credentials(), content=b"", accept="*/*"
    )
    async with opened as answer, aclosing(answer.chunks()) as chunks:
        assert [len(await anext(chunks)) for _ in range(3)] == [20_000_000] * 3
        with pytest.raises(StreamBroken, match="too large"):
            await anext(chunks)
    assert body.taken == 4
    assert body.closed


async def test_a_stream_is_asked_for_uncompressed_and_without_time_limit() -> None:
    wire = Wire(streaming(b"a", b"b"))
    async with wire.client() as client:
        assert await streamed(client) == b"ab"
    request = wire.requests[0]
    assert request.headers["accept-encoding"] == "identity"
    timeout = request.extensions["timeout"]
    assert timeout["read"] is None
    assert timeout["connect"] == 10


async def test_a_stream_refused_by_status_tells_why_and_is_closed() -> None:
    body = Pieces(b'{"error": "No ', b'session"}')
    wire = Wire(httpx.Response(404, stream=body))
    async with wire.client() as client:
        with pytest.raises(NotFound, match="No session"):
            await streamed(client)
    assert body.closed


async def test_a_stream_refused_by_a_body_that_breaks_tells_the_status() -> None:
    wire = Wire(httpx.Response(503, stream=Pieces(b"x", httpx.ReadError("?"))))
    async with wire.client() as client:
        with pytest.raises(ServerFailed, match="503"):
            await streamed(client)


async def test_a_stream_that_breaks_off_is_broken() -> None:
    wire = Wire(streaming(b"a", httpx.RemoteProtocolError("incomplete")))
    async with wire.client() as client:
        with pytest.raises(StreamBroken):
            await streamed(client)


async def test_leaving_a_stream_closes_it_at_once() -> None:
    body = Pieces(b"a", b"b", b"c")
    wire = Wire(httpx.Response(200, stream=body))
    async with (
        wire.client() as client,
        open_stream(
            client, BASE_URL, credentials=Credentials(), content=b"", accept="*/*"
        ) as opened,
        aclosing(opened.chunks()) as chunks,
    ):
        assert await anext(chunks) == b"a"
    assert body.closed
    assert body.taken == 1


async def test_cancelling_a_stream_closes_the_socket() -> None:
    closed = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nfirst")
        await reader.readexactly(2)
        assert await reader.read() == b""
        closed.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    came = asyncio.Event()

    async def read(client: httpx.AsyncClient) -> None:
        opened = open_stream(client, url, credentials=Credentials(), content=b"{}", accept="*/*")
        async with opened as body, aclosing(body.chunks()) as chunks:
            async for _ in chunks:
                came.set()

    async with server, build_client(url) as client:
        reading = asyncio.create_task(read(client))
        await came.wait()
        reading.cancel()
        await asyncio.wait_for(closed.wait(), 5)
    assert reading.cancelled()
