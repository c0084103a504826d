from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

MODEL = "gpt-5.2"


def user_id(client: httpx.Client) -> str:
    return str(client.get("/auth/get-session").json()["user"]["id"])


def send_body(client: httpx.Client, content: str) -> dict[str, object]:
    return {"content": content, "modelId": MODEL, "userId": user_id(client)}


def fresh_chat() -> str:
    return f"/chats/{uuid.uuid4()}"


def events_of(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    frames = response.content.split(b"\n\n")
    assert frames.pop() == b""
    assert all(frame.startswith(b"data: ") and b"\n" not in frame for frame in frames)
    return [json.loads(frame[len(b"data: ") :]) for frame in frames]


def stream(client: httpx.Client, chat: str, content: str) -> list[dict[str, Any]]:
    return events_of(client.post(f"{chat}/messages/stream", json=send_body(client, content)))


def test_documented_answers_are_wrapped_and_real_ones_are_not(
    hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    wrapped, plain = hardwire.get("/models").json(), real_hardwire.get("/models").json()
    assert wrapped == {"data": plain}
    assert {"id": MODEL, "name": "GPT-5.2", "provider": "openai"} in plain["models"]


def test_documented_chats_come_in_pages_with_a_total(hardwire: httpx.Client) -> None:
    path = f"/users/{user_id(hardwire)}/chats"
    everything = hardwire.get(path).json()["data"]
    assert everything["total"] == len(everything["chats"]) >= 12
    page = hardwire.get(path, params={"limit": 5, "offset": 3}).json()["data"]
    assert page == {"chats": everything["chats"][3:8], "total": everything["total"]}
    assert any(chat["title"] is None and chat["snippet"] for chat in everything["chats"])
    ages = [
        datetime.now(UTC) - datetime.fromisoformat(chat["updatedAt"])
        for chat in everything["chats"]
    ]
    assert ages == sorted(ages)
    assert ages[-1] > timedelta(days=60)


def test_real_chats_have_no_total_and_a_short_page_is_not_the_last(
    real_hardwire: httpx.Client,
) -> None:
    path = f"/users/{user_id(real_hardwire)}/chats"
    everything = real_hardwire.get(path).json()
    assert everything.keys() == {"chats"}
    assert all("createdAt" not in chat for chat in everything["chats"])
    sizes, found, offset = [], [], 0
    while page := real_hardwire.get(path, params={"limit": 4, "offset": offset}).json()["chats"]:
        sizes.append(len(page))
        found += page
        offset += 4
    assert found == everything["chats"]
    assert min(sizes[:-1]) == 3


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "ten"}, {"offset": "-1"}])
def test_a_page_that_cannot_be_is_400(hardwire: httpx.Client, query: dict[str, str]) -> None:
    response = hardwire.get(f"/users/{user_id(hardwire)}/chats", params=query)
    assert response.status_code == 400


