from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from tests.tables import each_row
from tui.backends.http.client import build_client
from tui.backends.http.credentials import Credentials
from tui.backends.http.exchange import exchange
from tui.backends.http.streams import open_stream
from tui.backends.traffic import Traffic
from tui.errors import RunnelError
from tui.safe_text import clean_line

SECRET = "s3cr3t-t0ken-value"
OK = b"HTTP/1.1 200 OK\r\n"
PLAIN = OK + b"content-length: 2\r\n"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"

ANSWERS: dict[str, bytes] = {
    "nothing": b"",
    "garbage": bytes(range(256)),
    "an alert of TLS": b"\x15\x03\x01\x00\x02\x02\x28",
    "HTTP/0.9": b"hello",
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n{}",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9.9": b"HTTP/9.9 200 OK\r\ncontent-length: 2\r\n\r\n{}",
    "only line feeds": b"HTTP/1.1 200 OK\ncontent-length: 2\n\n{}",
    "another protocol": b"HTTP/1.1 101 S\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n\x00",
    "many words before": b"HTTP/1.1 103 Early\r\nlink: x\r\n\r\n" * 50 + PLAIN + b"\r\n{}",
    "204 with a body": b"HTTP/1.1 204 No\r\ncontent-length: 2\r\n\r\n{}",
    "205 with a body": b"HTTP/1.1 205 No\r\ncontent-length: 2\r\n\r\n{}",
    "304 with a body": b"HTTP/1.1 304 No\r\ncontent-length: 2\r\n\r\n{}",
    "206 of something": b"HTTP/1.1 206 P\r\ncontent-range: x\r\ncontent-length: 2\r\n\r\n{}",
    "204 that is packed": b"HTTP/1.1 204 No\r\ncontent-encoding: br\r\n\r\n",
    "407 of no proxy": b"HTTP/1.1 407 P\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n",
    "401 that asks": b"HTTP/1.1 401 A\r\nwww-authenticate: Negotiate\r\ncontent-length: 0\r\n\r\n",
    **{
        f"status {status}": f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n".encode()
        for status in ("000", "099", "300", "418", "451", "599", "600", "999", "1000", "2x0", "-1")
    },
    "a long reason": b"HTTP/1.1 500 " + b"x" * 50_000 + b"\r\ncontent-length: 0\r\n\r\n",
    "a reason that acts": b"HTTP/1.1 500 \x1b]0;t\x07\r\ncontent-length: 0\r\n\r\n",
    "a header that acts": PLAIN + b"x-request-id: \x1b]0;t\x07\r\n\r\n{}",
    "a header without a name": PLAIN + b": x\r\n\r\n{}",
    "a header without a colon": PLAIN + b"hello\r\n\r\n{}",
    "a folded header": PLAIN + b"a: b\r\n c\r\n\r\n{}",
    "a header in Latin-1": PLAIN + b"x-request-id: \xe9\xff\r\n\r\n{}",
    "a header of 90 KB": PLAIN + b"a: " + b"x" * 90_000 + b"\r\n\r\n{}",
    "a header of 300 KB": PLAIN + b"a: " + b"x" * 300_000 + b"\r\n\r\n{}",
    "50,000 headers": PLAIN + b"a: b\r\n" * 50_000 + b"\r\n{}",
    "1,000 cookies": PLAIN + b"set-cookie: a=b; expires=x; domain=.evil\r\n" * 1_000 + b"\r\n{}",
    "odd cookies": PLAIN + b"set-cookie: =;;;=\r\nset-cookie: a=b; Max-Age=9e99; expires="
    + b"0" * 9_000 + b"\r\n\r\n{}",
    "a body too short": OK + b"content-length: 10\r\n\r\n{}",
    "a body too long": OK + b"content-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\n",
    "a length below nothing": OK + b"content-length: -2\r\n\r\n{}",
    "a length beyond all": OK + b"content-length: " + b"9" * 400 + b"\r\n\r\n{}",
    "two lengths": PLAIN + b"content-length: 3\r\n\r\n{}",
    "one length twice": PLAIN + b"content-length: 2\r\n\r\n{}",
    "a length and chunks": PLAIN + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "another transfer": OK + b"transfer-encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunks with words": CHUNKED + b'2;a="b";c\r\n{}\r\n0;x\r\n\r\n',
    "a chunk with many words": CHUNKED + b"2;" + b"x" * 300_000 + b"\r\n{}\r\n0\r\n\r\n",
    "trailers": CHUNKED + b"2\r\n{}\r\n0\r\nlocation: /x\r\nset-cookie: a=b\r\n\r\n",
    "trailers without end": CHUNKED + b"2\r\n{}\r\n0\r\n" + b"a: b\r\n" * 50_000,
    "a chunk of no number": CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
    "a chunk below nothing": CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
    "a chunk beyond all": CHUNKED + b"f" * 15 + b"\r\n{}",
    "a chunk without end": CHUNKED + b"f" * 90_000,
    "chunks that break off": CHUNKED + b"2\r\n{}\r\n",
    "a charset that lies": PLAIN + b"content-type: application/json; charset=utf-16\r\n\r\n{}",
    "a charset of no text": PLAIN + b"content-type: text/plain; charset=zlib_codec\r\n\r\n{}",
    "a media type of nothing": PLAIN + b"content-type: ;;;=\r\n\r\n{}",
    "a page to save": PLAIN + b"content-disposition: attachment; filename=/etc/x\r\n\r\n{}",
    "a page that moves": PLAIN + b"refresh: 0; url=http://x/\r\nalt-svc: h3=\":1\"\r\n\r\n{}",
    **{
        f"a wait of {wait!r:.20}": b"HTTP/1.1 429 W\r\ncontent-length: 0\r\nretry-after: " + wait
        + b"\r\nx-ratelimit-limit: " + wait + b"\r\nx-ratelimit-remaining: " + wait
        + b"\r\nx-ratelimit-reset: " + wait + b"\r\n\r\n"
        for wait in (b"inf", b"nan", b"1e999", b"-1", b"9" * 5_000, b"\xb2", b"99999999999",
                     b"9999999999", b"Fri, 31 Dec 9999 23:59:59 GMT",
                     b"Mon, 01 Jan 0001 00:00:00 +2359")
    },
    **{
        f"a redirect with {status}": f"HTTP/1.1 {status} M\r\ncontent-length: 0\r\n"
        f"location: http://evil.example/{SECRET}\r\n\r\n".encode()
        for status in (300, 301, 302, 303, 304, 305, 307, 308, 399)
    },
}  # fmt: skip


