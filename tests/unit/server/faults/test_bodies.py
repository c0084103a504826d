from __future__ import annotations

import contextlib
import json
import re
import threading
import time
import uuid
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.plain_http import plain_client
from tests.unit.server.faults.calls import ask, new_session
from tests.waiting import LOOK_S
from tui.server import DEMO_KEY
from tui.server.demo import ScriptedPart
from tui.server.scripted.world import utc_now
from tui.server.site import Site
from tui.server.web.listener import Listener, bind
from tui.server.web.pacing import Delivery

LIMIT_S = 20
MOST_BYTES = 3_000_000
MOST_READS = 100
"""One write of 200 KB is not read at once."""


def gpt_pieces(client: httpx.Client, query: str) -> list[bytes]:
    session = new_session(client)
    with client.stream("POST", f"{session}/message/stream", json={"query": query}) as answer:
        assert answer.status_code == 200
        return list(answer.iter_raw())


def hardwire_pieces(client: httpx.Client, content: str) -> list[bytes]:
    user = client.get("/auth/get-session").json()["user"]["id"]
    body = {"content": content, "modelId": "gpt-5.2", "userId": user}
    path = f"/chats/{uuid.uuid4()}/messages/stream"
    with client.stream("POST", path, json=body) as answer:
        assert answer.status_code == 200
        return list(answer.iter_raw())


def ends_inside_a_character(piece: bytes) -> bool:
    try:
        piece.lstrip(bytes(range(0x80, 0xC0))).decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False


def test_every_write_is_a_byte(gpt: httpx.Client, hardwire: httpx.Client) -> None:
    assert {len(piece) for piece in gpt_pieces(gpt, "fault bytes")} == {1}
    assert {len(piece) for piece in hardwire_pieces(hardwire, "fault bytes")} == {1}


def test_every_write_ends_inside_a_character(gpt: httpx.Client, hardwire: httpx.Client) -> None:
    for pieces in (
        gpt_pieces(gpt, "fault split-characters"),
        hardwire_pieces(hardwire, "fault split-characters"),
    ):
        assert len(pieces) > 8
        assert all(ends_inside_a_character(piece) for piece in pieces[:-1])
        assert "漢" in b"".join(pieces).decode()


def test_every_write_ends_inside_an_escape(gpt: httpx.Client, hardwire: httpx.Client) -> None:
    raw = gpt_pieces(gpt, "fault split-escapes")
    assert [piece[-2:] for piece in raw[:-1]] == [b"\x1b[", b"\x1b[", b"\x1b]"]
    events = hardwire_pieces(hardwire, "fault split-escapes")
    assert all(re.search(rb"\\u[0-9a-f]{2}$", piece) for piece in events[:-1])
    assert b"".join(events).isascii()
    frames = [json.loads(each[6:]) for each in b"".join(events).split(b"\n\n") if each]
    text = "".join(frame.get("delta", "") for frame in frames)
    assert text.startswith("In \x1b[31mred")
    assert "漢字" in text


def test_lines_end_otherwise(gpt: httpx.Client, hardwire: httpx.Client) -> None:
    crlf = hardwire_pieces(hardwire, "fault crlf")
    assert not re.search(rb"(?<!\r)\n", b"".join(crlf))
    assert any(piece.startswith(b"\n") for piece in crlf)
    cr = b"".join(hardwire_pieces(hardwire, "fault cr"))
    assert b"\n" not in cr
    assert cr.count(b"\r\r") > 10
    assert b"here.\r\n" not in (raw := b"".join(gpt_pieces(gpt, "fault crlf")))
    assert raw.count(b"\r\n") == raw.count(b"\n") > 5
    assert b"\n" not in b"".join(gpt_pieces(gpt, "fault cr"))


def test_other_things_stand_between_the_events(hardwire: httpx.Client) -> None:
    comments = hardwire_pieces(hardwire, "fault comments")
    assert all(b"id: 7\n: a comment" in piece for piece in comments)
    unknown = hardwire_pieces(hardwire, "fault unknown-events")
    assert all(b"event: heartbeat\ndata: 12:00\n\n" in piece for piece in unknown)


def test_texts_are_mistaken_for_something_else(gpt: httpx.Client, hardwire: httpx.Client) -> None:
    assert gpt_pieces(gpt, "fault json-chunks")[:3] == [b"42", b"null", b'{"a":1}']
    assert b"".join(gpt_pieces(gpt, "fault data-prefix")).startswith(b"data: not an event\n\n")
    assert gpt_pieces(gpt, "fault bom")[0].startswith(b"\xef\xbb\xbfThe")
    assert b"\xed\xa0\xbd" in b"".join(gpt_pieces(gpt, "fault surrogates"))
    assert b"\x00" in b"".join(gpt_pieces(gpt, "fault nul"))
    assert b'"delta":"\\ud83d"' in b"".join(hardwire_pieces(hardwire, "fault surrogates"))
    separators = b"".join(hardwire_pieces(hardwire, "fault separators"))
    assert all(mark.encode() in separators for mark in ("\u2028", "\u2029", "\x85"))
    assert b"\\u0000" in b"".join(hardwire_pieces(hardwire, "fault nul"))