def test_a_real_chat_does_not_move_up_and_a_documented_one_does(
    hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    for client, moves in ((hardwire, True), (real_hardwire, False)):
        path = f"/users/{user_id(client)}/chats"
        answer = client.get(path).json()
        last = answer.get("data", answer)["chats"][-1]
        stream(client, f"/chats/{last['id']}", "echo still here")
        answer = client.get(path).json()
        chats = answer.get("data", answer)["chats"]
        assert (chats[0]["id"] == last["id"]) is moves
        assert (last in chats) is not moves


def test_the_first_question_makes_the_chat_and_the_answer_names_it(hardwire: httpx.Client) -> None:
    chat = fresh_chat()
    assert hardwire.get(f"{chat}/messages").status_code == 404
    stream(hardwire, chat, "echo hello there")
    chats = hardwire.get(f"/users/{user_id(hardwire)}/chats").json()["data"]["chats"]
    assert chats[0]["id"] == chat.removeprefix("/chats/")
    assert chats[0]["title"] == "Echo hello there"


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


def test_wrong_sends_are_refused_and_store_nothing(hardwire: httpx.Client) -> None:
    chat, good = fresh_chat(), send_body(hardwire, "hello")
    refused = {
        "Unrecognized key: temperature": (400, {**good, "temperature": 1}),
        "modelId must be the id of a model": (400, {**good, "modelId": "gpt-0"}),
        "content and userId must be text": (400, {**good, "content": ""}),
        "userId is not the one signed in": (403, {**good, "userId": "x" * 32}),
        "request entity too large": (500, {**good, "content": "x" * 102_400}),
    }
    for sentence, (status, body) in refused.items():
        for path in (f"{chat}/messages", f"{chat}/messages/stream"):
            response = hardwire.post(path, json=body)
            assert (response.status_code, response.json()["message"]) == (status, sentence)
    assert hardwire.get(f"{chat}/messages").status_code == 404


def test_a_body_of_exactly_the_limit_is_taken(hardwire: httpx.Client) -> None:
    body = send_body(hardwire, "")
    room = 102_400 - len(httpx.Request("POST", "http://x", json=body).content)
    body["content"] = "echo " + "x" * (room - 5)
    response = hardwire.post(f"{fresh_chat()}/messages", json=body)
    assert response.status_code == 201
    assert response.request.headers["content-length"] == "102400"


@pytest.mark.parametrize("tail", ["/", "?a=1"])
def test_a_send_with_a_slash_or_query_is_404(hardwire: httpx.Client, tail: str) -> None:
    for path in (f"{fresh_chat()}/messages", f"{fresh_chat()}/messages/stream"):
        response = hardwire.post(path + tail, json=send_body(hardwire, "hello"))
        assert response.status_code == 404
        assert response.json()["error"] == "ROUTE_NOT_FOUND"


@pytest.mark.parametrize(
    "chat_id",
    ["5", "9B2F8C1E-3A4D-4E5F-8A6B-7C8D9E0F1A2B", "9b2f8c1e-3a4d-1e5f-8a6b-7c8d9e0f1a2b"],
)
def test_a_chat_id_must_be_a_lower_case_uuid4(hardwire: httpx.Client, chat_id: str) -> None:
    body = send_body(hardwire, "hello")
    assert hardwire.post(f"/chats/{chat_id}/messages", json=body).status_code == 400


def test_a_query_on_the_messages_is_400(hardwire: httpx.Client) -> None:
    chat = fresh_chat()
    stream(hardwire, chat, "echo x")
    assert hardwire.get(f"{chat}/messages", params={"limit": 5}).status_code == 400


def test_a_deleted_chat_is_gone_and_its_id_with_it(
    hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    for client, status, content in (
        (hardwire, 204, b""),
        (real_hardwire, 200, b'{"success":true}'),
    ):
        chat = fresh_chat()
        stream(client, chat, "echo x")
        response = client.delete(chat)
        assert (response.status_code, response.content) == (status, content)
        assert client.delete(chat).status_code == 404
        assert client.get(f"{chat}/messages").status_code == 404
        again = client.post(f"{chat}/messages/stream", json=send_body(client, "echo x"))
        assert again.status_code == 404


def test_error_bodies_have_the_shape_of_the_dialect(
    hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    path = f"{fresh_chat()}/messages"
    body = hardwire.get(path).json()
    assert body == {"error": "CHAT_NOT_FOUND", "message": "There is no such chat"}
    body = real_hardwire.get(path).json()
    assert (body["code"], body["statusCode"]) == ("CHAT_NOT_FOUND", 404)
    assert body.keys() == {"message", "clientMessage", "code", "requestId", "statusCode"}
    body = real_hardwire.post(path, json={"extra": 1}).json()
    assert body["error"] == "content and userId must be text"


def test_another_user_id_in_the_path_is_403(hardwire: httpx.Client) -> None:
    for name in ("chats", "workflows", "model-preference"):
        response = hardwire.get(f"/users/{'x' * 32}/{name}")
        assert response.status_code == 403
        assert response.json()["error"] == "USER_ID_MISMATCH"


def test_the_preferred_model_is_kept(hardwire: httpx.Client, real_hardwire: httpx.Client) -> None:
    user = user_id(hardwire)
    path = f"/users/{user}/model-preference"
    assert hardwire.get(path).json() == {"data": {"userId": user, "modelId": None}}
    assert hardwire.post(path, json={"modelId": "lantern-small"}).status_code == 200
    assert hardwire.get(path).json()["data"]["modelId"] == "lantern-small"
    assert hardwire.post(path, json={"modelId": "none"}).status_code == 400

    path = f"/users/{user_id(real_hardwire)}/model-preference"
    assert real_hardwire.get(path).json() == {"modelId": None}
    answer = real_hardwire.post(path, json={"modelId": MODEL}).json()
    assert answer == {"success": True, "modelId": MODEL}


def test_a_workflow_without_a_version_cannot_run(real_hardwire: httpx.Client) -> None:
    path = f"/users/{user_id(real_hardwire)}/workflows"
    (workflow,) = [
        each for each in real_hardwire.get(path).json()["workflows"] if each["version"] is None
    ]
    body = {**send_body(real_hardwire, "echo hi"), "workflowId": workflow["id"]}
    chat = fresh_chat()
    assert real_hardwire.post(f"{chat}/messages", json=body).status_code == 400
    events = events_of(real_hardwire.post(f"{chat}/messages/stream", json=body))
    assert events[-1]["type"] == "complete"
    assert real_hardwire.get(f"{chat}/workflow-runs").json() == {"workflowRuns": []}


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
