from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

import httpx
import pytest

from tests.fakes import present
from tests.tables import each_row
from tests.unit.backends.hardwire.site import (
    SEND,
    SIGN_IN,
    STREAM,
    USER,
    Route,
    Site,
    events_of,
    framed,
    giving,
)
from tui.errors import (
    AccessRefused,
    AnswerFailed,
    NotFound,
    NotOffered,
    RunnelError,
    ServerFailed,
    StreamBroken,
)
from tui.events import Completed, Started, StreamEvent, TextDelta, ToolCalled, ToolReturned
from tui.model import Run
from tui.safe_text import SafeText, clean

WORKFLOWS = f"GET /api/users/{USER['id']}/workflows"
RUNS = "GET /api/chats/c/workflow-runs"
RUN = "GET /api/chats/c/workflow-runs/r1/stream"

STEPS = [
    {"type": "step_started", "stepId": "s", "toolId": "look"},
    {"type": "step_completed", "stepId": "s", "result": 1},
]
TOLD = [ToolCalled(0, SafeText("look"), None), ToolReturned(0, 1)]
ENDED = {"type": "run_completed"}


async def gather(events: AsyncGenerator[StreamEvent, None], came: list[StreamEvent]) -> None:
    """Add the events to `came` one by one, so that those before an error are there too."""
    async with aclosing(events):
        async for event in events:
            came += [event]


async def gathered(events: AsyncGenerator[StreamEvent, None]) -> list[StreamEvent]:
    came: list[StreamEvent] = []
    await gather(events, came)
    return came


def started(**reply: object) -> Route:
    question = {"id": "q", "role": "user", "content": "go"}
    return giving({"userMessage": question, "assistantMessage": None, "chatId": "c", **reply}, 201)


WORKFLOW = {"id": "w", "name": "Trip\x1b", "description": "Plans\n a trip", "version": 3}


@each_row(
    "answer",
    [
        {"workflows": [WORKFLOW]},
        {"data": {"workflows": [WORKFLOW]}},
        {"data": [WORKFLOW]},
        [WORKFLOW],
    ],
)
async def test_workflows_come_in_every_wrapping(answer: object) -> None:
    (workflow,) = await present(Site({WORKFLOWS: giving(answer)}).backend().workflows).available()
    assert (workflow.id, workflow.name, workflow.detail) == ("w", "Trip␛", "Plans a trip")
    assert workflow.runnable


async def test_a_workflow_without_a_version_cannot_run() -> None:
    listed = [
        WORKFLOW | {"version": None, "description": None},
        {"id": "plain"},
        {"name": "no id"},
        None,
    ]
    unpublished, plain = await present(
        Site({WORKFLOWS: giving({"workflows": listed})}).backend().workflows
    ).available()
    assert (unpublished.runnable, unpublished.detail) == (False, "")
    assert (plain.runnable, plain.name) == (True, "plain")


async def test_an_answer_that_is_no_list_is_no_empty_list() -> None:
    for answer in ({"error": "Busy"}, {}, None, 7):
        with pytest.raises(ServerFailed, match="could not read"):
            await present(Site({WORKFLOWS: giving(answer)}).backend().workflows).available()


@each_row(
    "reply",
    [
        started(workflowRunId="r1"),
        giving({"data": {"id": "q", "role": "user", "response": None, "workflowRunId": "r1"}}, 201),
        giving({"id": "q", "role": "user", "response": {"workflowRunId": "r1"}}, 201),
        started(workflowRun={"id": "r1"}),
    ],
)
async def test_a_run_starts_with_the_plain_send_and_is_followed(reply: Route) -> None:
    site = Site({SEND: reply, RUN: events_of(*framed(*STEPS, ENDED))})
    events = await gathered(present(site.backend().workflows).run("c", "m", "w", "go"))
    assert events == [Started("q"), *TOLD, Completed()]
    (send,) = site.asked(SEND)
    assert json.loads(send.content) == {
        "content": "go", "modelId": "m", "userId": USER["id"], "workflowId": "w",
    }  # fmt: skip
    (follow,) = site.asked(RUN)
    assert follow.content == b""
    assert follow.headers["accept"] == "text/event-stream"
    assert site.asked(STREAM) == []


async def test_a_run_that_goes_on_already_is_told_and_nothing_is_sent_again() -> None:
    refusal = {"code": "WORKFLOW_RUN_IN_PROGRESS", "message": "m", "clientMessage": "c"}
    site = Site({SEND: giving(refusal, 409)})
    with pytest.raises(ServerFailed, match="A workflow is running in this session already") as told:
        await gathered(present(site.backend().workflows).run("c", "m", "w", "go"))
    assert told.value.status == 409
    assert len(site.asked(SEND)) == 1


async def test_a_created_run_may_be_a_failure() -> None:
    failed = started(error={"message": "No tool", "code": "TOOL_MISSING"})
    backend = Site({SEND: failed}).backend()
    async with aclosing(present(backend.workflows).run("c", "m", "w", "go")) as events:
        assert await anext(events) == Started("q")
        with pytest.raises(AnswerFailed, match=r"No tool \(TOOL_MISSING\)"):
            await anext(events)
    nothing = Site({SEND: started()}).backend()
    with pytest.raises(AnswerFailed, match="no answer"):
        await gathered(present(nothing.workflows).run("c", "m", "w", "go"))


