from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Wire, saying, telling
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.backends.gpt_trainer.message_facts import MAX_LABEL_CHARS, MAX_LABELS
from tui.backends.gpt_trainer.records import messages_of
from tui.facts import Feedback, MessageFacts
from tui.safe_text import clean, clean_line
from tui.values import replace

RECORD: dict[str, object] = {"uuid": "u", "query": "Why?", "response": "Because."}
UP, DOWN = Feedback.UP, Feedback.DOWN


def facts(**fields: object) -> MessageFacts:
    told = messages_of([RECORD | fields])[-1].facts
    assert told is not None
    return told


def both_forms(value: object) -> tuple[object, ...]:
    """Return a value decoded, as JSON text, and as JSON text that was wrapped again."""
    return value, json.dumps(value), json.dumps(json.dumps(value))


def test_an_exchange_of_which_nothing_is_told_has_its_id_alone() -> None:
    question, answer = messages_of([RECORD])
    assert question.facts == answer.facts == MessageFacts("u")
    assert all(each.facts == MessageFacts() for each in messages_of([{**RECORD, "uuid": None}]))


@each_row(
    ("told", "labels"),
    [
        ([{"name": "Refund"}, {"label": "Angry"}, {"title": "VIP"}], ("Refund", "Angry", "VIP")),
        (["refund", "refund", " late  order "], ("refund", "late order")),
        ([{"label": {"name": "Refund"}}, {"id": 7}, {"name": ""}, None, 7], ("Refund",)),
        ([{"name": None, "title": "VIP", "color": "#f00"}], ("VIP",)),
        ("refund", ("refund",)),
        ({"name": "refund"}, ("refund",)),
        (["a\x1b[31m\nb", "\u202e", "x" * 500], ("a␛[31m b", "x" * (MAX_LABEL_CHARS - 1) + "…")),
        ([str(number) + "!" for number in range(99)], tuple(f"{n}!" for n in range(MAX_LABELS))),
        ([], ()), (None, ()), ("", ()), ({}, ()), (7, ()), (True, ()), ([[[[["deep"]]]]], ()),
    ],
)  # fmt: skip
def test_labels_are_told_in_any_form(told: object, labels: tuple[str, ...]) -> None:
    assert [facts(labels=form).labels for form in both_forms(told)] == [labels] * 3


@each_row("broken", ['["refund"', "{", '"', "[}"])
def test_broken_json_costs_its_fact_alone(broken: str) -> None:
    fields = ("labels", "feedback_json", "detected_frustrations", "meta_json")
    assert facts(**dict.fromkeys(fields, broken)) == MessageFacts("u")


@each_row(
    ("told", "frustration"),
    [
        ("Asked three times\x07", "Asked three times␇"),
        (["Repeats himself", {"text": "Swears"}], "Repeats himself; Swears"),
        ({"description": "Swears", "score": 0.9}, "Swears"),
        (None, ""), ("", ""), ("None", ""), ("none.", ""), ("null", ""), ([], ""), ({}, ""),
        (False, ""), (0.7, ""), (["no"], ""),
    ],
)  # fmt: skip
def test_a_frustration_is_told_in_words(told: object, frustration: str) -> None:
    assert facts(detected_frustrations=told).frustration == frustration


THUMBS: list[tuple[object, Feedback | None]] = [
    *(("like", UP) for _ in range(1)), ("dislike", DOWN), ("up", UP), ("down", DOWN),
    ("positive", UP), ("NEGATIVE", DOWN), (1, UP), (-1, DOWN), (1.0, UP), ("1", UP), ("-1", DOWN),
    (True, UP), (False, DOWN), ("true", UP), ("False", DOWN), ("thumbs_up", UP),
    ("Thumbs-Down", DOWN), ("thumbs up", UP), ("👍", UP), ("👎🏽", DOWN), ("not_helpful", DOWN),
    (0, None), (5, None), (None, None), ("", None), ("maybe", None), ([], None), ("-", None),
]  # fmt: skip


@each_row(("value", "thumb"), THUMBS)
@each_row("key", ["feedback", "rating", "type", "value"])
def test_a_thumb_is_read_in_every_spelling(key: str, value: object, thumb: Feedback | None) -> None:
    shapes = ({key: value}, {"feedback": {key: value}}, [{key: "odd"}, {key: value}], value)
    for shape in shapes:
        assert {facts(feedback_json=form).feedback for form in both_forms(shape)} == {thumb}


