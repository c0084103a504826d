from __future__ import annotations

import json
import re

import httpx

from tests.unit.server.hardwire.calls import (
    fresh_chat,
    send_body,
    stream,
    user_id,
)


def test_a_documented_stream_runs_from_start_to_end(hardwire: httpx.Client) -> None:
    chat = fresh_chat()
    events = stream(hardwire, chat, "echo one two\u2028three")
    assert [event["type"] for event in events] == ["start", "content", "content", "content", "end"]
    assert "".join(event.get("delta", "") for event in events) == "one two\u2028three"
    assert events[0]["messageId"] == events[-1]["messageId"]

    question, answer = hardwire.get(f"{chat}/messages").json()["data"]["messages"]
    assert answer["id"] == events[-1]["messageId"]
    assert question.keys() == {"id", "chatId", "role", "content", "createdAt"}
    assert (question["role"], answer["role"]) == ("user", "assistant")
    assert answer["content"] == "one two\u2028three"
    assert answer["chatId"] == chat.removeprefix("/chats/")


def test_a_real_stream_runs_from_user_message_to_complete(real_hardwire: httpx.Client) -> None:
    chat = fresh_chat()
    events = stream(real_hardwire, chat, "echo one two")
    types = [event["type"] for event in events]
    assert types == ["user_message", "token", "token", "complete"]
    messages = real_hardwire.get(f"{chat}/messages").json()["messages"]
    assert events[0]["message"] == messages[0]
    assert events[-1]["message"] == {"sources": [], **messages[1]}
    assert re.search(r"\.\d{1,6}\+00:00$", messages[0]["createdAt"])


def test_odd_line_breaks_come_raw_in_the_json(hardwire: httpx.Client) -> None:
    body = send_body(hardwire, "echo a\u2028b\u0085c")
    response = hardwire.post(f"{fresh_chat()}/messages/stream", json=body)
    assert "a\u2028b\u0085c".encode() not in response.content
    assert "\u2028".encode() in response.content
    assert "\u0085".encode() in response.content


def test_real_tokens_may_be_cut_inside_a_character(real_hardwire: httpx.Client) -> None:
    events = stream(real_hardwire, fresh_chat(), "echo so: \U0001f44b")
    tokens = [event["token"] for event in events if event["type"] == "token"]
    assert tokens == ["so:", " \ud83d", "\udc4b"]
    assert events[-1]["message"]["content"] == "so: \U0001f44b"


def test_documented_tools_are_told_as_they_run(hardwire: httpx.Client) -> None:
    events = stream(hardwire, fresh_chat(), "use the tools")
    told = [(event["type"], event["toolName"]) for event in events if "toolName" in event]
    assert told == [
        (kind, name)
        for name in ("search_trains", "check_sleeper", "weather")
        for kind in ("tool_call", "tool_result")
    ]
    results = [event["result"] for event in events if event["type"] == "tool_result"]
    assert ["error" in result for result in results] == [False, True, False]
    places = [index for index, event in enumerate(events) if event["type"] == "tool_call"]
    assert all(events[place - 1]["type"] == "content" for place in places)


def test_the_real_dialect_has_no_tools_but_sources(real_hardwire: httpx.Client) -> None:
    types = {event["type"] for event in stream(real_hardwire, fresh_chat(), "tools")}
    assert types == {"user_message", "token", "complete"}

    chat = fresh_chat()
    complete = stream(real_hardwire, chat, "citations")[-1]
    assert [source.keys() for source in complete["message"]["sources"]] == [
        {"url", "title", "description"}
    ] * 3
    assert "[3.4]" not in complete["message"]["content"]
    stored = real_hardwire.get(f"{chat}/messages").json()["messages"][1]
    assert stored == complete["message"]


def test_an_operator_speaks_first_in_the_real_dialect(
    hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    roles = set()
    for chat in real_hardwire.get(f"/users/{user_id(real_hardwire)}/chats").json()["chats"]:
        messages = real_hardwire.get(f"/chats/{chat['id']}/messages").json()["messages"]
        roles.add(messages[0]["role"])
    assert roles == {"user", "system"}


def test_an_error_is_an_event_and_the_question_stays(
    hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    chat = fresh_chat()
    *begun, failed = stream(hardwire, chat, "make an error")
    assert "".join(event.get("delta", "") for event in begun)
    assert failed.keys() == {"type", "error", "message"}
    messages = hardwire.get(f"{chat}/messages").json()["data"]["messages"]
    assert [message["role"] for message in messages] == ["user"]

    failed = stream(real_hardwire, fresh_chat(), "make an error")[-1]
    assert failed["error"]["code"] == "LLM_REQUEST_FAILED"
    assert failed["error"].keys() == {
        "message", "clientMessage", "code", "requestId", "statusCode",
    }  # fmt: skip


def test_the_plain_way_answers_in_one_piece(
    hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    response = hardwire.post(f"{fresh_chat()}/messages", json=send_body(hardwire, "echo hi [3.4]"))
    assert response.status_code == 201
    assert response.json()["data"]["content"] == "echo hi [3.4]"
    assert response.json()["data"]["response"]["content"] == "hi [3.4]"

    body = send_body(real_hardwire, "echo hi")
    response = real_hardwire.post(f"{fresh_chat()}/messages", json=body)
    assert response.status_code == 201
    assert response.json()["userMessage"]["content"] == "echo hi"
    assert response.json()["assistantMessage"]["content"] == "hi"


def test_the_plain_way_fails_with_500_documented_and_201_real(
    hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    body = send_body(hardwire, "error")
    response = hardwire.post(f"{fresh_chat()}/messages", json=body)
    assert response.status_code == 500
    assert response.json()["error"] == "LLM_REQUEST_FAILED"

    body = send_body(real_hardwire, "error")
    response = real_hardwire.post(f"{fresh_chat()}/messages", json=body)
    assert response.status_code == 201
    assert response.json()["assistantMessage"] is None
    assert response.json()["error"]["code"] == "LLM_REQUEST_FAILED"


def test_a_new_title_is_told_to_who_listens(hardwire: httpx.Client) -> None:
    chat = fresh_chat()
    assert hardwire.get(f"{chat}/events").status_code == 404
    stream(hardwire, chat, "error")
    with hardwire.stream("GET", f"{chat}/events") as listening:
        lines = listening.iter_lines()
        connected = json.loads(next(lines).removeprefix("data: "))
        stream(hardwire, chat, "links")
        told = [json.loads(line.removeprefix("data: ")) for line in lines if line]
    chat_id = chat.removeprefix("/chats/")
    assert connected == {"type": "connected", "chatId": chat_id}
    title = "Where to read about terminals"
    assert told == [{"type": "title_updated", "chatId": chat_id, "title": title}]
