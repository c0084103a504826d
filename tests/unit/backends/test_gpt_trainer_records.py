from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.backends.gpt_trainer_records import messages_of
from tui.model import CitationsPart, Message, NotePart, Role, Standing, TextPart, ToolState


def record(uuid: object = "u1", **fields: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "uuid": uuid,
        "query": "Why?",
        "response": "Because.",
        "created_at": "2024-04-06T03:11:17Z",
        "finish_reason": "stop",
    }
    return plain | fields


def answer(**fields: object) -> Message:
    return messages_of([record() | fields])[-1]


def test_a_record_is_a_question_and_an_answer() -> None:
    question, reply = messages_of([record()])
    assert (question.id, question.role, question.text) == ("u1/query", Role.USER, "Why?")
    assert (reply.id, reply.role, reply.text) == ("u1", Role.ASSISTANT, "Because.")
    assert reply.created_at == question.created_at is not None


def test_records_are_put_in_order_and_equals_stay() -> None:
    later, earlier = "2024-04-06T03:11:18.1Z", "2024-04-06T03:11:18.05Z"
    records = [record("c", created_at=later), record("a", created_at=earlier),
               record("b", created_at=earlier)]  # fmt: skip
    answers = [m.id for m in messages_of(records) if m.role is Role.ASSISTANT]
    assert answers == ["a", "b", "c"]


def test_a_record_without_a_time_stays_behind_the_one_before_it() -> None:
    times = {"a": "2024-04-06T03:11:17Z", "b": "?", "c": "2024-04-06T03:11:18Z", "d": None}
    records = [record(uuid, created_at=time) for uuid, time in times.items()]
    answers = [m.id for m in messages_of(records) if m.role is Role.ASSISTANT]
    assert answers == ["a", "b", "c", "d"]


def test_a_broken_record_costs_no_other() -> None:
    records: list[object] = [None, 7, "x", [], {}, {"uuid": None}, record("ok"), {"uuid": "bare"}]
    assert {message.id for message in messages_of(records)} == {"ok/query", "ok", "bare"}


def test_the_text_is_kept_to_the_last_blank_line() -> None:
    text = "\n\n  a\r\n\n\tb  \n\n"
    assert answer(response=text).text == "\n\n  a\n\n\tb  \n\n"


@pytest.mark.parametrize(
    "cited",
    [None, "", "{}", "null", '""', '"\\"\\""', {}, "[", "{", '"{}"', "7", 7, [], [1], {"1": None}],
)
def test_empty_and_broken_citations_are_none(cited: object) -> None:
    assert answer(cite_data_json=cited).parts == (TextPart(answer().text),)


def test_citations_stand_in_the_order_of_their_markers_then_the_rest() -> None:
    cited = {
        "9.9": {"title": "Never referred to"},
        "1.1": {"title": "One", "text": "an\nexcerpt", "type": "url", "url": "https://x.y/1"},
        "3.4": {"file_name": "https://x.y/3", "type": "link"},
        "5.6": {"file_name": "notes.pdf", "reference_source_link": "javascript:alert(1)"},
    }
    text = "First [3.4][1.1], then [3.4] and [5.6], but [1] is a number and [7.7] nothing."
    for form in (json.dumps(cited), cited, json.dumps(json.dumps(cited))):
        (found,) = [
            part
            for part in answer(response=text, cite_data_json=form).parts
            if isinstance(part, CitationsPart)
        ]
        assert [(each.marker, each.title, each.url) for each in found.citations] == [
            ("3.4", "https://x.y/3", "https://x.y/3"),
            ("1.1", "One", "https://x.y/1"),
            ("5.6", "notes.pdf", ""),
            ("", "Never referred to", ""),
        ]
        assert found.citations[1].excerpt == "an\nexcerpt"


def test_functions_called_are_tools_before_the_text() -> None:
    meta = {
        "functions_called": [
            {"name": "search", "content": '{"found": 2}'},
            {"name": "book", "content": '{"error": "full"}'},
            {"name": "say", "content": "plain words"},
            {"name": "nothing", "content": None},
            {"content": {"a": "\x1b[2J"}},
            "broken",
        ]
    }
    reply = answer(meta_json=json.dumps(meta))
    assert [(tool.call, tool.name, tool.result) for tool in reply.tools] == [
        (0, "search", {"found": 2}),
        (1, "book", {"error": "full"}),
        (2, "say", "plain words"),
        (3, "nothing", None),
        (4, "function", {"a": "␛[2J"}),
    ]
    failed = [tool.name for tool in reply.tools if tool.state is ToolState.FAILED]
    assert failed == ["book"]
    assert isinstance(reply.parts[-1], TextPart)
    assert all(tool.arguments is None for tool in reply.tools)


@pytest.mark.parametrize("meta", [None, "", "{}", "null", "[]", '{"functions_called": null}', "{"])
def test_no_functions_are_no_tools(meta: object) -> None:
    assert answer(meta_json=meta).tools == ()


def test_an_error_without_a_text_is_a_failed_answer() -> None:
    reply = answer(response="", error_message="The model\nis \x1b[31mbusy")
    assert reply.failure is not None
    assert reply.failure.sentence == "The model is ␛[31mbusy"
    assert reply.parts == ()


def test_an_error_beside_a_text_marks_it_incomplete() -> None:
    reply = answer(error_message="The model stopped")
    assert reply.failure is not None
    assert reply.failure.sentence == "The model stopped"
    assert reply.standing is Standing.PARTIAL
    assert reply.text == "Because."


def test_a_cut_answer_says_so() -> None:
    (note,) = [p for p in answer(finish_reason="length").parts if isinstance(p, NotePart)]
    assert "cut" in note.text


def test_an_empty_answer_says_that_there_is_none_yet() -> None:
    for empty in ("", None):
        reply = answer(response=empty)
        assert reply.failure is None
        assert [type(part) for part in reply.parts] == [NotePart]


def test_words_of_an_operator_stand_without_a_question() -> None:
    (message,) = messages_of([record(query="", response="Operator here.")])
    assert message.role is Role.ASSISTANT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
KEYS = ("query", "response", "created_at", "finish_reason", "cite_data_json", "meta_json",
        "error_message")  # fmt: skip


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), JSON | JSON.map(json.dumps)))
def test_no_shape_of_a_record_raises(fields: dict[str, object]) -> None:
    assert messages_of([{"uuid": "u", **fields}])[-1].id == "u"
