from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import httpx
import pytest
import trustme

from tests.unit.backends.http.socket_servers import (
    HOST,
    URL,
    Proxy,
    read_head,
    serving,
)
from tui.backends.http.client import build_client
from tui.backends.http.credentials import NOBODY
from tui.backends.http.streams import open_stream
from tui.errors import StreamBroken
from tui.tapes.wire import Arrived, Wire, WireLog

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n"
CHUNKS = b"1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n"
END = b"0\r\n\r\n"


def chunks_after_the_head(client: socket.socket) -> None:
    read_head(client)
    client.sendall(HEAD + b"connection: close\r\n\r\n" + CHUNKS + END)


async def pieces_of(
    client: httpx.AsyncClient, url: str, content: bytes | None = b""
) -> list[bytes]:
    async with open_stream(
        client, url, credentials=NOBODY, accept="*/*", content=content
    ) as opened:
        return [chunk async for chunk in opened.chunks()]


async def test_chunks_that_come_together_are_read_as_one_and_told_apart() -> None:
    log = WireLog()
    with serving(chunks_after_the_head) as port:
        url = f"http://127.0.0.1:{port}"
        async with build_client(url, wire=Wire(log)) as client:
            assert await pieces_of(client, url) == [b"abcdef"]
    arrived = [each for each in log.told() if isinstance(each, Arrived)]
    assert [each.data for each in arrived] == [b"a", b"bc", b"def"]
    assert len({each.at_s for each in arrived}) == 1


async def test_so_they_are_on_a_connection_that_is_used_again() -> None:
    def answer_twice(client: socket.socket) -> None:
        for _ in range(2):
            read_head(client)
            client.sendall(HEAD + b"\r\n" + CHUNKS + END)

    connections = []

    def answer(client: socket.socket) -> None:
        connections.append(client)
        answer_twice(client)

    with serving(answer) as port:
        url = f"http://127.0.0.1:{port}"
        async with build_client(url) as client:
            for _ in range(2):
                assert await pieces_of(client, url, None) == [b"abcdef"]
    assert len(connections) == 1


async def test_so_they_are_behind_tls_and_a_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))

    def answer_safely(client: socket.socket) -> None:
        with tls.wrap_socket(client, server_side=True) as safe:
            chunks_after_the_head(safe)

    with serving(answer_safely) as port, serving(Proxy(port).handle) as front:
        proxy, file = f"http://127.0.0.1:{front}", str(tmp_path / "authority.pem")
        async with build_client(URL, proxy=proxy, ca_file=file) as client:
            assert await pieces_of(client, URL) == [b"abcdef"]


async def test_a_connection_that_closes_between_chunks_is_told_as_broken() -> None:
    may_close = threading.Event()

    def break_off(client: socket.socket) -> None:
        read_head(client)
        client.sendall(HEAD + b"\r\n" + CHUNKS + b"5")
        may_close.wait(5)

    with serving(break_off) as port:
        url = f"http://127.0.0.1:{port}"
        async with (
            build_client(url) as client,
            open_stream(client, url, credentials=NOBODY, accept="*/*", content=b"") as opened,
        ):
            chunks = opened.chunks()
            assert await anext(chunks) == b"abcdef"
            may_close.set()
            with pytest.raises(StreamBroken):
                await anext(chunks)
