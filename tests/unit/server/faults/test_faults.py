from __future__ import annotations

import json
import time
import uuid
from typing import Any

import httpx
import pytest

from tests.plain_http import plain_client
from tests.unit.server.conftest import signed_in
from tests.unit.server.faults.calls import HEADER, ask, hardwire_ask, new_session
from tests.waiting import LOOK_S
from tui.server import DEMO_KEY, EmbeddedServer

LIMIT_S = 20


def test_an_unknown_name_in_a_header_is_answered_with_the_names(
    gpt: httpx.Client, hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    headers = {HEADER: "nonsense"}
    for client, key in ((gpt, "error"), (hardwire, "message"), (real_hardwire, "error")):
        answer = client.get("/chatbots" if client is gpt else "/models", headers=headers)
        assert answer.status_code == 400
        assert "There is no fault 'nonsense'" in answer.json()[key]
        assert "history-status" in answer.json()[key]


def test_a_question_that_begins_with_an_unknown_fault_is_answered_with_the_names(
    gpt: httpx.Client,
) -> None:
    text = ask(gpt, new_session(gpt), "fault nonsense").text
    assert text.startswith("There is no fault 'nonsense'")
    assert "split-characters" in text
    assert "comments" not in text


def test_a_question_with_a_fault_gets_a_short_answer_or_the_script_it_names(
    gpt: httpx.Client, real_hardwire: httpx.Client
) -> None:
    session = new_session(gpt)
    assert ask(gpt, session, "fault silence 0").text.endswith("ends here.")
    assert ask(gpt, session, "fault slow-headers 0").text.endswith("ends here.")
    assert (
        ask(gpt, session, "fault silence 0 citations").text == ask(gpt, session, "citations").text
    )
    assert ask(gpt, session, "fault silence 0 echo me").text.endswith("ends here.")
    assert ask(gpt, session, "tell me", "truncated").text.startswith("You said")
    text = hardwire_ask(real_hardwire, f"/chats/{uuid.uuid4()}", "fault bytes citations").text
    assert "[1.2]" not in text


def test_a_header_makes_a_reading_fail_once(gpt: httpx.Client) -> None:
    session = new_session(gpt)
    messages = f"{session}/messages"
    ask(gpt, session, "echo x")
    answer = gpt.get(messages, headers={HEADER: "status 503"})
    assert (answer.status_code, answer.json()) == (
        503,
        {"error": "The server has a problem of its own"},
    )
    with pytest.raises(httpx.ReadError):
        gpt.get(messages, headers={HEADER: "history-reset"})
    with pytest.raises(httpx.RemoteProtocolError):
        gpt.get(messages, headers={HEADER: "history-cut"})
    assert gpt.get("/chatbots", headers={HEADER: "busy"}).headers["retry-after"] == "2"
    assert gpt.get(messages).json()[0]["response"] == "x"
    only = gpt.get(messages, headers={HEADER: "truncated"})
    assert (only.status_code, only.json()["error"]) == (
        400,
        "truncated happens to a question only.",
    )


def test_a_question_makes_the_next_readings_fail(gpt: httpx.Client) -> None:
    session = new_session(gpt)
    ask(gpt, session, "fault history-status 502 2")
    statuses = [gpt.get(f"{session}/messages").status_code for _ in range(3)]
    assert statuses == [502, 502, 200]
    assert gpt.get(f"{new_session(gpt)}/messages").status_code == 200


def test_the_history_is_told_otherwise_from_then_on(hardwire: httpx.Client) -> None:
    chat = f"/chats/{uuid.uuid4()}"

    def history() -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = hardwire.get(f"{chat}/messages").json()["data"]["messages"]
        return messages

    hardwire_ask(hardwire, chat, "fault reversed")
    assert [each["role"] for each in history()] == ["assistant", "user"]
    hardwire_ask(hardwire, chat, "fault duplicate")
    assert [each["role"] for each in history()] == ["assistant"] * 2 + ["user"] * 2 + [
        "assistant"
    ] * 2 + ["user"] * 2
    hardwire_ask(hardwire, chat, "fault missing fault extra")
    assert all(each["x_list"] and "createdAt" not in each for each in history())


def test_what_is_stored_and_when(gpt: httpx.Client) -> None:
    def stored(query: str) -> list[tuple[str, str]]:
        session = new_session(gpt)
        ask(gpt, session, query)
        records = gpt.get(f"{session}/messages").json()
        return [(each["response"][-5:], each["error_message"] or "") for each in records]

    assert stored("fault truncated") == [("here.", "")]
    assert stored("fault unanswered") == [("", "")]
    assert (
        stored("fault not-stored") == stored("fault status 500") == stored("fault redirect") == []
    )
    assert stored("fault parallel") == [("here.", "")] * 2
    assert stored("fault json-error") == [("", "")]
    assert stored("fault late 30") == []
    assert stored("fault late-answer 30") == [("", "")]
    sorry = "The model stopped: its provider does not answer."
    assert stored("fault error-first") == [("", sorry)]


def test_what_is_late_comes_in_the_end(gpt: httpx.Client) -> None:
    session = new_session(gpt)
    ask(gpt, session, "fault late 0.2")
    ask(gpt, session, "fault late-answer 0.2")
    ask(gpt, session, "fault html-error")
    deadline = time.monotonic() + LIMIT_S
    answers: list[str] = []
    while len(answers) < 3 or not all(answers):
        assert time.monotonic() < deadline
        time.sleep(LOOK_S)
        answers = [each["response"] for each in gpt.get(f"{session}/messages").json()]
    queries = [each["query"] for each in gpt.get(f"{session}/messages").json()]
    assert queries == ["fault late 0.2", "fault late-answer 0.2", "fault html-error"]


def test_a_session_that_was_deleted_elsewhere_is_not_found(gpt: httpx.Client) -> None:
    session = new_session(gpt)
    assert ask(gpt, session, "fault deleted").text.endswith("ends here.")
    assert gpt.get(f"{session}/messages").status_code == 404


def test_the_server_tells_what_came_over_the_wire() -> None:
    with EmbeddedServer(pace=0) as server:
        headers = {"Authorization": f"Bearer {DEMO_KEY}"}
        base_url = f"{server.url}/api/v1"
        with plain_client(base_url=base_url, headers=headers) as client:
            session = new_session(client)
            ask(client, session, "echo x")
            ask(client, session, "fault status 500")
            ask(client, session, "fault html-error")
        received = [(each.chat_id, each.text, each.refused) for each in server.received]
    chat_id = session.removeprefix("/session/")
    assert received == [
        (chat_id, "echo x", False),
        (chat_id, "fault status 500", True),
        (chat_id, "fault html-error", False),
    ]


def test_what_the_api_refuses_is_told_as_it_is(gpt: httpx.Client) -> None:
    answer = ask(gpt, "/session/nowhere", "x", "html-error")
    assert (answer.status_code, answer.json()) == (404, {"error": "Session not found"})
    assert gpt.post(f"{new_session(gpt)}/message/stream", content=b"{").status_code == 400


def test_a_wrong_sign_in_is_told_once(documented: EmbeddedServer) -> None:
    with signed_in(documented) as client:
        chat = f"/chats/{uuid.uuid4()}"
        statuses = [hardwire_ask(client, chat, "fault status 401").status_code for _ in range(2)]
    assert statuses == [401, 200]


def test_the_same_server_is_back_after_a_restart() -> None:
    with EmbeddedServer(pace=0) as server:
        headers = {"Authorization": f"Bearer {DEMO_KEY}"}
        base_url = f"{server.url}/api/v1"
        with plain_client(base_url=base_url, headers=headers) as client:
            session = new_session(client)
            ask(client, session, "echo before")
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                ask(client, session, "fault restart 0.5")
            with pytest.raises(httpx.ConnectError):
                client.get(f"{session}/messages")
            deadline = time.monotonic() + LIMIT_S
            while (records := read_if_up(client, f"{session}/messages")) is None:
                assert time.monotonic() < deadline
                time.sleep(LOOK_S)
    assert [(each["query"], each["response"]) for each in records] == [
        ("echo before", "before"),
        ("fault restart 0.5", ""),
    ]


def read_if_up(client: httpx.Client, path: str) -> list[dict[str, Any]] | None:
    try:
        records: list[dict[str, Any]] = client.get(path).json()
    except httpx.ConnectError:
        return None
    return records


def test_stopping_does_not_wait_for_a_restart_to_end() -> None:
    server = EmbeddedServer(pace=0)
    server.start()
    headers = {"Authorization": f"Bearer {DEMO_KEY}"}
    with plain_client(base_url=f"{server.url}/api/v1", headers=headers) as client:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            ask(client, new_session(client), "fault restart 600")
        url = server.url
        server.stop()
        server.start()
        assert server.url == url
        assert json.loads(client.get("/chatbots").content)
    server.stop()
