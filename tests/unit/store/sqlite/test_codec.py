from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from tests.fakes import NOON
from tests.fuzz import FUZZ
from tests.tables import each_row
from tests.unit.store.sqlite.model_values import HUGE, values_of
from tui.model import (
    Citation,
    CitationsPart,
    Failure,
    Message,
    MessageStatus,
    NotePart,
    Origin,
    Part,
    Role,
    Session,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import SafeText
from tui.store import CopyState, Digest, LastSession, Send, SessionMarks
from tui.store.choices import Chosen
from tui.store.sqlite.codec import (
    Unreadable,
    decoded,
    decoded_as,
    encoded,
    encoded_as,
)
from tui.turn import Cut, PendingTurn, QueuedQuestion

KINDS = (
    Message,
    Session,
    PendingTurn,
    Send,
    QueuedQuestion,
    SessionMarks,
    CopyState,
    Digest,
    Chosen,
    LastSession,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda each: (
        st.lists(each, max_size=3)
        | st.dictionaries(st.sampled_from([*"vx", "is", "id", "parts", "role", "text"]), each)
    ),
    max_leaves=8,
)


def all_fields(value: Any) -> tuple[object, ...]:
    """Return what a value has, with what does not count when two are compared."""
    return astuple(value)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=25 * FUZZ)
def test_what_is_written_is_read_again_whatever_it_holds(kind: type[Any], data: Any) -> None:
    value = data.draw(values_of(kind))
    text = encoded(value)
    text.encode()
    again = decoded(kind, text)
    assert all_fields(again) == all_fields(value)
    assert encoded(again) == text


@given(parts=values_of(tuple[Part, ...]), ids=values_of(frozenset[str]), text=HUGE)
@settings(max_examples=25 * FUZZ)
def test_parts_and_ids_are_read_again(
    parts: tuple[Part, ...], ids: frozenset[str], text: SafeText
) -> None:
    parts = (*parts, TextPart(text))
    assert decoded_as(tuple[Part, ...], encoded_as(tuple[Part, ...], parts)) == parts
    assert decoded_as(frozenset[str], encoded_as(frozenset[str], ids)) == ids


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(table=JSON)
@settings(max_examples=25 * FUZZ)
def test_what_is_none_of_these_is_unreadable_and_nothing_else(kind: type[Any], table: Any) -> None:
    try:
        decoded(kind, json.dumps(table))
    except Unreadable:
        return
    assert isinstance(table, dict)


@each_row("text", ["", "[", "[" * 5_000, "null", "{}", '{"v":99}', '{"v":true}'])
def test_broken_text_and_newer_values_are_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        decoded(Session, text)


def test_what_a_newer_runnel_added_is_passed_over() -> None:
    assert decoded(Session, '{"v":1,"id":"s","colour":"red"}') == Session("s")


def test_unsafe_text_in_a_file_does_not_come_out() -> None:
    title = decoded(Session, '{"v":1,"id":"s","title":"a\\u001b[2Jb"}').title
    assert "\x1b" not in title


GOLDEN: dict[str, Any] = {
    '{"v":1,"id":"s","title":"T","updated_at":"2026-03-12T12:00:00+00:00"}': Session(
        "s", SafeText("T"), updated_at=NOON
    ),
    '{"v":1,"id":"m","role":"assistant","parts":['
    '{"is":"text","text":"Hi"},'
    '{"is":"tool","call":0,"name":"find","arguments":{"q":[1]},"state":"done","result":"rye"},'
    '{"is":"citations","citations":[{"marker":"1","title":"Rye"}]},'
    '{"is":"note","text":"Cut."}],'
    '"status":"partial","failure":{"sentence":"Off.","status":502},"raw":"\\u001b",'
    '"origin":{"bot_name":"Bot","duration_s":1.5}}': Message(
        "m",
        Role.ASSISTANT,
        (
            TextPart(SafeText("Hi")),
            ToolPart(0, SafeText("find"), {"q": [1]}, ToolState.DONE, "rye"),
            CitationsPart((Citation(SafeText("1"), SafeText("Rye")),)),
            NotePart(SafeText("Cut.")),
        ),
        status=MessageStatus.PARTIAL,
        failure=Failure("Off.", status=502),
        raw="\x1b",
        origin=Origin(SafeText("Bot"), duration_s=1.5),
    ),
    '{"v":1,"id":"a","question":{"id":"q","role":"user","parts":[]},'
    '"answer":{"id":"a","role":"assistant","parts":[]},'
    '"outcome":{"is":"cut","failure":{"sentence":"Off."}},"known_ids":["m0","m1"]}': PendingTurn(
        "a",
        Message("q", Role.USER, ()),
        Message("a", Role.ASSISTANT, ()),
        Cut(Failure("Off.")),
        frozenset({"m1", "m0"}),
    ),
}


@pytest.mark.parametrize("text", GOLDEN)
def test_files_that_are_out_there_stay_readable(text: str) -> None:
    value = GOLDEN[text]
    assert encoded(value) == text
    assert all_fields(decoded(type(value), text)) == all_fields(value)


def spoiled(value: Any) -> Iterator[Any]:
    """Yield JSON with one thing in it missing, or another in its place."""
    yield from (None, True, 7, 1e300, "x", [], ["x"], {}, {"is": "?"})
    if isinstance(value, dict):
        for key, inner in value.items():
            yield {name: each for name, each in value.items() if name != key}
            yield from ({**value, key: odd} for odd in spoiled(inner))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from ([*value[:at], odd, *value[at + 1 :]] for odd in spoiled(inner))


@pytest.mark.parametrize("text", GOLDEN)
def test_whatever_one_field_holds_the_value_is_right_or_unreadable(text: str) -> None:
    kind, outcomes = type(GOLDEN[text]), set[bool]()
    for table in spoiled(json.loads(text)):
        try:
            again = decoded(kind, json.dumps(table))
        except Unreadable:
            outcomes.add(False)
            continue
        outcomes.add(True)
        # what was read can be written, and is the same then
        assert all_fields(decoded(kind, encoded(again))) == all_fields(again), table
    assert outcomes == {True, False}


@each_row("text", ["", "[", "[" * 5_000, "7", "{}", '{"value":7}', '{"value":[7]}'])
def test_broken_text_of_other_types_is_unreadable(text: str) -> None:
    for hint in (tuple[Part, ...], frozenset[str]):
        with pytest.raises(Unreadable):
            decoded_as(hint, text)
