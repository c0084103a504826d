from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.plain_http import plain_client
from tui.server import EmbeddedServer
from tui.server.demo import CHATBOTS

PUBLIC, _, PRIVATE = CHATBOTS
NOWHERE = "0" * 32


@pytest.fixture
def session(gpt: httpx.Client) -> str:
    created = gpt.post(f"/chatbot/{PUBLIC.id}/session/create").json()
    return str(created["uuid"])


@pytest.fixture
def keyless(documented: EmbeddedServer) -> Iterator[httpx.Client]:
    with plain_client(base_url=f"{documented.url}/api/v1") as client:
        yield client


def ask(gpt: httpx.Client, session: str, query: str) -> str:
    response = gpt.post(f"/session/{session}/message/stream", json={"query": query})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["transfer-encoding"] == "chunked"
    return response.text


def records(gpt: httpx.Client, session: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = gpt.get(f"/session/{session}/messages").json()
    return found


def test_lists_three_chatbots_with_their_meta(gpt: httpx.Client) -> None:
    chatbots = gpt.get("/chatbots").json()
    assert [chatbot["uuid"] for chatbot in chatbots] == [chatbot.id for chatbot in CHATBOTS]
    assert chatbots[0]["meta"]["visibility"] == "public"
    assert len(chatbots[0]["meta"]["rate_limit"]) == 2
    assert gpt.get(f"/chatbot/{PUBLIC.id}").json() == chatbots[0]
    assert len(gpt.get(f"/chatbot/{PUBLIC.id}/agents").json()) == 1


def test_holds_about_a_dozen_past_sessions_of_different_ages(gpt: httpx.Client) -> None:
    sessions = [
        session
        for chatbot in CHATBOTS
        for session in gpt.get(f"/chatbot/{chatbot.id}/sessions").json()
        if records(gpt, session["uuid"])
    ]
    now = datetime.now(UTC)
    ages = [now - datetime.fromisoformat(session["modified_at"]) for session in sessions]
    assert len(sessions) >= 12
    assert min(ages) < timedelta(hours=1)
    assert max(ages) > timedelta(days=90)
    assert {"uuid", "created_at", "modified_at"} == sessions[0].keys()


@pytest.mark.parametrize("key", ["Bearer wrong", "Basic runnel-demo-key", ""])
def test_refuses_a_wrong_key_everywhere(gpt: httpx.Client, session: str, key: str) -> None:
    gpt.headers["Authorization"] = key
    for response in (
        gpt.get("/chatbots"),
        gpt.post(f"/chatbot/{PUBLIC.id}/session/create"),
        gpt.post(f"/session/{session}/message/stream", json={"query": "hello"}),
    ):
        assert response.status_code == 401
        assert response.json() == {"error": "Invalid API key"}


def test_a_public_chatbot_is_talked_to_without_a_key(keyless: httpx.Client) -> None:
    created = keyless.post(f"/chatbot/{PUBLIC.id}/session/create", json={}).json()
    assert ask(keyless, created["uuid"], "echo hi") == "hi"
    assert keyless.get(f"/session/{created['uuid']}/messages").status_code == 401
    assert keyless.get("/chatbots").status_code == 401
    assert keyless.post(f"/chatbot/{PRIVATE.id}/session/create").status_code == 401


def test_unknown_things_are_404_with_an_error(gpt: httpx.Client) -> None:
    for response in (
        gpt.get(f"/chatbot/{NOWHERE}"),
        gpt.get(f"/chatbot/{NOWHERE}/sessions"),
        gpt.get(f"/session/{NOWHERE}"),
        gpt.get(f"/session/{NOWHERE}/messages"),
        gpt.post(f"/session/{NOWHERE}/message/stream", json={"query": "hello"}),
        gpt.post(f"/session/{NOWHERE}/delete"),
        gpt.post(f"/message/{NOWHERE}/delete"),
        gpt.get("/no-such-route"),
    ):
        assert response.status_code == 404
        assert list(response.json()) == ["error"]


def test_a_wrong_method_is_405_with_an_error(gpt: httpx.Client) -> None:
    response = gpt.post("/chatbots")
    assert response.status_code == 405
    assert list(response.json()) == ["error"]


@pytest.mark.parametrize("body", [{}, {"query": 7}, {"question": "hello"}])
def test_a_missing_query_is_422_with_a_list(
    gpt: httpx.Client, session: str, body: dict[str, object]
) -> None:
    response = gpt.post(f"/session/{session}/message/stream", json=body)
    assert response.status_code == 422
    assert response.json()[0]["loc"] == ["body", "query"]
    assert records(gpt, session) == []


def test_a_body_that_is_not_json_is_400(gpt: httpx.Client, session: str) -> None:
    response = gpt.post(f"/session/{session}/message/stream", content=b"{query")
    assert response.status_code == 400
    assert list(response.json()) == ["error"]


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "42",
        "null",
        "data: x",
        "{",
        "\n\nblank\n\nlines\n",
        "  two  blanks ",
        "👩‍👩‍👧‍👦 日本語",
        "",
    ],
)
def test_echo_answers_exactly_the_text(gpt: httpx.Client, session: str, text: str) -> None:
    assert ask(gpt, session, f"echo {text}") == text
    (record,) = records(gpt, session)
    assert record["query"] == f"echo {text}"
    assert record["response"] == text
    assert record["finish_reason"] == "stop"
    assert record["error_message"] is None