@each_row(
    ("told", "thumb", "comment"),
    [
        ({"rating": "down", "comment": "Wrong\nprice"}, DOWN, "Wrong price"),
        ({"feedback": {"type": "like", "text": "Thanks"}}, UP, "Thanks"),
        ({"rating": -1, "feedback": "Wrong price"}, DOWN, "Wrong price"),
        ({"feedback": "Wrong price"}, None, "Wrong price"),
        ({"type": "comment", "value": "dislike", "message": "No"}, DOWN, "No"),
        ({"dislike": True, "like": False}, DOWN, ""),
        ({"like": False}, None, ""),
        ([{"rating": "up"}, {"rating": "down"}], DOWN, ""),
        ({"comment": {"nested": 1}, "rating": {}}, None, ""),
        ({"rating": "up", "ip_address": "203.0.113.7"}, UP, ""),
    ],
)  # fmt: skip
def test_a_comment_is_told_with_its_thumb(
    told: object, thumb: Feedback | None, comment: str
) -> None:
    for form in both_forms(told):
        assert (facts(feedback_json=form).feedback, facts(feedback_json=form).comment) == (
            thumb,
            comment,
        )


@each_row(
    ("total", "tokens"),
    [(1_234, 1_234), (12.0, 12), ("812", 812), (0, None), (-5, None), (True, None), (None, None),
     ("many", None), ("²", None), (10**15, None), ("9" * 400, None), ([], None)],
)  # fmt: skip
def test_tokens_are_counted_where_they_are_told(total: object, tokens: int | None) -> None:
    for used in both_forms({"total_tokens": total}):
        for meta in both_forms({"actual_token_distribution": used}):
            assert facts(meta_json=meta).total_tokens == tokens


@each_row(
    ("told", "count"), [(3, 3), ([{}, {}], 2), ("2", 2), (None, 0), (True, 0), (-1, 0), ({}, 0)]
)
def test_background_tasks_are_counted(told: object, count: int) -> None:
    assert facts(background_pending_tasks=told).pending_tasks == count


def test_how_an_answer_ended_is_told_as_it_is_spelled() -> None:
    assert facts(finish_reason="Length").is_cut
    assert facts(finish_reason="stop").finish_reason == "stop"
    assert not facts(finish_reason="stop").is_cut
    failed = facts(response="", error_message="No\x1bmore")
    assert failed.error == "No␛more"


SOURCE = json.dumps({"1.1": {"title": "Prices"}})


@each_row(
    ("shown", "fields", "without"),
    [
        (True, {}, True),
        (True, {"cite_data_json": SOURCE}, False),
        (False, {}, None),
        (None, {}, None),
        (True, {"response": ""}, None),
        (True, {"query": ""}, None),
        (True, {"error_message": "It broke"}, None),
    ],
)  # fmt: skip
def test_an_answer_lacks_a_source_only_where_its_bot_shows_them(
    shown: bool | None, fields: dict[str, object], without: bool | None
) -> None:
    told = messages_of([RECORD | fields], shows_sources=shown)[-1].facts
    assert told is not None
    assert told.without_source is without


async def test_whether_a_bot_shows_its_sources_is_asked_for_once() -> None:
    bot = {"uuid": "b", "meta": {"show_citations": True}}
    for answers, asked in (
        ((saying([bot]), saying([RECORD])), ["/chatbots", "/session/s/messages"]),
        ((saying([RECORD]), saying(bot), saying([RECORD])),
         ["/session/s/messages", "/chatbot/b", "/session/s/messages"]),
        ((saying([RECORD]), httpx.Response(404), saying([RECORD])),
         ["/session/s/messages", "/chatbot/b", "/session/s/messages"]),
    ):  # fmt: skip
        wire = Wire(*answers)
        trainer = GptTrainer(wire.client(), BASE_URL, telling("key-1234567890"))
        if len(answers) == 2:
            await trainer.bots()
        told = (await trainer.messages("s", "b"))[-1].facts
        if len(answers) == 3:
            told = (await trainer.messages("s", "b"))[-1].facts
        assert told is not None
        assert told.without_source is (None if isinstance(answers[1], httpx.Response) else True)
        assert [each.removeprefix("/api/v1") for each in wire.paths] == asked


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["like", "\x1b]52;c;aGk=\x07", "\u202e", "[/nope]", "\ud800", "203.0.113.7"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["name", "label", "feedback", "rating", "comment", "ip_address",
                         "total_tokens", "actual_token_distribution"]) | st.text(max_size=4),
        inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
KEYS = ("labels", "feedback_json", "detected_frustrations", "background_pending_tasks",
        "meta_json", "finish_reason", "error_message")  # fmt: skip


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(KEYS), JSON | JSON.map(json.dumps)))
def test_no_shape_of_a_fact_raises_or_leaks(fields: dict[str, object]) -> None:
    question, answer = messages_of([RECORD | fields], shows_sources=True)
    plain_question, plain_answer = messages_of([RECORD], shows_sources=True)
    assert question == plain_question
    if not fields.keys() & {"error_message", "finish_reason", "meta_json"}:
        assert replace(answer, facts=None) == replace(plain_answer, facts=None)
    assert answer.facts is not None
    for value in asdict(answer.facts).values():
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                assert clean_line(clean(text)) == text
