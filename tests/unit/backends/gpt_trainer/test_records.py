from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.backends.base import MAX_ROWS
from tui.backends.gpt_trainer.records import (
    CUT_AT_LIMIT,
    NO_ANSWER_YET,
    exchange_id,
    messages_of,
)
from tui.backends.json_reading import MAX_MESSAGE_CHARS
from tui.model import CitationsPart, Message, MessageStatus, NotePart, Role, TextPart, ToolState
from tui.safe_text import clean


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


EARLIER, LATER = "2024-04-06T03:11:18.05Z", "2024-04-06T03:11:18.1Z"


def test_records_are_put_in_order_and_equals_stay() -> None:
    times = {"a": EARLIER, "b": EARLIER, "d": LATER, "c": EARLIER, "e": LATER}
    records = [record(uuid, created_at=time) for uuid, time in times.items()]
    answers = [m.id for m in messages_of(records) if m.role is Role.ASSISTANT]
    assert answers == ["a", "b", "c", "d", "e"]


def test_records_that_come_newest_first_are_turned_round_equals_too() -> None:
    times = {"c": LATER, "b": EARLIER, "a": EARLIER}
    records = [record(uuid, created_at=time) for uuid, time in times.items()]
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


@each_row(
    "cited",
    [None, "", " ", "{}", "null", '""', '"\\"\\""', {}, "[", "{", '"{}"', "7", 7, [], "[]", [1],
     {"1": None}, "true", True, "{'3.4': {}}", '{"3.4": {"title": "cut', "\x00", "undefined"],
)  # fmt: skip
def test_empty_and_broken_citations_are_none(cited: object) -> None:
    text = "Because [1]. [3.4]"
    assert answer(response=text, cite_data_json=cited).parts == (TextPart(clean(text)),)


def test_missing_citations_are_none() -> None:
    assert answer().parts == (TextPart(clean("Because.")),)


@each_row(
    ("entry", "title", "url"),
    [
        ({"title": "T", "type": "link", "reference_source_link": "https://a.b/1"}, "T",
         "https://a.b/1"),
        ({"title": "T", "type": "url", "url": "https://a.b/2", "file_name": "x"}, "T",
         "https://a.b/2"),
        ({"type": "link", "file_name": "https://a.b/3"}, "https://a.b/3", "https://a.b/3"),
        ({"type": "link", "reference_source_link": None, "url": "no", "file_name": "f"}, "f", ""),
        ({"title": 7, "url": {"a": 1}, "file_name": None}, "Source 1", ""),
        ({}, "Source 1", ""),
        ("just words", "just words", ""),
    ],
)  # fmt: skip
def test_an_entry_of_any_form_is_a_source(entry: object, title: str, url: str) -> None:
    reply = answer(response="See [3.4].", cite_data_json=json.dumps({"3.4": entry}))
    (part,) = [part for part in reply.parts if isinstance(part, CitationsPart)]
    (found,) = part.citations
    assert (found.marker, found.title, found.url, found.excerpt) == ("3.4", title, url, "")


def test_sources_without_markers_come_as_they_are_listed() -> None:
    listed = [{"title": "One"}, None, {"title": "Two"}]
    (part,) = answer(cite_data_json=json.dumps(listed)).parts[1:]
    assert isinstance(part, CitationsPart)
    assert [(each.marker, each.title) for each in part.citations] == [("", "One"), ("", "Two")]


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
            "named_only",
            None,
            7,
        ]
    }
    reply = answer(meta_json=json.dumps(meta))
    assert [(tool.call, tool.name, tool.result) for tool in reply.tools] == [
        (0, "search", {"found": 2}),
        (1, "book", {"error": "full"}),
        (2, "say", "plain words"),
        (3, "nothing", None),
        (4, "function", {"a": "␛[2J"}),
        (5, "named_only", None),
    ]
    failed = [tool.name for tool in reply.tools if tool.state is ToolState.FAILED]
    assert failed == ["book"]
    assert isinstance(reply.parts[-1], TextPart)
    assert all(tool.arguments is None for tool in reply.tools)


NO_FUNCTIONS: list[object] = [None, [], "", "none", 0, {}, [[]]]


@each_row(
    "meta",
    [None, "", "{}", "null", "[]", "{", '""', 7, {"functions_called": None}]
    + [json.dumps({"functions_called": none}) for none in NO_FUNCTIONS],
)
def test_no_functions_are_no_tools(meta: object) -> None:
    assert answer(meta_json=meta).parts == (TextPart(clean("Because.")),)


def test_functions_are_told_whatever_their_list_is_wrapped_in() -> None:
    called = [{"name": "search", "content": "{}"}]
    for form in (called, json.dumps(called)):
        for meta in ({"functions_called": form}, json.dumps({"functions_called": form})):
            assert [tool.name for tool in answer(meta_json=meta).tools] == ["search"]


