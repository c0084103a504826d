from __future__ import annotations

import httpx
import pytest

from tests.tables import each_row
from tests.unit.backends.hardwire.site import COOKIE, MESSAGES, Route, Site, giving
from tui.model import Message, MessageStatus, Role, ToolState

RUNS = "GET /api/chats/c/workflow-runs"
STEPS = [
    {"id": "1", "toolId": "look", "status": "completed", "input": {"a": 1}, "result": [1]},
    {"id": "2", "toolId": "book", "status": "failed", "error": "Closed"},
    {"id": "3", "toolId": "tell", "status": "pending"},
]


def stored(*names: str) -> Route:
    """A history of questions `q…` and answers `a…`."""
    roles = {"q": "user", "a": "assistant", "s": "system"}
    records = [{"id": name, "role": roles[name[0]], "content": f"text {name}"} for name in names]
    return giving({"messages": records})


def run(question: str, status: str, **more: object) -> dict[str, object]:
    at = "2025-01-01T00:00:00Z"
    return {"id": f"r-{question}", "status": status, "startedAt": at, "triggerMessageId": question,
            "completedAt": at if status != "running" else None, "steps": STEPS, **more}  # fmt: skip


def ran(*runs: object) -> Route:
    return giving({"workflowRuns": list(runs)})


async def read(history: Route, runs: Route) -> list[Message]:
    return await Site({MESSAGES: history, RUNS: runs}).backend().messages("c")


async def test_the_steps_of_a_run_stand_before_its_answer() -> None:
    _, answer, *_ = await read(stored("q1", "a1", "q2", "a2"), ran(run("q1", "completed")))
    assert [(each.name, each.state) for each in answer.tools] == [
        ("look", ToolState.DONE), ("book", ToolState.FAILED),
    ]  # fmt: skip
    assert answer.tools[0].arguments == {"a": 1}
    assert answer.tools[1].result == "Closed"
    assert (answer.text, answer.failure, answer.status) == ("text a1", None, MessageStatus.STORED)


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (("q1",), ["q1", "local-run-r-q1"]),
        (("q1", "q2", "a2"), ["q1", "local-run-r-q1", "q2", "a2"]),
        (("q1", "s1", "q2"), ["q1", "s1", "local-run-r-q1", "q2"]),
    ],
)
async def test_a_run_that_left_no_answer_tells_why(
    names: tuple[str, ...], order: list[str]
) -> None:
    messages = await read(stored(*names), ran(run("q1", "failed", error="No more trains")))
    assert [each.id for each in messages] == order
    (told,) = [each for each in messages if each.id.startswith("local-run")]
    assert told.failure is not None
    assert told.failure.sentence == "The workflow failed: No more trains."
    assert (told.role, len(told.tools)) == (Role.ASSISTANT, 2)


@each_row(
    ("more", "words"),
    [
        ({}, "failed: Closed."),
        ({"steps": []}, "does not say why"),
        ({"error": {"message": "Deep"}}, "failed: Deep."),
        ({"status": "cancelled"}, "was stopped at the server"),
        ({"error": "\x1b]52;c;x\x07"}, "␛]52;c;x␇"),
    ],
)
async def test_the_reason_of_a_run_is_found_wherever_it_stands(
    more: dict[str, object], words: str
) -> None:
    *_, answer = await read(stored("q1", "a1"), ran(run("q1", "failed") | more))
    assert answer.failure is not None
    assert words in answer.failure.sentence
    assert answer.text == "text a1"


async def test_a_reason_does_not_tell_our_secret() -> None:
    said = f"Cookie was {COOKIE.partition('=')[2].lower()}"
    *_, answer = await read(stored("q1"), ran(run("q1", "failed", error=said)))
    assert answer.failure is not None
    assert "Cookie was •••" in answer.failure.sentence


ODD_RUNS: list[object] = [
    None, 7, "run", [], {}, {"id": "r"}, {"triggerMessageId": "q1"}, run("q1", "failed", id=None),
    run("q1", "failed", steps=None), run("q1", "failed", steps=[None, 7, {}, {"id": {}}]),
    run("q1", "failed", steps={"a": 1}), run("nobody", "failed"), run("a1", "failed"),
    run("q1", "completed", error=[["deep"] * 3]), {**run("q1", "failed"), "status": 7},
    run("q1", "failed", completedAt="0001-01-01T00:00:00Z"), run("q1", "odd"), run("", "failed"),
]  # fmt: skip


@each_row("odd", ODD_RUNS)
async def test_a_run_of_any_shape_leaves_the_history_readable(odd: object) -> None:
    for runs in (ran(odd), ran(odd, odd, run("q2", "completed")), giving(odd)):
        messages = await read(stored("q1", "a1", "q2", "a2"), runs)
        assert [each.text for each in messages if each.text] == [
            "text q1", "text a1", "text q2", "text a2",
        ]  # fmt: skip


@each_row("status", [400, 401, 403, 500, 404])
async def test_a_history_without_its_runs_is_shown_all_the_same(status: int) -> None:
    messages = await read(stored("q1", "a1"), giving({"code": "X", "message": "m"}, status))
    assert [each.id for each in messages] == ["q1", "a1"]


async def test_runs_are_asked_for_once_for_each_question() -> None:
    histories = [stored("q1", "a1"), stored("q1", "a1"), stored("q1", "a1", "q2"), stored("q1")]
    site = Site({MESSAGES: [*histories], RUNS: ran(run("q1", "completed"))})
    backend = site.backend()
    assert [len((await backend.messages("c"))[1].tools) for _ in range(4)] == [2] * 4
    assert len(site.asked(RUNS)) == 2


async def test_a_run_that_goes_on_is_asked_for_until_it_is_over() -> None:
    runs = [ran(run("q1", "running")), ran(run("q1", "failed", error="Late"))]
    site = Site({MESSAGES: stored("q1"), RUNS: [*runs]})
    backend = site.backend()
    assert [len(await backend.messages("c")) for _ in range(3)] == [1, 2, 2]
    assert len(site.asked(RUNS)) == 2


@pytest.mark.parametrize(
    ("answer", "calls"),
    [
        (giving({"code": "ROUTE_NOT_FOUND", "message": "m"}, 404), 1),
        (lambda _: httpx.Response(405), 1),
        (giving({"error": "Not Found", "message": "m"}, 404), 2),
    ],
)
async def test_a_server_that_lists_no_runs_is_soon_not_asked_any_more(
    answer: Route, calls: int
) -> None:
    chats = [f"c{number}" for number in range(5)]
    routes: dict[str, Route | list[Route]] = {}
    for chat in chats:
        routes[f"GET /api/chats/{chat}/messages"] = stored("q1", "a1")
        routes[f"GET /api/chats/{chat}/workflow-runs"] = answer
    site = Site(routes)
    backend = site.backend()
    for chat in chats:
        assert len(await backend.messages(chat)) == 2
    asked = [each for each in site.requests if each.url.path.endswith("/workflow-runs")]
    assert len(asked) == calls
