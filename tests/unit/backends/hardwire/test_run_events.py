from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.backends.hardwire.run_events import RunDecoder
from tui.backends.http.sse import ServerSentEvent
from tui.errors import AnswerFailed, StreamBroken
from tui.events import (
    Completed,
    StreamEvent,
    TextDelta,
    ToolCalled,
    ToolProgressed,
    ToolReturned,
)
from tui.model import CitationsPart, Role
from tui.safe_text import SafeText, clean


def decoded(*events: object, decoder: RunDecoder | None = None) -> list[StreamEvent]:
    decoder = decoder or RunDecoder()
    return [
        meaning
        for event in events
        for meaning in decoder.decode(ServerSentEvent(data=json.dumps(event)))
    ]


def called(call: int, name: str, arguments: object = None) -> ToolCalled:
    return ToolCalled(call, SafeText(name), arguments)  # type: ignore[arg-type]


def progressed(call: int, note: str) -> ToolProgressed:
    return ToolProgressed(call, SafeText(note))


def snapshot(*steps: object, message: object = None, **run: object) -> dict[str, object]:
    workflow_run = {"id": "r", "status": "running", **run}
    return {
        "type": "snapshot",
        "workflowRun": workflow_run,
        "steps": list(steps),
        "message": message,
    }


def step(name: str, status: str, **more: object) -> dict[str, object]:
    return {"id": f"id-{name}", "toolId": name, "status": status, **more}


def test_the_documented_steps_become_tool_calls() -> None:
    decoder = RunDecoder()
    events = decoded(
        {"type": "run_started"},
        {"type": "step_started", "stepId": "s1", "toolId": "search"},
        {"type": "step_progress", "stepId": "s1", "progress": 0.4, "message": "reading"},
        {"type": "step_completed", "stepId": "s1", "result": {"found": 2}},
        {"type": "step_started", "stepId": "s2", "toolId": "write"},
        {"type": "step_completed", "stepId": "s2", "result": "done"},
        {"type": "run_completed"},
        decoder=decoder,
    )
    assert events == [
        called(0, "search"),
        progressed(0, "40 % · reading"),
        ToolReturned(0, {"found": 2}),
        called(1, "write"),
        ToolReturned(1, "done"),
        Completed(),
    ]
    assert decoder.finished


def test_events_without_a_step_belong_to_the_one_that_runs() -> None:
    assert decoded(
        {"type": "step_started", "toolId": "a"},
        {"type": "step_started", "toolId": "b"},
        {"type": "step_progress", "progress": 10},
        {"type": "step_failed", "error": "no"},
        {"type": "step_completed", "result": 1},
        {"type": "step_completed", "result": 2},
    ) == [
        called(0, "a"),
        called(1, "b"),
        progressed(1, "10 %"),
        ToolReturned(1, "no", failed=True),
        ToolReturned(0, 1),
        called(2, "step"),
        ToolReturned(2, 2),
    ]


def test_a_step_told_twice_is_one_call_and_one_that_runs_again_another() -> None:
    started = {"type": "step_started", "stepId": "s", "toolId": "a"}
    ended = {"type": "step_completed", "stepId": "s", "result": 1}
    assert decoded(started, started, ended, ended, started, ended) == [
        called(0, "a"),
        ToolReturned(0, 1),
        called(1, "a"),
        ToolReturned(1, 1),
    ]


def test_a_result_for_a_step_that_nobody_started_makes_its_call() -> None:
    assert decoded({"type": "step_completed", "stepId": "s9", "result": None}) == [
        called(0, "s9"),
        ToolReturned(0, None),
    ]
    assert decoded({"type": "step_progress", "stepId": "s9", "progress": 1}) == []


