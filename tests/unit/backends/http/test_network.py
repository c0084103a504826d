from __future__ import annotations

import asyncio
import socket
import struct
import threading
from pathlib import Path

import httpcore
import pytest

from tests.unit.backends.http.network_streams import HOST, MUCH, PATIENCE_S, all_of, connected, echo
from tests.unit.backends.http.socket_servers import serving
from tui.backends.http.network import AsyncioNetwork


async def readable(stream: httpcore.AsyncNetworkStream) -> None:
    while not stream.get_extra_info("is_readable"):  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0)


def reset(client: socket.socket) -> None:
    client.recv(1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


async def test_what_is_written_comes_back_in_pieces_no_longer_than_asked_for() -> None:
    with serving(echo) as port:
        stream = await connected(port)
        await stream.write(b"hello")
        got = b""
        while len(got) < 5:
            piece = await stream.read(2, PATIENCE_S)
            assert 1 <= len(piece) <= 2
            got += piece
        await stream.write(b"")
        await stream.aclose()
    assert got == b"hello"


async def test_the_end_is_read_as_nothing_and_again() -> None:
    with serving(lambda client: client.sendall(b"bye")) as port:
        stream = await connected(port)
        assert await all_of(stream) == b"bye"
        assert await stream.read(1) == b""
        await stream.aclose()


async def test_much_arrives_whole_though_it_is_read_slowly() -> None:
    with serving(lambda client: client.sendall(MUCH)) as port:
        stream = await connected(port)
        whole = 0
        while data := await stream.read(1_000_000, PATIENCE_S):
            whole += len(data)
            await asyncio.sleep(0)
        await stream.aclose()
    assert whole == len(MUCH)


async def test_nothing_is_taken_from_the_system_that_is_not_asked_for() -> None:
    written = threading.Event()

    def write_all(client: socket.socket) -> None:
        client.sendall(b"first")
        client.recv(1)
        client.sendall(MUCH)
        written.set()

    with serving(write_all) as port:
        stream = await connected(port)
        assert await stream.read(65_536, PATIENCE_S) == b"first"
        await stream.write(b"!")
        # it is there, and stays with the system: the other side is held up
        await readable(stream)
        for _ in range(1_000):
            await asyncio.sleep(0)
        assert not written.is_set()
        assert len(await all_of(stream)) == len(MUCH)
        assert written.wait(PATIENCE_S)
        await stream.aclose()


async def test_a_read_or_a_write_that_takes_too_long_is_told_so_and_the_next_goes_on() -> None:
    may_go_on = threading.Event()

    def wait(client: socket.socket) -> None:
        may_go_on.wait(PATIENCE_S)
        while len(client.recv(1_000_000)):
            pass
        client.sendall(b"done")

    with serving(wait) as port:
        stream = await connected(port)
        with pytest.raises(httpcore.ReadTimeout):
            await stream.read(1, 0.01)
        with pytest.raises(httpcore.WriteTimeout):
            await stream.write(MUCH, 0.01)
        may_go_on.set()
        await stream.write(b"more", PATIENCE_S)
        await stream.aclose()


async def test_a_read_that_is_cancelled_loses_nothing() -> None:
    may_write = threading.Event()

    def write_later(client: socket.socket) -> None:
        may_write.wait(PATIENCE_S)
        client.sendall(b"late")

    with serving(write_later) as port:
        stream = await connected(port)
        reading = asyncio.ensure_future(stream.read(10))
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        may_write.set()
        assert await all_of(stream) == b"late"
        await stream.aclose()


async def test_what_is_written_arrives_though_the_other_side_writes_no_more() -> None:
    heard: list[bytes] = []

    def listen(client: socket.socket) -> None:
        client.shutdown(socket.SHUT_WR)
        while data := client.recv(65_536):
            heard.append(data)

    with serving(listen) as port:
        stream = await connected(port)
        assert await stream.read(1, PATIENCE_S) == b""
        await stream.write(b"still here", PATIENCE_S)
        await stream.aclose()
    assert b"".join(heard) == b"still here"


async def test_a_connection_that_is_reset_is_told_as_broken() -> None:
    with serving(reset) as port:
        stream = await connected(port)
        await stream.write(b"x")
        with pytest.raises(httpcore.ReadError):
            await all_of(stream)
        with pytest.raises(httpcore.WriteError):
            await stream.write(b"x")
        await stream.aclose()


async def test_one_that_was_closed_here_neither_reads_nor_writes() -> None:
    with serving(echo) as port:
        stream = await connected(port)
        waiting = asyncio.ensure_future(stream.read(1))
        await asyncio.sleep(0)
        await stream.aclose()
        await stream.aclose()
        for each in (waiting, stream.read(1)):
            with pytest.raises(httpcore.ReadError):
                await each
        with pytest.raises(httpcore.WriteError):
            await stream.write(b"x")
        assert stream.get_extra_info("is_readable")


async def test_a_closing_that_is_cancelled_leaves_nothing_to_be_written() -> None:
    may_go_on = threading.Event()

    def wait(_: socket.socket) -> None:
        may_go_on.wait(PATIENCE_S)

    with serving(wait) as port:
        stream = await connected(port)
        with pytest.raises(httpcore.WriteTimeout):
            await stream.write(MUCH, 0.01)
        closing = asyncio.ensure_future(stream.aclose())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
        for _ in range(3):
            await asyncio.sleep(0)
        is_closed = stream.get_extra_info("socket").fileno() == -1
        may_go_on.set()
    assert is_closed


async def test_a_server_that_is_not_there_refuses_and_why_is_kept() -> None:
    with socket.socket() as bound:
        bound.bind((HOST, 0))
        with pytest.raises(httpcore.ConnectError) as refused:
            await connected(bound.getsockname()[1])
    assert isinstance(refused.value.__cause__, ConnectionRefusedError)


async def test_a_name_that_nobody_has_is_told_as_such() -> None:
    with pytest.raises(httpcore.ConnectError) as unknown:
        await connected(80, "no-such-host.invalid")
    assert isinstance(unknown.value.__cause__, socket.gaierror)


async def test_a_connection_that_is_kept_says_when_the_other_side_has_closed_it() -> None:
    may_close = threading.Event()

    def wait(_: socket.socket) -> None:
        may_close.wait(PATIENCE_S)

    with serving(wait) as port:
        stream = await connected(port)
        assert not stream.get_extra_info("is_readable")
        may_close.set()
        await readable(stream)
        await stream.aclose()


async def test_the_options_of_a_socket_are_set_and_its_ends_told() -> None:
    option = (socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    with serving(echo) as port:
        stream = await AsyncioNetwork().connect_tcp(HOST, port, socket_options=[(*option, 1)])
        assert stream.get_extra_info("socket").getsockopt(*option) == 1
        assert stream.get_extra_info("server_addr") == (HOST, port)
        assert stream.get_extra_info("client_addr")[0] == HOST
        assert stream.get_extra_info("ssl_object") is None
        await stream.aclose()


async def test_a_socket_that_does_not_take_its_options_is_none() -> None:
    with serving(lambda _: None) as port, pytest.raises(httpcore.ConnectError):
        await AsyncioNetwork().connect_tcp(HOST, port, socket_options=[(-1, -1, 1)])


async def test_a_socket_of_this_machine_is_spoken_to_by_its_path(tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(10))
        writer.close()

    path = str(tmp_path / "s")
    async with await asyncio.start_unix_server(answer, path):
        stream = await AsyncioNetwork().connect_unix_socket(path)
        await stream.write(b"hello")
        assert await all_of(stream) == b"hello"
        await stream.aclose()