@asynccontextmanager
async def saying(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Say the same to whoever connects, and hang up; yield the address and what was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)
            await writer.drain()
            writer.write_eof()
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked


async def call(url: str, method: str) -> RunnelError | None:
    """Make a call and return how it failed; anything but our own errors is the test's."""
    secret = Credentials({"authorization": f"Bearer {SECRET}"}, (SECRET,))
    traffic = Traffic()
    async with build_client(url) as client:
        try:
            if method == "STREAM":
                opened = open_stream(
                    client, url, credentials=secret, content=b"{}", accept="*/*", traffic=traffic
                )
                async with opened as body:
                    await body.read()
            else:
                received = await exchange(client, method, url, credentials=secret, timeout_s=5)
                traffic.note_quota(received.headers)
                received.json()
                return None if received.failure is None else received.failure
        except RunnelError as error:
            return error
    return None


@pytest.mark.slow
@each_row("answer", ANSWERS.values())
async def test_whatever_is_answered_is_read_or_told_in_words(answer: bytes) -> None:
    async with saying(answer) as (url, asked):
        for method in ("GET", "POST", "DELETE", "STREAM"):
            error = await asyncio.wait_for(call(url, method), 10)
            if error is None:
                continue
            words = f"{error.sentence} {error.hint} {error.request_id or ''}"
            assert error.sentence.endswith(".")
            assert clean_line(words, 2_000) == words.strip()
            assert SECRET not in words
        # nothing is followed, repeated or sent elsewhere
        assert len(asked) == 4
        assert not any(b"cookie" in each.lower() for each in asked)
