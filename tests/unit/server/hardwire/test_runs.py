from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.unit.server.conftest import signed_in
from tests.unit.server.hardwire.calls import (
    events_of,
    fresh_chat,
    send_body,
    user_id,
)
from tests.waiting import LOOK_S
from tui.server import Dialect, EmbeddedServer

PATIENCE_S = 20.0


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        # what is waited for would share the processor with the next look
        time.sleep(LOOK_S)


def workflows(client: httpx.Client) -> dict[str, dict[str, Any]]:
    """Return the workflows by the first part of their ids."""
    told = client.get(f"/users/{user_id(client)}/workflows").json()
    records = told["data"] if "data" in told else told["workflows"]
    return {record["id"].rpartition("-")[0]: record for record in records}


def begin(client: httpx.Client, chat: str, name: str) -> httpx.Response:
    body = {**send_body(client, "Lisbon, please"), "workflowId": workflows(client)[name]["id"]}
    return client.post(f"{chat}/messages", json=body)


def follow(client: httpx.Client, chat: str, run_id: str) -> list[dict[str, Any]]:
    return events_of(client.get(f"{chat}/workflow-runs/{run_id}/stream"))


def runs(client: httpx.Client, chat: str) -> list[dict[str, Any]]:
    told = client.get(f"{chat}/workflow-runs").json()
    records: list[dict[str, Any]] = told.get("data", told)["workflowRuns"]
    return records


def messages(client: httpx.Client, chat: str) -> list[dict[str, Any]]:
    told = client.get(f"{chat}/messages").json()
    records: list[dict[str, Any]] = told.get("data", told)["messages"]
    return records


