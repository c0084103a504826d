from __future__ import annotations

import contextlib
import socket
import threading
import time
import uuid
from datetime import UTC, datetime

import httpx
import pytest

from tests.plain_http import PLAIN, plain_client
from tests.tables import each_row
from tests.unit.server.conftest import signed_in
from tests.waiting import LOOK_S
from tui.errors import BadInput
from tui.server import DEMO_KEY, EmbeddedServer
from tui.server.demo import CHATBOTS

KEY = {"Authorization": f"Bearer {DEMO_KEY}"}
PROMPT_S = 1.0


def client_of(server: EmbeddedServer) -> httpx.Client:
    return plain_client(base_url=f"{server.url}/api/v1", headers=KEY)


def new_session(client: httpx.Client) -> str:
    created = client.post(f"/chatbot/{CHATBOTS[0].id}/session/create").json()
    return f"/session/{created['uuid']}"


def test_serves_at_its_url_and_stops_without_a_trace() -> None:
    before = set(threading.enumerate())
    server = EmbeddedServer(pace=0)
    assert server.url == ""
    with server:
        assert (
            httpx.get(
                f"{server.url}/api/v1/chatbots", headers=KEY, trust_env=False, verify=PLAIN
            ).status_code
            == 200
        )
    assert set(threading.enumerate()) == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/api/v1/chatbots", headers=KEY, trust_env=False, verify=PLAIN)


def test_starting_and_stopping_twice_is_the_same_as_once() -> None:
    server = EmbeddedServer(pace=0)
    server.start()
    url = server.url
    server.start()
    assert server.url == url
    server.stop()
    server.stop()


def test_those_who_start_it_at_once_get_the_same_server() -> None:
    before = set(threading.enumerate())
    server = EmbeddedServer(pace=0)
    starting = [threading.Thread(target=server.start) for _ in range(4)]
    for each in starting:
        each.start()
    for each in starting:
        each.join()
    assert len(set(threading.enumerate()) - before) == 1
    server.stop()
    assert set(threading.enumerate()) <= before


def test_chats_outlive_a_stop_and_a_start_on_the_same_port() -> None:
    with EmbeddedServer(pace=0) as first:
        port = int(first.url.rpartition(":")[2])
    server = EmbeddedServer(pace=0, port=port)
    with server, client_of(server) as client:
        session = new_session(client)
    with server, client_of(server) as client:
        assert server.url.endswith(f":{port}")
        assert client.get(session).status_code == 200


def test_two_servers_know_nothing_of_each_other() -> None:
    with EmbeddedServer(pace=0) as one, EmbeddedServer(pace=0) as other:
        with client_of(one) as client:
            session = new_session(client)
        with client_of(other) as client:
            assert client.get(session).status_code == 404


def test_a_taken_port_is_said_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=f"Port {port} on 127.0.0.1 is taken"):
            EmbeddedServer(port=port).start()


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("192.0.2.1", 0)])
def test_an_address_that_cannot_be_is_said_in_a_sentence(host: str, port: int) -> None:
    with pytest.raises(BadInput):
        EmbeddedServer(host=host, port=port).start()


@each_row("chunk_bytes", [1, 2, 3, 7, 64, 4096])
def test_streams_are_cut_into_pieces_of_exactly_the_size(chunk_bytes: int) -> None:
    with (
        EmbeddedServer(pace=0, chunk_bytes=chunk_bytes) as server,
        client_of(server) as client,
        client.stream(
            "POST", f"{new_session(client)}/message/stream", json={"query": "unicode"}
        ) as answer,
    ):
        sizes = [len(piece) for piece in answer.iter_raw()]
    assert set(sizes[:-1]) <= {chunk_bytes}
    assert 1 <= sizes[-1] <= chunk_bytes


