from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.backends.hardwire.answer_events import AnswerDecoder, answer_failure, message_of
from tui.backends.http.sse import ServerSentEvent
from tui.errors import AnswerFailed, StreamBroken
from tui.events import Completed, Started, StreamEvent, TextDelta, ToolCalled, ToolReturned
from tui.model import Citation, CitationsPart, Role
from tui.safe_text import SafeText, clean


def decoded(*events: object) -> list[StreamEvent]:
    decoder = AnswerDecoder()
    return [
        meaning
        for event in events
        for meaning in decoder.decode(ServerSentEvent(data=json.dumps(event)))
    ]


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_the_documented_dialect() -> None:
    assert decoded(
        {"type": "start", "messageId": "m"},
        {"type": "content", "delta": "a "},
        {"type": "content", "delta": "b"},
        {"type": "end", "messageId": "m"},
    ) == [Started("m"), TextDelta(clean("a ")), TextDelta(clean("b")), Completed("m")]


def test_the_real_dialect() -> None:
    events = decoded(
        {"type": "user_message", "message": {"id": "q", "role": "user", "content": "?"}},
        {"type": "token", "token": "a"},
        {
            "type": "complete",
            "chatId": "c",
            "message": {
                "id": "m",
                "content": "ab",
                "createdAt": "2024-01-01T00:00:00.1+00:00",
                "sources": [{"url": "https://x.y", "title": "X", "description": "d"}],
            },
        },
    )
    assert events[:2] == [Started("q"), TextDelta(clean("a"))]
    (completed,) = events[2:]
    assert isinstance(completed, Completed)
    assert completed.message is not None
    assert (completed.message_id, completed.message.id) == ("m", "m")
    assert completed.message.role is Role.ASSISTANT
    assert completed.message.text == "ab"
    citation = Citation(SafeText(""), SafeText("X"), SafeText("https://x.y"), SafeText("d"))
    assert completed.message.parts[-1] == CitationsPart((citation,))


def test_the_type_may_stand_in_the_name_of_the_event() -> None:
    event = ServerSentEvent(event="token", data='{"token": "x"}')
    assert list(AnswerDecoder().decode(event)) == [TextDelta(clean("x"))]


def test_unknown_events_and_sentinels_mean_nothing() -> None:
    assert decoded({"type": "ping"}, {"type": 7}, {}, {"usage": {}}) == []
    assert list(AnswerDecoder().decode(ServerSentEvent(data="[DONE]"))) == []


def test_an_event_of_an_unknown_name_may_hold_anything() -> None:
    for data in ("ping", "42", "null", "[]"):
        assert list(AnswerDecoder().decode(ServerSentEvent(event="heartbeat", data=data))) == []
    with pytest.raises(StreamBroken):
        list(AnswerDecoder().decode(ServerSentEvent(event="token", data="ping")))


@each_row("data", ["{", "42", "null", '"x"', "[]", "<html>", "[" * 100_000])
def test_what_is_no_object_breaks_the_stream(data: str) -> None:
    with pytest.raises(StreamBroken):
        list(AnswerDecoder().decode(ServerSentEvent(data=data)))


def test_halves_of_a_surrogate_pair_are_joined_across_events() -> None:
    decoder = AnswerDecoder()
    data = ['{"type":"token","token":"x\\ud83d"}', '{"type":"token","token":"\\ude00y"}',
            '{"type":"token","token":"\\ud83d"}', '{"type":"end"}']  # fmt: skip
    events = [e for each in data for e in decoder.decode(ServerSentEvent(data=each))]
    assert text_of(events) == "x\U0001f600y\ufffd"
    assert isinstance(events[-1], Completed)


def test_a_result_belongs_to_the_oldest_open_call_of_its_tool() -> None:
    def call(name: str, argument: int) -> dict[str, object]:
        return {"type": "tool_call", "toolName": name, "toolArgs": {"n": argument}}

    def result(name: str, value: object) -> dict[str, object]:
        return {"type": "tool_result", "toolName": name, "result": value}

    events = decoded(call("a", 1), call("b", 2), call("a", 3), result("b", "B"),
                     result("a", {"error": "no"}), result("a", [1]), result("c", None))  # fmt: skip
    returned = [(e.call, e.result, e.failed) for e in events if isinstance(e, ToolReturned)]
    assert returned == [(1, "B", False), (0, {"error": "no"}, True), (2, [1], False),
                        (3, None, False)]  # fmt: skip
    called = [(e.call, e.name, e.arguments) for e in events if isinstance(e, ToolCalled)]
    assert called[2:] == [(2, "a", {"n": 3}), (3, "c", None)]


def test_tool_values_are_made_safe() -> None:
    (called,) = decoded({"type": "tool_call", "toolName": "a\x1b\n", "toolArgs": {"\x1b": "\x9b"}})
    assert called == ToolCalled(0, SafeText("a␛"), {"␛": "␛["})


@each_row(
    ("event", "sentence", "status", "request_id"),
    [
        (
            {"type": "error", "error": "LLM_REQUEST_FAILED", "message": "The model is busy."},
            "The server could not answer: The model is busy (LLM_REQUEST_FAILED).",
            None,
            None,
        ),
        (
            {
                "type": "error",
                "chatId": "c",
                "error": {
                    "message": "the cause",
                    "clientMessage": "sorry",
                    "code": "LLM_REQUEST_FAILED",
                    "requestId": "r-1",
                    "statusCode": 500,
                },
            },
            "The server could not answer: the cause (LLM_REQUEST_FAILED).",
            500,
            "r-1",
        ),
        ({"type": "error"}, "The server could not answer: it does not say why.", None, None),
        (
            {"type": "error", "error": "only\x1b this"},
            "The server could not answer: only␛ this.",
            None,
            None,
        ),
    ],
)
def test_both_shapes_of_an_error_are_told(
    event: object, sentence: str, status: int | None, request_id: str | None
) -> None:
    with pytest.raises(AnswerFailed) as failed:
        decoded(event)
    assert failed.value.sentence == sentence
    assert failed.value.status == status
    assert failed.value.request_id == request_id


def test_roles_are_known_or_the_systems() -> None:
    def role(name: object) -> Role | None:
        message = message_of({"id": "m", "role": name, "content": "x"})
        return message.role if message else None

    assert role("user") is Role.USER
    assert role("assistant") is Role.ASSISTANT
    assert role("system") is role("tool") is role(None) is Role.SYSTEM
    assert message_of({"role": "user"}) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
TYPES = ("start", "user_message", "content", "token", "tool_call", "tool_result", "end", "complete")
KEYS = ("messageId", "message", "delta", "token", "toolName", "toolArgs", "result", "error")


@pytest.mark.slow
@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(KEYS), JSON))
def test_no_shape_of_an_event_raises(kind: str, fields: dict[str, object]) -> None:
    decoded(fields | {"type": kind})
    assert answer_failure(fields).sentence
