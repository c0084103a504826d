"""Servers and proxies on this machine, made of sockets: what they say is up to a test."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import trustme

HOST = "chat.runnel.test"
PORT = 8443
URL = f"https://{HOST}:{PORT}"
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nnull"

Handle = Callable[[socket.socket], None]


@contextmanager
def serving(handle: Handle) -> Iterator[int]:
    """Yield the port on this machine at which `handle` answers, a thread a connection."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            # whoever speaks wrongly or goes away early is part of the tests
            with suppress(OSError):
                handle(self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            serving.join()


@dataclass
class Proxy:
    """A proxy on this machine for which every server is the one at `target`."""

    target: int
    refusal: bytes = b""
    heads: list[str] = field(default_factory=list)
    url: str = ""

    def handle(self, client: socket.socket) -> None:
        head = read_head(client)
        self.heads.append(head.decode())
        if self.refusal:
            client.sendall(self.refusal)
            return
        with socket.create_connection(("127.0.0.1", self.target)) as onward:
            if head.startswith(b"CONNECT "):
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                onward.sendall(head)
            forward = threading.Thread(target=pipe, args=(client, onward))
            forward.start()
            pipe(onward, client)
            forward.join()


def pipe(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def read_head(client: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and (data := client.recv(65_536)):
        head += data
    return head


def answer(client: socket.socket) -> None:
    read_head(client)
    client.sendall(ANSWER)


def misunderstand(client: socket.socket) -> None:
    client.sendall(ANSWER)
    client.recv(65_536)


@contextmanager
def behind_proxy(
    authority: trustme.CA | None, name: str = HOST, refusal: bytes = b""
) -> Iterator[Proxy]:
    """Run a server with a certificate for `name`, or without TLS, and a proxy that leads to it."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if authority is not None:
        authority.issue_cert(name).configure_cert(tls)

    def answer_safely(client: socket.socket) -> None:
        with tls.wrap_socket(client, server_side=True) as safe:
            answer(safe)

    with serving(answer if authority is None else answer_safely) as port:
        proxy = Proxy(port, refusal)
        with serving(proxy.handle) as front:
            proxy.url = f"http://127.0.0.1:{front}"
            yield proxy