def test_an_answer_without_streaming_is_stored_like_a_streamed_one(
    gpt: httpx.Client, session: str
) -> None:
    response = gpt.post(f"/session/{session}/message/non-stream", json={"query": "echo hi [3.4]"})
    assert response.json() == {"response": "hi [3.4]"}
    assert records(gpt, session)[0]["response"] == "hi [3.4]"


def test_a_transcript_names_the_speakers(gpt: httpx.Client, session: str) -> None:
    ask(gpt, session, "echo one")
    ask(gpt, session, "echo two")
    response = gpt.get(f"/session/{session}/messages/plain-text")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == "User: echo one\nAssistant: one\n\nUser: echo two\nAssistant: two"


def test_citations_are_json_text_keyed_by_the_markers(gpt: httpx.Client, session: str) -> None:
    answer = ask(gpt, session, "with citations please")
    cited = json.loads(str(records(gpt, session)[0]["cite_data_json"]))
    assert set(cited) == {"1.2", "3.4", "5.1", "2.7"}
    assert all(f"[{marker}]" in answer for marker in cited)
    assert cited["3.4"]["type"] == "link"
    assert cited["3.4"]["reference_source_link"].startswith("https://")
    assert cited["2.7"]["file_name"] == "village-oven.pdf"


def test_tools_are_told_after_the_fact(gpt: httpx.Client, session: str) -> None:
    ask(gpt, session, "use your tools")
    meta = json.loads(str(records(gpt, session)[0]["meta_json"]))
    called = meta["functions_called"]
    assert [tool["name"] for tool in called] == ["search_trains", "check_sleeper", "weather"]
    assert "error" in json.loads(called[1]["content"])
    assert meta["actual_token_distribution"]["total_tokens"] > 0


def test_an_error_cuts_the_body_and_leaves_a_record(gpt: httpx.Client, session: str) -> None:
    arrived: list[bytes] = []
    path = f"/session/{session}/message/stream"
    with gpt.stream("POST", path, json={"query": "error"}) as answer:
        pieces = answer.iter_raw()
        with pytest.raises(httpx.RemoteProtocolError):
            arrived.extend(pieces)
    (record,) = records(gpt, session)
    assert record["response"] == b"".join(arrived).decode()
    assert record["error_message"]
    assert record["finish_reason"] == ""


def test_messages_are_deleted_one_by_one_and_together(gpt: httpx.Client, session: str) -> None:
    for number in range(3):
        ask(gpt, session, f"echo {number}")
    first, second, third = (str(record["uuid"]) for record in records(gpt, session))
    assert gpt.post(f"/message/{second}/delete").json() == {"success": True}
    refused = gpt.post("/messages/delete", json={"uuids": [first, second]})
    assert refused.status_code == 422
    assert refused.json() == [{"uuid": second, "error": "not found"}]
    assert len(records(gpt, session)) == 2
    assert gpt.post("/messages/delete", json={"uuids": [first, third]}).json() == {"success": True}
    assert records(gpt, session) == []


def test_a_deleted_session_is_gone(gpt: httpx.Client, session: str) -> None:
    assert gpt.get(f"/session/{session}").json()["uuid"] == session
    assert gpt.post(f"/session/{session}/delete").json() == {"success": True}
    assert gpt.get(f"/session/{session}").status_code == 404
    assert gpt.post(f"/session/{session}/delete").status_code == 404


def test_sessions_are_filtered_by_time_bounds_included(gpt: httpx.Client) -> None:
    path = f"/chatbot/{PUBLIC.id}/sessions"
    start = (datetime.now(UTC) - timedelta(days=10)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    recent = gpt.get(path, params={"start_timestamp": start}).json()
    old = gpt.get(path, params={"end_timestamp": start}).json()
    assert recent
    assert old
    assert len(recent) + len(old) == len(gpt.get(path).json())
    refused = gpt.get(path, params={"start_timestamp": "yesterday"})
    assert refused.status_code == 422
    assert refused.json()[0]["loc"] == ["query", "start_timestamp"]