def test_much_comes_at_once(gpt: httpx.Client, hardwire: httpx.Client) -> None:
    assert len(b"".join(gpt_pieces(gpt, "fault big-event"))) > 5_000_000
    big = b"".join(hardwire_pieces(hardwire, "fault big-event")).split(b"\n\n")
    assert max(len(event) for event in big) > 5_000_000
    many = hardwire_pieces(hardwire, "fault many-events")
    assert b"".join(many).count(b'"type":"content"') == 5_000
    assert len(many) < MOST_READS


def test_a_body_is_cut_and_a_connection_reset(gpt: httpx.Client, hardwire: httpx.Client) -> None:
    for fault, error in (("cut", httpx.RemoteProtocolError), ("reset", httpx.ReadError)):
        with pytest.raises(error):
            gpt_pieces(gpt, f"fault {fault}")
        with pytest.raises(error):
            hardwire_pieces(hardwire, f"fault {fault}")
        session = new_session(gpt)
        query = {"query": f"fault {fault}"}
        with pytest.raises(httpx.TransportError):
            gpt.post(f"{session}/message/non-stream", json=query)
        assert gpt.get(f"{session}/messages").json()[0]["response"].endswith("ends here.")


def test_the_http_around_an_answer_is_wrong(gpt: httpx.Client) -> None:
    session = new_session(gpt)
    page = ask(gpt, session, "fault html-error")
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html")
    moved = ask(gpt, session, "fault redirect")
    assert (moved.status_code, moved.headers["location"]) == (307, "http://elsewhere.invalid/")
    told = ask(gpt, session, "fault json-error")
    assert (told.status_code, list(told.json())) == (200, ["error"])
    charset = ask(gpt, session, "fault charset").headers["content-type"]
    assert charset == "text/plain; charset=utf-16"
    assert ask(gpt, session, "fault status 418").status_code == 418


def test_a_server_that_is_busy_says_so_in_four_ways(
    gpt: httpx.Client, real_hardwire: httpx.Client
) -> None:
    session = new_session(gpt)
    assert ask(gpt, session, "fault busy").headers["retry-after"] == "2"
    assert ask(gpt, session, "fault busy x-retry-after 7").headers["x-retry-after"] == "7"
    assert ask(gpt, session, "fault busy body 9").json()["retryAfter"] == 9
    assert ask(gpt, session, "fault busy date 9").headers["retry-after"].endswith("GMT")
    answer = real_hardwire.get("/models", headers={"X-Runnel-Fault": "busy retry-after 3"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    assert answer.json()["code"] == "RATE_LIMIT_EXCEEDED"


def test_a_compressed_body_is_not_flushed_before_its_end(gpt: httpx.Client) -> None:
    session = new_session(gpt)
    query = {"query": "fault gzip"}
    headers = {"Accept-Encoding": "identity"}
    with gpt.stream("POST", f"{session}/message/stream", json=query, headers=headers) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        pieces = [piece for piece in answer.iter_bytes() if piece]
    assert len(pieces) == 1
    assert pieces[0].endswith(b"ends here.")


@contextlib.contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    listener, socket = Listener(app), bind("127.0.0.1", 0)
    thread = threading.Thread(target=listener.listen, args=(socket,))
    thread.start()
    try:
        assert listener.wait_until_up(LIMIT_S)
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        listener.should_exit = True
        thread.join(LIMIT_S)


def test_an_endless_answer_is_made_no_longer_than_somebody_reads_it() -> None:
    site = Site(Delivery(pace=0), ScriptedPart(), utc_now, None)
    apis, ended, sent_bytes = site.application(), threading.Event(), 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def count(message: dict[str, object]) -> None:
            nonlocal sent_bytes
            body = message.get("body", b"")
            sent_bytes += len(body) if isinstance(body, bytes) else 0
            await send(message)

        await apis(scope, receive, count)  # type: ignore[arg-type]
        if scope["path"].endswith("/stream"):
            ended.set()

    with listening(app) as url:
        headers = {"Authorization": f"Bearer {DEMO_KEY}"}
        with plain_client(base_url=f"{url}/api/v1", headers=headers) as client:
            path = f"{new_session(client)}/message/stream"
            with client.stream("POST", path, json={"query": "fault endless 1000"}) as answer:
                read = answer.iter_raw()
                while len(next(read)) < 10_000:
                    assert not ended.is_set()
            assert ended.wait(LIMIT_S)
            records = client.get(path.replace("/message/stream", "/messages")).json()
    assert [each["response"] for each in records] == [""]
    assert sent_bytes < MOST_BYTES


def test_a_silence_ends_when_the_reader_leaves(gpt: httpx.Client) -> None:
    session = new_session(gpt)
    query = {"query": "fault silence 600"}
    with gpt.stream("POST", f"{session}/message/stream", json=query) as answer:
        next(answer.iter_raw())
    deadline = time.monotonic() + LIMIT_S
    while not (response := gpt.get(f"{session}/messages").json()[0]["response"]):
        assert time.monotonic() < deadline
        time.sleep(LOOK_S)
    assert response.endswith("ends here.")