async def test_a_workflow_that_answers_at_once_needs_no_run() -> None:
    message = {"id": "a", "role": "assistant", "content": "there"}
    backend = Site({SEND: started(assistantMessage=message)}).backend()
    events = await gathered(present(backend.workflows).run("c", "m", "w", "go"))
    assert events[:2] == [Started("q"), TextDelta(clean("there"))]
    assert isinstance(events[2], Completed)
    assert events[2].message_id == "a"


@each_row("status", [400, 403, 404, 429, 500, 503])
async def test_a_start_is_never_repeated(status: int) -> None:
    site = Site({SEND: giving({"code": "X", "message": "m"}, status)})
    with pytest.raises(RunnelError):
        await gathered(present(site.backend().workflows).run("c", "m", "w", "go"))
    assert len(site.asked(SEND)) == 1


async def test_a_start_turned_away_for_want_of_a_sign_in_goes_out_again() -> None:
    site = Site(
        {
            SEND: [giving({}, 401), started(workflowRunId="r1")],
            RUN: [giving({}, 401), events_of(*framed(ENDED))],
        }
    )
    assert await gathered(present(site.backend().workflows).run("c", "m", "w", "go")) == [
        Started("q"),
        Completed(),
    ]
    assert len(site.asked(SEND)) == len(site.asked(RUN)) == 2
    assert len(site.asked(SIGN_IN)) == 3


@each_row(
    "pieces",
    [
        framed(*STEPS),
        [*framed(*STEPS), httpx.ReadError("?")],
        [*framed(*STEPS), b'data: {"type":"run_comp'],
        [*framed(*STEPS), b"data: [1]\n\n"],
    ],
)
async def test_a_run_whose_stream_ends_before_it_does_is_broken(
    pieces: list[bytes | Exception],
) -> None:
    came: list[StreamEvent] = []
    with pytest.raises(StreamBroken):
        await gather(
            present(Site({RUN: events_of(*pieces)}).backend().workflows).follow("c", "r1"), came
        )
    assert came == TOLD


async def test_a_run_is_followed_one_byte_at_a_time_with_any_line_ends() -> None:
    body = b"".join(framed(*STEPS, ENDED))
    for odd in (body, body.replace(b"\n", b"\r\n"), body.replace(b"\n", b"\r")):
        noise = b"\xef\xbb\xbf: hello\nid: 7\n\n" + odd
        pieces = [noise[at : at + 1] for at in range(len(noise))]
        site = Site({RUN: events_of(*pieces)})
        assert await gathered(present(site.backend().workflows).follow("c", "r1")) == [
            *TOLD,
            Completed(),
        ]


async def test_nothing_is_read_after_the_end_of_a_run() -> None:
    site = Site({RUN: events_of(*framed(ENDED), b"data: {broken\n\n")})
    assert await gathered(present(site.backend().workflows).follow("c", "r1")) == [Completed()]


async def test_an_unknown_run_is_not_found() -> None:
    site = Site({RUN: giving({"code": "WORKFLOW_RUN_NOT_FOUND", "message": "m"}, 404)})
    with pytest.raises(NotFound):
        await gathered(present(site.backend().workflows).follow("c", "r1"))


def run(name: str, status: str, day: int, ended: str | None = None) -> dict[str, object]:
    return {
        "id": name,
        "status": status,
        "startedAt": f"2025-01-0{day}T00:00:00Z",
        "completedAt": ended,
        "triggerMessageId": f"q-{name}",
        "steps": [],
    }


@pytest.mark.parametrize("wrapped", [True, False])
async def test_the_newest_run_that_is_not_over_is_the_one_that_runs(wrapped: bool) -> None:
    listed: list[object] = [
        run("old", "running", 1),
        run("new", "in_progress", 3),
        run("middle", "pending", 2),
        run("done", "completed", 4),
        run("failed", "Failed", 5),
        run("cancelled", "cancelled", 6),
        run("odd", "running", 7, "2025-01-07T01:00:00Z"),
        {"status": "running", "startedAt": "2025-01-09T00:00:00Z"},
        None,
    ]
    runs: object = {"workflowRuns": listed}
    site = Site({RUNS: giving({"data": runs} if wrapped else runs)})
    assert await present(site.backend().workflows).running("c") == Run("new", "q-new")


@each_row(
    "answer",
    [
        giving({"workflowRuns": []}),
        giving({"workflowRuns": [run("done", "completed", 1)]}),
        giving({"code": "CHAT_NOT_FOUND", "message": "m"}, 404),
        giving({"code": "ROUTE_NOT_FOUND", "message": "m"}, 404),
        lambda _: httpx.Response(405),
    ],
)
async def test_where_nothing_runs_there_is_no_run(answer: Route) -> None:
    backend = Site({RUNS: answer}).backend()
    assert await present(backend.workflows).running("c") is None
    assert backend.workflows is not None


@pytest.mark.parametrize(
    "answer",
    [giving({"code": "ROUTE_NOT_FOUND"}, 404), lambda _: httpx.Response(405)],
)
async def test_a_host_without_workflows_is_asked_once(answer: Route) -> None:
    site = Site({WORKFLOWS: answer})
    backend = site.backend()
    workflows = present(backend.workflows)
    for _ in range(2):
        with pytest.raises(NotOffered, match="cannot run workflows"):
            await workflows.available()
    assert backend.workflows is None
    assert len(site.asked(WORKFLOWS)) == 1


async def test_other_refusals_do_not_mean_that_there_are_no_workflows() -> None:
    for status, kind in ((403, AccessRefused), (500, ServerFailed)):
        backend = Site({WORKFLOWS: giving({"code": "X", "message": "m"}, status)}).backend()
        with pytest.raises(kind):
            await present(backend.workflows).available()
        assert backend.workflows is not None
