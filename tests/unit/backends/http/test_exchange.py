from __future__ import annotations

import asyncio
import socket
import ssl
import time
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from tests.unit.backends.canned import BASE_URL, Pieces, Wire, saying, streaming
from tests.waiting import until
from tui.backends.http import exchange as http
from tui.backends.http.exchange import Credentials, build_client, exchange, open_stream
from tui.backends.http.proxy import ProxyFailed
from tui.backends.traffic import Traffic
from tui.errors import (
    AccessRefused,
    BadInput,
    NotFound,
    NotOffered,
    RateLimited,
    RunnelError,
    ServerFailed,
    StreamBroken,
    Unreachable,
)

SECRET = "s3cr3t-t0ken-value"


async def failure(*answers: httpx.Response | Exception, secret: str = SECRET) -> RunnelError:
    wire = Wire(*answers)
    credentials = Credentials({"authorization": f"Bearer {secret}"}, (secret,))
    async with wire.client() as client:
        with pytest.raises(RunnelError) as raised:
            (await exchange(client, "GET", f"{BASE_URL}/api/x", credentials=credentials)).json()
    return raised.value


async def streamed(client: httpx.AsyncClient) -> bytes:
    opened = open_stream(
        client, f"{BASE_URL}/s", credentials=Credentials(), content=b"{}", accept="*/*"
    )
    async with opened as body:
        return await body.read()


def caused(by: BaseException) -> httpx.ConnectError:
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = OSError("All connection attempts failed")
    error.__cause__.__cause__ = ExceptionGroup("tried", [by]) if isinstance(by, OSError) else by
    return error


@pytest.mark.parametrize(
    ("error", "words", "sent"),
    [
        (caused(ConnectionRefusedError(111, "refused")), "connection refused", False),
        (caused(socket.gaierror(-2, "unknown")), "no server by the name localhost", False),
        (caused(ssl.SSLError(1, "wrong version number")), "does not speak TLS", False),
        (caused(OSError(101, "unreachable")), "no route", False),
        (httpx.ConnectError("?"), "Nothing answers at http://localhost:3026.", False),
        (httpx.ConnectTimeout("?"), "no connection within 10 s", False),
        (httpx.PoolTimeout("?"), "No connection", False),
        (ProxyFailed("http://p:1", httpx.ProxyError("403")), "proxy http://p:1", False),
        (httpx.ReadTimeout("?"), "too long", True),
        (httpx.ReadError("?"), "broke before an answer", True),
        (httpx.RemoteProtocolError("?"), "broke before an answer", True),
        (httpx.WriteError("?"), "broke before an answer", True),
    ],
)
async def test_no_answer_is_told_by_its_cause(error: Exception, words: str, sent: bool) -> None:
    told = await failure(error)
    assert isinstance(told, Unreachable)
    assert words in told.sentence
    assert told.sent is sent


async def test_a_refused_connection_is_told_as_one() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with build_client(url) as client:
            with pytest.raises(Unreachable, match=r"connection refused") as told:
                await exchange(client, "GET", url)
    assert url in told.value.sentence
    assert "base_url" in told.value.hint


@pytest.mark.parametrize(
    ("status", "kind", "exit_code"),
    [
        (400, ServerFailed, 1),
        (401, AccessRefused, 3),
        (403, AccessRefused, 3),
        (404, NotFound, 4),
        (405, NotOffered, 1),
        (413, BadInput, 2),
        (422, ServerFailed, 1),
        (429, RateLimited, 1),
        (500, ServerFailed, 1),
        (502, ServerFailed, 1),
        (301, ServerFailed, 1),
    ],
)
async def test_a_status_becomes_its_error(
    status: int, kind: type[RunnelError], exit_code: int
) -> None:
    told = await failure(httpx.Response(status))
    assert type(told) is kind
    assert told.exit_code == exit_code
    assert told.status == status
    assert told.sentence.endswith(".")


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (400, b'{"error": "Query is missing"}', "Query is missing"),
        (400, b'{"error": "Bad Request", "message": "content is empty"}', "content is empty"),
        (400, b'{"message":"m","clientMessage":"c","error":["e1",{"path":["a",0],"message":"e2"}]}',
         "e1; a.0: e2"),
        (403, b'{"message":"m","clientMessage":"for you","code":"C"}', "for you"),
        (500, b'{"message":"the cause","clientMessage":"sorry","code":"C"}', "the cause"),
        (500, b'{"error": {"message": "inner"}}', "inner"),
        (400, b'{"error": "No such model."}', "does not take this (HTTP 400): No such model."),
        (422, b'[{"loc":["body","query"],"msg":"field required","type":"x"}]',
         "body.query: field required"),
        (422, b'[{"uuid":"0f","error":"gone"}]', "0f: gone"),
        (500, b"plain words\r\n", "plain words"),
        (502, b"<html><head><title>Bad &amp; Gateway</title></head></html>", "Bad & Gateway"),
        (502, b"<html>no title", "HTTP 502"),
        (500, b"", "HTTP 500"),
        (500, b"null", "HTTP 500"),
        (500, b"[" * 60_000, "[[["),
        (500, b"\xff\xfe{", "HTTP 500"),
        (500, b'{"error":"\\u001b]52;c;x\\u0007 \\u202eevil"}', "␛]52;c;x␇ evil"),
        (500, b"w" * 100_000, "w" * 200),
    ],
)  # fmt: skip
async def test_error_bodies_of_every_shape_are_read(status: int, body: bytes, words: str) -> None:
    told = await failure(httpx.Response(status, content=body))
    assert words in told.sentence
    assert told.sentence.isprintable()
    assert len(told.sentence) < 400