@each_row(
    ("fields", "note"),
    [
        ({"progress": 0.4}, "40 %"),
        ({"progress": 40}, "40 %"),
        ({"progress": 1.0}, "100 %"),
        ({"progress": 1}, "1 %"),
        ({"progress": 400, "message": "x\x1b"}, "100 % · x␛"),
        ({"progress": -3}, "0 %"),
        ({"progress": "half"}, "half"),
        ({"progress": {"progress": 5, "message": "five"}}, "5 % · five"),
        ({"message": "only this"}, "only this"),
        ({"progress": 1e400}, "Infinity"),
    ],
)
def test_progress_is_told_in_percent_and_words(fields: dict[str, object], note: str) -> None:
    started = {"type": "step_started", "stepId": "s", "toolId": "a"}
    events = decoded(started, {"type": "step_progress", "stepId": "s", **fields})
    assert events[1:] == [progressed(0, note)]


def test_of_a_snapshot_only_the_differences_are_told() -> None:
    decoder = RunDecoder()
    pending = [step("a", "pending"), step("b", "pending")]
    assert decoded(snapshot(*pending), decoder=decoder) == []
    running = step("a", "running", input={"q": 1})
    assert decoded(snapshot(running, pending[1]), decoder=decoder) == [called(0, "a", {"q": 1})]
    assert decoded(snapshot(running, pending[1]), decoder=decoder) == []
    half = running | {"progress": 0.5}
    assert decoded(snapshot(half, pending[1]), decoder=decoder) == [progressed(0, "50 %")]
    done = step("a", "completed", result=[1])
    second = step("b", "running")
    assert decoded(snapshot(done, second), decoder=decoder) == [
        ToolReturned(0, [1]),
        called(1, "b"),
    ]
    failed = step("b", "failed", error="no\x1b way")
    assert decoded(snapshot(done, failed), decoder=decoder) == [
        ToolReturned(1, "no␛ way", failed=True)
    ]
    assert not decoder.finished


def test_the_first_snapshot_may_hold_all_there_is() -> None:
    message = {
        "id": "m",
        "role": "assistant",
        "content": "whole",
        "sources": [{"url": "https://x.y"}],
    }
    events = decoded(
        snapshot(
            step("a", "completed", result=1),
            {"stepId": "s2", "status": "FAILED", "error": {"code": "X"}},
            {"name": "third", "completedAt": "2025-01-01T00:00:00Z", "output": {"error": "inside"}},
            {"startedAt": "2025-01-01T00:00:00Z"},
            step("skipped", "skipped"),
            message=message,
            status="completed",
        ),
        {"type": "complete", "workflowRunId": "r", "status": "completed"},
    )
    assert events[:-1] == [
        called(0, "a"),
        ToolReturned(0, 1),
        called(1, "s2"),
        ToolReturned(1, {"code": "X"}, failed=True),
        called(2, "third"),
        ToolReturned(2, {"error": "inside"}, failed=True),
        called(3, "step"),
        TextDelta(clean("whole")),
    ]
    (completed,) = events[-1:]
    assert isinstance(completed, Completed)
    assert completed.message is not None
    assert (completed.message_id, completed.message.role) == ("m", Role.ASSISTANT)
    assert isinstance(completed.message.parts[-1], CitationsPart)


def test_steps_with_the_same_id_or_none_are_told_apart_by_their_place() -> None:
    decoder = RunDecoder()
    loop = {"stepId": "s", "toolId": "loop", "status": "completed", "result": 1}
    nameless = {"toolId": "x", "status": "running"}
    assert decoded(snapshot(loop, loop | {"result": 2}, nameless, nameless), decoder=decoder) == [
        called(0, "loop"),
        ToolReturned(0, 1),
        called(1, "loop"),
        ToolReturned(1, 2),
        called(2, "x"),
        called(3, "x"),
    ]
    changed = snapshot(loop, loop | {"result": 2}, nameless, nameless | {"status": "completed"})
    assert decoded(changed, decoder=decoder) == [ToolReturned(3, None)]


