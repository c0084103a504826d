from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx

from tests.processor_time import processor_time
from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Pieces, Wire
from tests.unit.backends.http.failing import SECRET, failure
from tui.backends.http.exchange import exchange
from tui.backends.http.proxy import ProxyFailed
from tui.errors import (
    AccessRefused,
    BadInput,
    NotFound,
    NotOffered,
    RateLimited,
    RunnelError,
    ServerFailed,
    Unreachable,
)


def caused(by: BaseException) -> httpx.ConnectError:
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = OSError("All connection attempts failed")
    error.__cause__.__cause__ = ExceptionGroup("tried", [by]) if isinstance(by, OSError) else by
    return error


@each_row(
    ("error", "words", "sent"),
    [
        (caused(ConnectionRefusedError(111, "refused")), "connection refused", False),
        (caused(socket.gaierror(-2, "unknown")), "no server named localhost", False),
        (caused(ssl.SSLError(1, "wrong version number")), "The TLS connection", False),
        (caused(OSError(101, "unreachable")), "no route", False),
        (httpx.ConnectError("?"), "Cannot reach http://localhost:3026.", False),
        (httpx.ConnectTimeout("?"), "no connection within 10 s", False),
        (httpx.PoolTimeout("?"), "Cannot connect", False),
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


@each_row(
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


@each_row(
    ("status", "body", "words"),
    [
        (400, b'{"error": "Query is missing"}', "Query is missing"),
        (400, b'{"error": "Bad Request", "message": "content is empty"}', "content is empty"),
        (400, b'{"message":"m","clientMessage":"c","error":["e1",{"path":["a",0],"message":"e2"}]}',
         "e1; a.0: e2"),
        (403, b'{"message":"m","clientMessage":"for you","code":"C"}', "for you"),
        (500, b'{"message":"the cause","clientMessage":"sorry","code":"C"}', "the cause"),
        (500, b'{"error": {"message": "inner"}}', "inner"),
        (400, b'{"error": "No such model."}', "rejected this (HTTP 400): No such model."),
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
    page = httpx.Response(500, content=b"<title>" * 9_000)
    with processor_time() as taken_s:
        assert "HTTP 500" in (await failure(page)).sentence
        assert taken_s() < 1


async def test_the_name_of_the_request_is_told() -> None:
    in_header = httpx.Response(500, headers={"x-request-id": "r-1"}, json={"requestId": "r-2"})
    assert (await failure(in_header)).request_id == "r-1"
    assert (await failure(httpx.Response(500, json={"requestId": "r-2"}))).request_id == "r-2"
    assert (await failure(httpx.Response(500))).request_id is None


@each_row(
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


async def test_an_answer_that_is_no_json_makes_no_sense() -> None:
    for content, words in ((b"<!doctype html>", "web page"), (b"hello", "not JSON")):
        told = await failure(httpx.Response(200, content=content))
        assert isinstance(told, ServerFailed)
        assert words in told.sentence


async def test_a_damaged_answer_is_told() -> None:
    damaged = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Pieces(b"no gzip"))
    assert "damaged" in (await failure(damaged)).sentence


async def test_a_failure_whose_body_breaks_off_is_told_by_its_status() -> None:
    refused = httpx.Response(401, stream=Pieces(b"x", httpx.RemoteProtocolError("incomplete")))
    assert isinstance(await failure(refused), AccessRefused)
    damaged = httpx.Response(404, headers={"content-encoding": "gzip"}, stream=Pieces(b"no gzip"))
    assert isinstance(await failure(damaged), NotFound)


async def test_a_secret_that_a_server_repeats_is_hidden() -> None:
    for body in (f"Invalid key {SECRET}".encode(), f'{{"error": "{SECRET}"}}'.encode(),
                 f'{{"error":"x","code":"{SECRET}"}}'.encode(),
                 b"y" * 290 + SECRET.encode(),
                 b'{"error": "s3cr3t\\u002dt0ken\\u002dvalue"}'):  # fmt: skip
        told = await failure(httpx.Response(401, content=body))
        assert SECRET not in told.sentence
        assert "s3cr3t" not in told.sentence


async def test_a_failure_in_utf_16_is_read() -> None:
    page = "<html><title>Bad Gateway</title>".encode("utf-16")
    assert "Bad Gateway" in (await failure(httpx.Response(502, content=page))).sentence