def test_events_are_cut_like_any_stream() -> None:
    with EmbeddedServer(pace=0, chunk_bytes=5) as server, signed_in(server) as client:
        user = client.get("/auth/get-session").json()["user"]["id"]
        body = {"content": "echo 日本語", "modelId": "gpt-5.2", "userId": user}
        path = f"/chats/{uuid.uuid4()}/messages/stream"
        with client.stream("POST", path, json=body) as answer:
            pieces = list(answer.iter_raw())
    assert {len(piece) for piece in pieces[:-1]} == {5}
    assert "日本".encode() in b"".join(pieces)


def test_without_a_size_each_token_is_a_piece(documented: EmbeddedServer) -> None:
    with (
        client_of(documented) as client,
        client.stream(
            "POST", f"{new_session(client)}/message/stream", json={"query": "echo one two three"}
        ) as answer,
    ):
        assert list(answer.iter_raw()) == [b"one", b" two", b" three"]


@pytest.mark.parametrize("question", ["slow", "long"])
def test_stopping_does_not_wait_for_a_stream(question: str) -> None:
    server = EmbeddedServer()
    server.start()
    with client_of(server) as client:
        session = new_session(client)

        def read() -> None:
            with contextlib.suppress(httpx.TransportError):
                client.post(f"{session}/message/stream", json={"query": question})

        reader = threading.Thread(target=read)
        reader.start()
        with client_of(server) as other:
            while not other.get(f"{session}/messages").json():
                time.sleep(LOOK_S)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < PROMPT_S
        reader.join(PROMPT_S)
        assert not reader.is_alive()


def test_stopping_does_not_wait_for_a_reader_that_stopped_reading() -> None:
    server = EmbeddedServer(pace=0)
    server.start()
    with client_of(server) as client:
        session = new_session(client)
        query = "echo " + "x" * 20_000_000
        with client.stream("POST", f"{session}/message/stream", json={"query": query}) as answer:
            next(answer.iter_raw())
            began = time.monotonic()
            server.stop()
            assert time.monotonic() - began < PROMPT_S


def test_an_answer_is_stored_after_its_reader_left() -> None:
    with EmbeddedServer(pace=0.2) as server, client_of(server) as client:
        session = new_session(client)
        with client.stream("POST", f"{session}/message/stream", json={"query": "long"}) as answer:
            next(answer.iter_raw())
        (record,) = client.get(f"{session}/messages").json()
        assert (record["query"], record["response"]) == ("long", "")
        deadline = time.monotonic() + 5
        while not record["response"] and time.monotonic() < deadline:
            time.sleep(LOOK_S)
            (record,) = client.get(f"{session}/messages").json()
        assert record["response"].endswith("whether the page would let you.")
        assert record["finish_reason"] == "stop"


def test_a_hardwire_answer_is_stored_after_its_reader_left() -> None:
    with EmbeddedServer(pace=0.2) as server, signed_in(server) as client:
        user = client.get("/auth/get-session").json()["user"]["id"]
        chat = f"/chats/{uuid.uuid4()}/messages"
        body = {"content": "long", "modelId": "gpt-5.2", "userId": user}
        with client.stream("POST", f"{chat}/stream", json=body) as answer:
            next(answer.iter_raw())
        messages = client.get(chat).json()["data"]["messages"]
        assert [message["role"] for message in messages] == ["user"]
        deadline = time.monotonic() + 5
        while len(messages) < 2 and time.monotonic() < deadline:
            time.sleep(LOOK_S)
            messages = client.get(chat).json()["data"]["messages"]
        assert messages[1]["content"].endswith("whether the page would let you.")


def test_a_seed_and_a_clock_make_the_same_past_every_time() -> None:
    pasts = []
    for _ in range(2):
        clock = datetime(2025, 5, 1, 12, tzinfo=UTC)
        with (
            EmbeddedServer(pace=0, seed=11, now=lambda clock=clock: clock) as server,  # type: ignore[misc]
            client_of(server) as client,
        ):
            pasts.append(client.get(f"/chatbot/{CHATBOTS[0].id}/sessions").json())
    assert pasts[0] == pasts[1]
    assert pasts[0][-1]["modified_at"].startswith("2025-05-01T11:55")
