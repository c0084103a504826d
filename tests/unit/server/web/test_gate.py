from __future__ import annotations

import socket
import tracemalloc
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from tests.plain_http import PLAIN
from tests.tables import each_row
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, EmbeddedServer
from tui.server.web.gate import MAX_BODY_BYTES, Gate

CALLS = [
    ("GET", "/api/v1/chatbots"),
    ("GET", "/api/models"),
    ("POST", "/api/auth/sign-in/email"),
    ("POST", "/api/v1/chatbot/x/session/create"),
    ("DELETE", "/api/chats/x"),
    ("OPTIONS", "/api/v1/chatbots"),
    ("GET", "/"),
    ("GET", "/no/such/route"),
]
FOREIGN_PAGES = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://evil.example:PORT"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Origin": "http://localhost"},
    {"Origin": "https://localhost:PORT"},
    {"Origin": "http://127.0.0.1.evil.example:PORT"},
    {"Origin": "http://localhost:PORT@evil.example"},
    {"Origin": "http://localhost:PORT.evil.example"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:PORT"},
]
FOREIGN_NAMES = [
    "evil.example", "evil.example:PORT", "localhost.evil.example", "127.0.0.1.nip.io:PORT",
    "evillocalhost", "127.0.0.1@evil.example", "evil.example@127.0.0.1", "8.8.8.8", "2130706433",
    "0x7f.1", "[::2]:PORT", "localhost:x", "localhost:99999", "[", "localhost/", "127.0.0.1:PORT#",
    "0.0.0.0:PORT", "\u0131localhost", "-",
]  # fmt: skip
OWN_NAMES = ["127.0.0.1:PORT", "localhost:PORT", "LocalHost", "localhost.", "127.0.0.1",
             "[::1]:PORT", "runnel.localhost:PORT", "127.8.9.1", "localhost:8080"]  # fmt: skip


def port_of(server: EmbeddedServer) -> str:
    return server.url.rpartition(":")[2]


def raw(server: EmbeddedServer, head: str, *body: bytes) -> bytes:
    """Return what the server says to a request written by hand."""
    said = b""
    with socket.create_connection(("127.0.0.1", int(port_of(server)))) as line:
        line.settimeout(10)
        line.sendall(head.replace("\n", "\r\n").encode("utf-8"))
        try:
            for piece in body:
                line.sendall(piece)
            while piece := line.recv(65_536):
                said += piece
        except ConnectionError:
            pass
    return said


def status_for_host(server: EmbeddedServer, host: str) -> bytes:
    named = host.replace("PORT", port_of(server))
    head = f"GET /api/v1/chatbots HTTP/1.1\nHost: {named}\nAuthorization: Bearer {DEMO_KEY}\n"
    return raw(server, f"{head}Connection: close\n\n").partition(b"\r\n")[0][9:12]


@each_row(("method", "path"), CALLS)
@each_row("headers", FOREIGN_PAGES)
def test_a_page_of_somewhere_else_gets_nothing(
    documented: EmbeddedServer, headers: dict[str, str], method: str, path: str
) -> None:
    own = {name: text.replace("PORT", port_of(documented)) for name, text in headers.items()}
    own["Authorization"] = f"Bearer {DEMO_KEY}"
    answer = httpx.request(
        method, f"{documented.url}{path}", headers=own, trust_env=False, verify=PLAIN
    )
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


@each_row("host", FOREIGN_NAMES)
def test_a_name_that_is_not_of_this_machine_gets_nothing(
    documented: EmbeddedServer, host: str
) -> None:
    assert status_for_host(documented, host) in {b"403", b"400"}


@each_row("host", OWN_NAMES)
def test_every_name_of_this_machine_is_answered(documented: EmbeddedServer, host: str) -> None:
    assert status_for_host(documented, host) == b"200"


def test_who_names_no_host_gets_nothing(documented: EmbeddedServer) -> None:
    assert b" 403 " in raw(documented, "GET /api/v1/chatbots HTTP/1.0\n\n").partition(b"\r\n")[0]


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_page_of_the_server_itself_is_answered(documented: EmbeddedServer, name: str) -> None:
    own = documented.url.replace("127.0.0.1", name)
    headers = {"Origin": own, "Sec-Fetch-Site": "same-origin"}
    login = {"email": DEMO_EMAIL, "password": DEMO_PASSWORD}
    url = f"{documented.url}/api/auth/sign-in/email"
    assert (
        httpx.post(url, headers=headers, json=login, trust_env=False, verify=PLAIN).status_code
        == 200
    )


def test_another_port_may_lead_to_this_one(documented: EmbeddedServer) -> None:
    headers = {"Host": "localhost:8080", "Origin": "http://localhost:8080"}
    headers["Authorization"] = f"Bearer {DEMO_KEY}"
    url = f"{documented.url}/api/v1/chatbots"
    assert httpx.get(url, headers=headers, trust_env=False, verify=PLAIN).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/session/x/message/stream", "/api/chats/x/messages", "/"])
def test_a_body_without_end_is_refused_before_it_is_held(
    documented: EmbeddedServer, path: str
) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(300):
            yield b"10000\r\n" + bytes(0x10000) + b"\r\n" * 1

    head = f"POST {path} HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n"
    tracemalloc.start()
    try:
        said = raw(documented, head, *pieces())
        assert said.startswith(b"HTTP/1.1 413 ")
        assert tracemalloc.get_traced_memory()[1] < 4 * MAX_BODY_BYTES
    finally:
        tracemalloc.stop()


@each_row("length", [MAX_BODY_BYTES + 1, 300_000_000, 10**30, 10**19])
def test_a_length_beyond_all_reason_is_refused_unread(
    documented: EmbeddedServer, length: int
) -> None:
    head = f"POST /api/v1/chatbots HTTP/1.1\nHost: localhost\nContent-Length: {length}\n\n"
    assert raw(documented, head)[9:12] in {b"413", b"400"}


@each_row("body", [b"[" * 100_000, b'{"query":' * 50_000, b"9" * 10_000])
@each_row(
    "path",
    ["/api/v1/session/x/message/stream", "/api/auth/sign-in/email", "/api/v1/messages/delete"],
)
def test_json_beyond_all_reason_is_refused(
    documented: EmbeddedServer, path: str, body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {DEMO_KEY}"}
    url = f"{documented.url}{path}"
    answer = httpx.post(url, headers=headers, content=body, trust_env=False, verify=PLAIN)
    # malformed bodies of sign-ins are answered so by the real one
    assert answer.status_code in {400, 404, 413, 422} or "/auth/" in path


def test_headers_without_end_are_refused(documented: EmbeddedServer) -> None:
    head = f"GET / HTTP/1.1\nHost: localhost\nX: {'x' * 1_000_000}\n\n"
    said = raw(documented, head)
    assert said == b"" or b" 400 " in said.partition(b"\r\n")[0]


async def test_half_a_body_reaches_nobody() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"query": "he', "more_body": True},
        {"type": "http.disconnect"},
    ]
    reached: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope)

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError(message)

    scope = {"type": "http", "headers": [(b"host", b"localhost")], "server": ("127.0.0.1", 80)}
    await Gate(app, (), ())(scope, receive, send)
    assert reached == []