@pytest.fixture(params=list(Dialect))
def unhurried(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A server whose runs last longer than any test."""
    with EmbeddedServer(pace=50, dialect=request.param) as server, signed_in(server) as client:
        yield client


def test_three_workflows_can_run_and_one_is_not_published(
    hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    for client in (hardwire, real_hardwire):
        versions = {name: record["version"] for name, record in workflows(client).items()}
        assert versions == {
            "stock-check": 1,
            "travel-book": 2,
            "trip-brief": 3,
            "weekly-digest": None,
        }
    assert isinstance(hardwire.get(f"/users/{user_id(hardwire)}/workflows").json()["data"], list)


@pytest.mark.parametrize("dialect", Dialect)
def test_in_a_busy_world_a_run_goes_on_in_a_past_chat_from_the_first_look_on(
    dialect: Dialect,
) -> None:
    with EmbeddedServer(pace=50, dialect=dialect, busy=True) as server, signed_in(server) as client:
        for _ in range(2):
            chats = client.get(f"/users/{user_id(client)}/chats").json()
            chat, run = next(
                (f"/chats/{each['id']}", run)
                for each in chats.get("data", chats)["chats"]
                for run in runs(client, f"/chats/{each['id']}")
            )
            assert run["status"] == "running"
            assert messages(client, chat)[-1]["id"] == run["triggerMessageId"]
    assert not server.received


def test_a_documented_run_tells_its_steps_and_stores_its_answer(hardwire: httpx.Client) -> None:
    chat = fresh_chat()
    begun = begin(hardwire, chat, "trip-brief")
    assert begun.status_code == 201
    reply = begun.json()["data"]
    assert (reply["role"], reply["content"], reply["response"]) == ("user", "Lisbon, please", None)
    events = follow(hardwire, chat, reply["workflowRunId"])
    types = [event["type"] for event in events]
    assert (types[0], types[-1]) == ("run_started", "run_completed")
    tools = [event["toolId"] for event in events if event["type"] == "step_started"]
    assert tools == ["read_timetable", "measure_walk", "weather", "write_brief"]
    assert types.count("step_completed") == 4
    assert events[2] == {"type": "step_progress", "progress": 0.35, "message": "12 of 34 pages"}
    question, answer = messages(hardwire, chat)
    assert question["id"] == reply["id"]
    assert answer["content"].startswith("## Lisbon, over night")


def test_a_real_run_tells_everything_at_every_change(real_hardwire: httpx.Client) -> None:
    chat = fresh_chat()
    reply = begin(real_hardwire, chat, "trip-brief").json()
    assert reply.keys() == {"userMessage", "assistantMessage", "chatId", "workflowRunId"}
    assert reply["assistantMessage"] is None
    *snapshots, last = follow(real_hardwire, chat, reply["workflowRunId"])
    assert last == {
        "type": "complete",
        "workflowRunId": reply["workflowRunId"],
        "status": "completed",
    }
    assert {event["type"] for event in snapshots} == {"snapshot"}
    whole = snapshots[-1]
    assert [step["status"] for step in whole["steps"]] == ["completed"] * 4
    assert whole["workflowRun"]["triggerMessageId"] == reply["userMessage"]["id"]
    stored = messages(real_hardwire, chat)[-1]
    assert whole["message"]["id"] == stored["id"]
    assert whole["message"]["content"] == stored["content"]


def test_a_run_that_is_over_is_told_again_from_its_beginning(
    hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    for client, ending in ((hardwire, "run_completed"), (real_hardwire, "complete")):
        chat = fresh_chat()
        begin(client, chat, "trip-brief")
        wait_for(lambda client=client, chat=chat: len(messages(client, chat)) == 2)  # type: ignore[misc]
        (record,) = runs(client, chat)
        assert record["status"] == "completed"
        assert record["completedAt"]
        assert follow(client, chat, record["id"])[-1]["type"] == ending


def test_a_step_that_fails_ends_the_run_and_leaves_the_question_alone(
    hardwire: httpx.Client, real_hardwire: httpx.Client
) -> None:
    chat = fresh_chat()
    run_id = begin(hardwire, chat, "stock-check").json()["data"]["workflowRunId"]
    events = follow(hardwire, chat, run_id)
    error = "The shop does not take orders after 18:00"
    assert events[-2:] == [
        {"type": "step_failed", "error": error},
        {"type": "run_failed", "workflowRunId": run_id, "error": error},
    ]
    assert [message["role"] for message in messages(hardwire, chat)] == ["user"]

    chat = fresh_chat()
    run_id = begin(real_hardwire, chat, "stock-check").json()["workflowRunId"]
    *_, whole, last = follow(real_hardwire, chat, run_id)
    assert last["status"] == "failed"
    statuses = [step["status"] for step in whole["steps"]]
    assert statuses == ["completed", "failed", "pending"]
    assert whole["steps"][1]["error"] == whole["workflowRun"]["error"] == error
    assert [message["role"] for message in messages(real_hardwire, chat)] == ["user"]


def test_while_a_run_goes_on_no_other_begins_in_its_chat(unhurried: httpx.Client) -> None:
    chat = fresh_chat()
    assert begin(unhurried, chat, "trip-brief").status_code == 201
    refused = begin(unhurried, chat, "trip-brief")
    assert refused.status_code == 409
    assert "WORKFLOW_RUN_IN_PROGRESS" in refused.text
    assert len(messages(unhurried, chat)) == 1
    (record,) = runs(unhurried, chat)
    assert (record["status"], record["completedAt"]) == ("running", None)
    assert record["steps"][0]["status"] == "running"
    assert begin(unhurried, fresh_chat(), "trip-brief").status_code == 201


@pytest.mark.slow
@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_run_goes_on_when_its_reader_leaves(dialect: Dialect) -> None:
    with EmbeddedServer(pace=0.1, dialect=dialect) as server, signed_in(server) as client:
        chat = fresh_chat()
        reply = begin(client, chat, "trip-brief").json()
        run_id = reply.get("data", reply)["workflowRunId"]
        with client.stream("GET", f"{chat}/workflow-runs/{run_id}/stream") as stream:
            next(stream.iter_lines())
        wait_for(lambda: len(messages(client, chat)) == 2)
        assert runs(client, chat)[0]["status"] == "completed"


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_server_that_stops_breaks_its_runs_off(dialect: Dialect) -> None:
    with EmbeddedServer(pace=50, dialect=dialect) as server:
        chat = fresh_chat()
        with signed_in(server) as client:
            begin(client, chat, "trip-brief")
        server.stop()
        server.start()
        with signed_in(server) as client:
            (record,) = runs(client, chat)
            assert record["status"] == "failed"
            assert "stopped" in record["error"]
            assert begin(client, chat, "trip-brief").status_code == 201


def test_what_does_not_exist_is_404(hardwire: httpx.Client) -> None:
    chat = fresh_chat()
    body = {**send_body(hardwire, "go"), "workflowId": "none"}
    unknown = hardwire.post(f"{chat}/messages", json=body)
    assert (unknown.status_code, unknown.json()["error"]) == (404, "WORKFLOW_NOT_FOUND")
    assert hardwire.get(f"{chat}/messages").status_code == 404
    begin(hardwire, chat, "trip-brief")
    missing = hardwire.get(f"{chat}/workflow-runs/none/stream")
    assert (missing.status_code, missing.json()["error"]) == (404, "WORKFLOW_RUN_NOT_FOUND")


def test_the_stream_pays_no_heed_to_a_workflow(real_hardwire: httpx.Client) -> None:
    chat = fresh_chat()
    workflow = workflows(real_hardwire)["trip-brief"]["id"]
    body = {**send_body(real_hardwire, "echo hi"), "workflowId": workflow}
    events = events_of(real_hardwire.post(f"{chat}/messages/stream", json=body))
    assert events[-1]["message"]["content"] == "hi"
    assert runs(real_hardwire, chat) == []