def test_a_step_that_is_tried_again_has_its_last_result() -> None:
    events = decoded(
        snapshot(step("a", "failed", error="busy")),
        snapshot(step("a", "running")),
        snapshot(step("a", "completed", result="ok")),
    )
    assert events == [
        called(0, "a"),
        ToolReturned(0, "busy", failed=True),
        ToolReturned(0, "ok"),
    ]


def test_the_answer_grows_and_one_that_was_replaced_is_left_to_the_history() -> None:
    def saying(text: str) -> dict[str, object]:
        return snapshot(message={"id": "m", "role": "assistant", "content": text})

    told = ("", "One", "One", "One two", "Other", "One two three")
    events = decoded(*map(saying, told), {"type": "complete", "status": "completed"})
    texts = [event.text for event in events if isinstance(event, TextDelta)]
    assert texts == ["One", " two", " three"]
    assert isinstance(events[-1], Completed)


def test_the_question_is_not_taken_for_the_answer() -> None:
    question = {"id": "q", "role": "user", "content": "Do it"}
    events = decoded(snapshot(message=question), {"type": "complete", "status": "completed"})
    assert events == [Completed()]


@each_row(
    ("events", "sentence"),
    [
        ([{"type": "run_failed", "error": "Step 2 broke."}], "The workflow failed: Step 2 broke."),
        (
            [{"type": "run_failed", "error": {"message": "deep", "code": "X"}}],
            "The workflow failed: deep.",
        ),
        (
            [{"type": "step_failed", "stepId": "s", "error": "no bed"}, {"type": "run_failed"}],
            "The workflow failed: no bed.",
        ),
        ([{"type": "run_failed"}], "The workflow failed: the server does not say why."),
        (
            [snapshot(error="out of\x1b time"), {"type": "complete", "status": "failed"}],
            "The workflow failed: out of␛ time.",
        ),
        (
            [
                snapshot(step("a", "failed", error="no bed")),
                {"type": "complete", "status": "Failed"},
            ],
            "The workflow failed: no bed.",
        ),
        (
            [{"type": "complete", "status": "cancelled"}],
            "The workflow was stopped at the server before it was done.",
        ),
        (
            [{"type": "error", "error": {"message": "lost", "code": "RUN_LOST"}}],
            "The server could not answer: lost (RUN_LOST).",
        ),
    ],
)
def test_a_run_that_failed_says_why(events: list[object], sentence: str) -> None:
    with pytest.raises(AnswerFailed) as failed:
        decoded(*events)
    assert failed.value.sentence == sentence
    assert not isinstance(failed.value, StreamBroken)


def test_what_makes_no_sense_breaks_and_what_is_unknown_does_not() -> None:
    assert decoded({"type": "heartbeat"}, {}, {"type": None}) == []
    assert list(RunDecoder().decode(ServerSentEvent(event="ping", data="now"))) == []
    with pytest.raises(StreamBroken):
        list(RunDecoder().decode(ServerSentEvent(data="[]")))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
KEYS = ("id", "stepId", "toolId", "status", "progress", "message", "result", "error", "startedAt")
RECORD = st.dictionaries(st.sampled_from(KEYS), JSON)
TYPES = ("run_started", "step_started", "step_progress", "step_completed", "step_failed")


@pytest.mark.slow
@given(
    st.lists(
        st.builds(lambda kind, fields: fields | {"type": kind}, st.sampled_from(TYPES), RECORD)
        | st.builds(
            lambda steps, message: {"type": "snapshot", "steps": steps, "message": message},
            st.lists(RECORD | JSON) | JSON,
            RECORD | JSON,
        ),
        max_size=6,
    )
)
def test_no_shape_of_an_event_raises_and_no_call_is_told_twice(
    events: list[dict[str, object]],
) -> None:
    told = decoded(*events)
    calls = [event.call for event in told if isinstance(event, ToolCalled)]
    assert calls == list(range(len(calls)))
    known: set[int] = set()
    for event in told:
        if isinstance(event, ToolCalled):
            known.add(event.call)
        elif isinstance(event, ToolProgressed | ToolReturned):
            assert event.call in known
