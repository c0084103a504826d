from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.unit.server.hardwire.calls import (
    MODEL,
    events_of,
    fresh_chat,
    send_body,
    stream,
    user_id,
)


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
        # chats of its own: other tests look at those of the demo
        older, newer = fresh_chat(), fresh_chat()
        for chat in (older, newer):
            stream(client, chat, "echo hello")
        before = _listed(client.get(path))
        stream(client, older, "echo still here")
        after = _listed(client.get(path))
        assert [f"/chats/{each['id']}" for each in before[:2]] == [newer, older]
        expected = [older, newer] if moves else [newer, older]
        assert [f"/chats/{each['id']}" for each in after[:2]] == expected
        assert (before[1] in after) is not moves


def _listed(response: httpx.Response) -> list[dict[str, object]]:
    answer = response.json()
    chats: list[dict[str, object]] = answer.get("data", answer)["chats"]
    return chats


def test_the_first_question_makes_the_chat_and_the_answer_names_it(hardwire: httpx.Client) -> None:
    chat = fresh_chat()
    assert hardwire.get(f"{chat}/messages").status_code == 404
    stream(hardwire, chat, "echo hello there")
    chats = hardwire.get(f"/users/{user_id(hardwire)}/chats").json()["data"]["chats"]
    assert chats[0]["id"] == chat.removeprefix("/chats/")
    assert chats[0]["title"] == "Echo hello there"


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
