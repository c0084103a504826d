from __future__ import annotations

import asyncio

from tui.backends.http.client import build_client


class Site:
    """Answers every request, and counts the requests of each connection."""

    def __init__(self) -> None:
        self.requests: list[list[str]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        methods: list[str] = []
        self.requests.append(methods)
        while head := await self._head(reader):
            methods.append(head.partition(" ")[0])
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            await writer.drain()
        writer.close()

    async def _head(self, reader: asyncio.StreamReader) -> str:
        try:
            return (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            return ""


async def test_reads_share_a_connection_and_each_send_has_its_own() -> None:
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, build_client(f"http://127.0.0.1:{port}") as client:
        for method in ("GET", "POST", "GET", "DELETE", "POST", "GET"):
            assert (await client.request(method, f"http://127.0.0.1:{port}/")).text == "ok"
    assert sorted(site.requests) == [["DELETE"], ["GET", "GET", "GET"], ["POST"], ["POST"]]
