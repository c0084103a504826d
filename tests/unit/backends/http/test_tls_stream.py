from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable

import httpcore
import pytest
import trustme

from tests.unit.backends.http.network_streams import HOST, MUCH, PATIENCE_S, all_of, connected, echo
from tests.unit.backends.http.socket_servers import serving


class Safe:
    """Both sides of a TLS for `name`."""

    def __init__(self, name: str = HOST) -> None:
        authority = trustme.CA()
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(self.server)
        self.client = ssl.create_default_context()
        authority.configure_trust(self.client)

    def handling(self, handle: Callable[[socket.socket], None]) -> Callable[[socket.socket], None]:
        def handle_safely(client: socket.socket) -> None:
            with self.server.wrap_socket(client, server_side=True) as safe:
                handle(safe)

        return handle_safely


async def test_what_goes_through_tls_arrives_whole() -> None:
    safe = Safe()
    much = MUCH[:3_000_000]

    def answer(client: socket.socket) -> None:
        left = len(much)
        while left:
            left -= len(client.recv(65_536))
        client.sendall(much)

    with serving(safe.handling(answer)) as port:
        stream = await (await connected(port)).start_tls(safe.client, HOST, PATIENCE_S)
        assert stream.get_extra_info("ssl_object").version().startswith("TLS")
        assert stream.get_extra_info("server_addr") == (HOST, port)
        await stream.write(much, PATIENCE_S)
        assert len(await all_of(stream)) == len(much)
        await stream.aclose()


@pytest.mark.parametrize("says_so", [True, False])
async def test_tls_ends_where_the_other_side_closes_whether_it_says_so_or_not(
    says_so: bool,
) -> None:
    safe = Safe()

    def answer(client: socket.socket) -> None:
        client.sendall(b"bye")
        if says_so:
            assert isinstance(client, ssl.SSLSocket)
            client.unwrap()

    with serving(safe.handling(answer)) as port:
        stream = await (await connected(port)).start_tls(safe.client, HOST, PATIENCE_S)
        assert await stream.read(3, PATIENCE_S) == b"bye"
        assert await stream.read(3, PATIENCE_S) == b""
        await stream.aclose()


async def test_tls_that_is_not_agreed_on_closes_the_connection_and_keeps_why() -> None:
    safe, other = Safe(), Safe()
    with serving(safe.handling(echo)) as port:
        plain = await connected(port)
        with pytest.raises(httpcore.ConnectError) as refused:
            await plain.start_tls(other.client, HOST, PATIENCE_S)
        assert isinstance(refused.value.__cause__, ssl.SSLCertVerificationError)
        with pytest.raises(httpcore.WriteError):
            await plain.write(b"x")


@pytest.mark.parametrize("name", ["other.runnel.test", "localhost", "127.0.0.2"])
async def test_tls_for_another_name_is_refused_whoever_vouches_for_it(name: str) -> None:
    safe = Safe(name)
    with serving(safe.handling(echo)) as port:
        with pytest.raises(httpcore.ConnectError) as refused:
            await (await connected(port)).start_tls(safe.client, HOST, PATIENCE_S)
        assert isinstance(refused.value.__cause__, ssl.SSLCertVerificationError)
        # under its own it is believed
        stream = await (await connected(port)).start_tls(safe.client, name, PATIENCE_S)
        await stream.aclose()


async def test_a_server_that_says_nothing_is_not_waited_for_longer_than_is_said() -> None:
    may_close = threading.Event()

    def wait(_: socket.socket) -> None:
        may_close.wait(PATIENCE_S)

    with serving(wait) as port:
        plain = await connected(port)
        with pytest.raises(httpcore.ConnectTimeout):
            await plain.start_tls(Safe().client, HOST, 0.01)
        may_close.set()


async def test_tls_goes_through_tls_as_behind_a_safe_proxy() -> None:
    outer, inner = Safe(), Safe("chat.runnel.test")
    with serving(inner.handling(echo)) as port:

        def forward(client: socket.socket) -> None:
            with socket.create_connection((HOST, port)) as onward:
                # one turn after the other, as a handshake and an echo have it
                client.settimeout(0.05)
                onward.settimeout(0.05)
                ends = [(client, onward), (onward, client)]
                while True:
                    for source, target in ends:
                        try:
                            data = source.recv(65_536)
                        except TimeoutError:
                            continue
                        if not data:
                            return
                        target.sendall(data)

        with serving(outer.handling(forward)) as front:
            proxied = await (await connected(front)).start_tls(outer.client, HOST, PATIENCE_S)
            stream = await proxied.start_tls(inner.client, "chat.runnel.test", PATIENCE_S)
            await stream.write(b"hello", PATIENCE_S)
            assert await stream.read(10, PATIENCE_S) == b"hello"
            await stream.aclose()