async def test_a_page_of_titles_that_never_end_is_read_in_no_time() -> None:
    began = time.process_time()
    assert "HTTP 500" in (await failure(httpx.Response(500, content=b"<title>" * 9_000))).sentence
    assert time.process_time() - began < 1


async def test_the_name_of_the_request_is_told() -> None:
    in_header = httpx.Response(500, headers={"x-request-id": "r-1"}, json={"requestId": "r-2"})
    assert (await failure(in_header)).request_id == "r-1"
    assert (await failure(httpx.Response(500, json={"requestId": "r-2"}))).request_id == "r-2"
    assert (await failure(httpx.Response(500))).request_id is None


@pytest.mark.parametrize(
    ("headers", "body", "wait_s"),
    [
        ({"retry-after": "7"}, {}, 7),
        ({"x-retry-after": "8"}, {}, 8),
        ({}, {"retryAfter": 9}, 9),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "10"}, {}, 10),
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": "10"}, {}, None),
        ({"retry-after": "soon"}, {"retryAfter": -1}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, {}, 0),
        ({"retry-after": f"Wed, 21 Oct 2015 07:28:00 +{10**22}"}, {}, None),
        ({}, {}, None),
    ],
)
async def test_the_wait_is_told(
    headers: dict[str, str], body: object, wait_s: float | None
) -> None:
    told = await failure(httpx.Response(429, headers=headers, json=body))
    assert isinstance(told, RateLimited)
    assert told.retry_after_s == wait_s


async def test_a_wait_until_a_date_is_told_in_seconds() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    told = await failure(httpx.Response(429, headers={"retry-after": until}))
    assert isinstance(told, RateLimited)
    assert 60 < (told.retry_after_s or 0) <= 90


async def test_redirects_are_not_followed_but_told() -> None:
    for target in ("https://user:pw123@elsewhere.example/login?t=1", "http://[", "/login"):
        wire = Wire(httpx.Response(302, headers={"location": target}))
        async with wire.client() as client:
            received = await exchange(client, "GET", BASE_URL)
        assert len(wire.requests) == 1
        assert received.failure is not None
        assert "pw123" not in received.failure.sentence


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


async def test_an_answer_that_is_no_json_makes_no_sense() -> None:
    for content, words in ((b"<!doctype html>", "web page"), (b"hello", "not JSON")):
        told = await failure(httpx.Response(200, content=content))
        assert isinstance(told, ServerFailed)
        assert words in told.sentence


async def test_a_damaged_answer_is_told() -> None:
    damaged = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Pieces(b"no gzip"))
    assert "damaged" in (await failure(damaged)).sentence


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


async def test_a_failure_whose_body_breaks_off_is_told_by_its_status() -> None:
    refused = httpx.Response(401, stream=Pieces(b"x", httpx.RemoteProtocolError("incomplete")))
    assert isinstance(await failure(refused), AccessRefused)
    damaged = httpx.Response(404, headers={"content-encoding": "gzip"}, stream=Pieces(b"no gzip"))
    assert isinstance(await failure(damaged), NotFound)


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


@pytest.mark.parametrize(("waited_s", "taken"), [(-1.0, 1), (3600.0, 2)])
async def test_behind_a_chunk_that_was_waited_for_others_are_gathered(
    monkeypatch: pytest.MonkeyPatch, waited_s: float, taken: int
) -> None:
    monkeypatch.setattr(http, "WAITED_S", waited_s)
    monkeypatch.setattr(http, "GATHERING_S", 3600.0)
    body = Pieces(b"a", b"b")
    wire = Wire(httpx.Response(200, stream=body))
    async with (
        wire.client() as client,
        open_stream(
            client, BASE_URL, credentials=Credentials(), content=b"", accept="*/*"
        ) as opened,
        aclosing(opened.chunks()) as chunks,
    ):
        assert await anext(chunks) == b"a"
        more = asyncio.ensure_future(anext(chunks))
        for _ in range(20):
            await asyncio.sleep(0)
        assert body.taken == taken
        # a person who stops does not wait for the rest of the pause
        more.cancel()
        await asyncio.wait([more])
    assert body.closed


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


async def test_a_secret_that_a_server_repeats_is_hidden() -> None:
    for body in (f"Invalid key {SECRET}".encode(), f'{{"error": "{SECRET}"}}'.encode(),
                 f'{{"error":"x","code":"{SECRET}"}}'.encode(),
                 b"y" * 290 + SECRET.encode(),
                 b'{"error": "s3cr3t\\u002dt0ken\\u002dvalue"}'):  # fmt: skip
        told = await failure(httpx.Response(401, content=body))
        assert SECRET not in told.sentence
        assert "s3cr3t" not in told.sentence


@pytest.mark.parametrize("pasted", ["tok\nen-123456", "токен-123456", "token-123456\x00", " a b "])
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


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("head", "drop"), SLOW_ANSWERS.values(), ids=SLOW_ANSWERS)
async def test_a_call_answered_drop_by_drop_ends_in_its_time(
    head: bytes, drop: bytes, method: str
) -> None:
    closed = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
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
        with pytest.raises(Unreachable, match=r"did not answer whole within 0 s") as late:
            await exchange(client, method, url, timeout_s=0.15, total_s=0.15)
        await asyncio.wait_for(closed.wait(), 5)
    assert url in late.value.sentence
    assert late.value.sent


async def test_a_failure_in_utf_16_is_read() -> None:
    page = "<html><title>Bad Gateway</title>".encode("utf-16")
    assert "Bad Gateway" in (await failure(httpx.Response(502, content=page))).sentence


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