def test_keys_nobody_has_heard_of_change_nothing() -> None:
    new: dict[str, object] = {"session_documents": [1], "ai_context_json": {}, "role": "system",
                              "brand_new": [[]]}  # fmt: skip
    assert messages_of([record(**new)]) == messages_of([record()])


def test_records_without_a_uuid_are_shown_and_told_apart() -> None:
    records = [{"query": "yes", "response": "One"}, {"query": "yes", "response": "Two"}, {}]
    messages = messages_of(records)
    assert [each.text for each in messages] == ["yes", "One", "yes", "Two"]
    assert len({each.id for each in messages}) == 4
    assert messages_of(records) == messages


def test_of_two_records_with_one_uuid_the_one_that_changed_last_counts() -> None:
    early = record("a", response="Be", modified_at="2024-04-06T03:11:18Z")
    late = record("a", response="Because.", modified_at="2024-04-06T03:11:19Z")
    other = record("b")
    for records in ([early, other, late], [late, early, other], [other, late, late]):
        answers = [m for m in messages_of(records) if m.role is Role.ASSISTANT]
        assert sorted((m.id, m.text) for m in answers) == [("a", "Because."), ("b", "Because.")]


def test_an_order_from_the_newest_on_is_turned_round() -> None:
    times = [f"2024-04-06T03:11:{second}Z" for second in (19, 18, 17)]
    records = [record(str(number), created_at=time) for number, time in enumerate(times)]
    assert [m.id for m in messages_of(records)][::2] == ["2/query", "1/query", "0/query"]


def test_both_messages_know_their_record() -> None:
    assert {exchange_id(message.id) for message in messages_of([record("u1")])} == {"u1"}


def test_texts_beyond_all_reason_are_cut_with_a_note() -> None:
    huge = "x" * (MAX_MESSAGE_CHARS + 1)
    for message in messages_of([record(query=huge, response=huge)]):
        text, note = message.parts
        assert isinstance(text, TextPart)
        assert len(text.text) == MAX_MESSAGE_CHARS
        assert isinstance(note, NotePart)
        assert "last 1 characters were cut" in note.text


@pytest.mark.slow
def test_a_history_beyond_all_reason_keeps_its_newest_exchanges() -> None:
    records = [
        {"uuid": str(number), "query": "q", "response": "r"} for number in range(MAX_ROWS // 2 + 1)
    ]
    top, *kept = messages_of(records)
    assert (top.role, len(kept)) == (Role.SYSTEM, MAX_ROWS)
    assert kept[0].id == "1/query"


def test_an_error_without_a_text_is_a_failed_answer() -> None:
    reply = answer(response="", error_message="The model\nis \x1b[31mbusy")
    assert reply.failure is not None
    assert reply.failure.sentence == "The model is ␛[31mbusy"
    assert reply.parts == ()


def test_an_error_beside_a_text_marks_it_incomplete() -> None:
    reply = answer(error_message="The model stopped")
    assert reply.failure is not None
    assert reply.failure.sentence == "The model stopped"
    assert reply.status is MessageStatus.PARTIAL
    assert reply.text == "Because."


@each_row("trouble", [None, "", " \n", [], {}, 0, False])
def test_no_trouble_in_any_form_is_none(trouble: object) -> None:
    assert answer(error_message=trouble) == answer()


@each_row(
    ("trouble", "sentence"),
    [
        ({"message": "Quota used up"}, "Quota used up"),
        ({"error": {"code": 7}}, "The server does not say why it failed."),
        (["One", "two"], "One; two"),
        (True, "The server does not say why it failed."),
    ],
)
def test_trouble_in_any_form_is_a_failure(trouble: object, sentence: str) -> None:
    failure = answer(response=None, error_message=trouble).failure
    assert failure is not None
    assert failure.sentence == sentence


def test_an_answer_cut_by_the_model_says_so() -> None:
    assert answer(finish_reason="length").parts == (TextPart(clean("Because.")), CUT_AT_LIMIT)
    assert answer(finish_reason="length", response="").parts == (CUT_AT_LIMIT,)


@each_row("reason", ["stop", "STOP", "", None, 7, []])
def test_an_answer_that_ended_as_answers_do_needs_no_note(reason: object) -> None:
    assert answer(finish_reason=reason).parts == (TextPart(clean("Because.")),)


def test_an_answer_that_ended_otherwise_says_how() -> None:
    for response in ("Because.", ""):
        reply = answer(finish_reason="content\x1b_filter", response=response)
        (note,) = [part for part in reply.parts if isinstance(part, NotePart)]
        assert note.text == "The answer ended with “content␛_filter”."


def test_an_empty_answer_says_that_there_is_none_yet() -> None:
    for empty in ("", None):
        reply = answer(response=empty)
        assert reply.failure is None
        assert reply.parts == (NO_ANSWER_YET,)


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


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(KEYS), JSON | JSON.map(json.dumps)))
def test_no_shape_of_a_record_raises(fields: dict[str, object]) -> None:
    assert messages_of([{"uuid": "u", **fields}])[-1].id == "u"
