from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.processor_time import processor_time
from tests.tables import each_row
from tests.unit.query.queries import PIECES, QUERIES, TEXTS
from tui.facts import Feedback
from tui.model import Role
from tui.query import Query, QueryError, parse, text_of
from tui.query.parsing import KEYS, MAX_QUERY_CHARS, MAX_TERMS
from tui.query.tree import (
    Bound,
    Comparison,
    Condition,
    Counted,
    Dated,
    Has,
    Is,
    Quantity,
    Rated,
    Says,
    State,
    Term,
    TextKey,
    Words,
)
from tui.query.when import Ago, NamedDay, TimeUnit


def asked(text: str) -> list[Condition]:
    return [term.condition for term in parse(text).terms]


@each_row(
    ("text", "conditions"),
    [
        ("", []),
        (" \n ", []),
        ('""', []),
        ("a b", [Words("a"), Words("b")]),
        ('"exact  phrase"', [Words("exact  phrase")]),
        ("“exact phrase” b", [Words("exact phrase"), Words("b")]),
        ("„genau so“ »und so«", [Words("genau so"), Words("und so")]),
        ('"he said ""so"""', [Words('he said "so"')]),
        ('"still open', [Words("still open")]),
        ('5" disk', [Words('5"'), Words("disk")]),
        ("a - b", [Words("a"), Words("-"), Words("b")]),
        ("--verbose", [Words("--verbose")]),
        ("https://x.y/z?a=b", [Words("https://x.y/z?a=b")]),
        ("12:30", [Words("12:30")]),
        ("std::vector", [Words("std::vector")]),
        ("localhost:8080/x", [Words("localhost:8080/x")]),
        ("C:\\temp c:x", [Words("C:\\temp"), Words("c:x")]),
        ("問題：退款", [Words("問題：退款")]),
        ("Reason: late", [Words("Reason:"), Words("late")]),
        ("role:User", [Says(Role.USER)]),
        ("bot:shop TITLE:x", [Has(TextKey.BOT, "shop"), Has(TextKey.TITLE, "x")]),
        ('title:"a b" note:', [Has(TextKey.TITLE, "a b"), Has(TextKey.NOTE)]),
        ("label:“not yet”", [Has(TextKey.LABEL, "not yet")]),
        ("label：退款", [Has(TextKey.LABEL, "退款")]),
        ("error:404", [Has(TextKey.ERROR, "404")]),
        ("feedback: feedback:down", [Rated(None), Rated(Feedback.DOWN)]),
        ("nosource: cut:", [Is(State.NO_SOURCE), Is(State.CUT)]),
        ("after:7d", [Dated(Bound.AFTER, Ago(7, TimeUnit.DAYS))]),
        ("before:2H", [Dated(Bound.BEFORE, Ago(2, TimeUnit.HOURS))]),
        ("after:Yesterday", [Dated(Bound.AFTER, NamedDay.YESTERDAY)]),
        ("before:2026-11-01", [Dated(Bound.BEFORE, date(2026, 11, 1))]),
        ("before:2026-11", [Dated(Bound.BEFORE, date(2026, 11, 1))]),
        ("after:2026", [Dated(Bound.AFTER, date(2026, 1, 1))]),
        ("after:2026-11-01T12:30", [Dated(Bound.AFTER, datetime(2026, 11, 1, 12, 30))]),  # noqa: DTZ001
        ("messages:>10", [Counted(Quantity.MESSAGES, Comparison.MORE, 10)]),
        ("tokens:5000", [Counted(Quantity.TOKENS, Comparison.EXACTLY, 5_000)]),
        ("tokens:<=5", [Counted(Quantity.TOKENS, Comparison.AT_MOST, 5)]),
    ],
)
def test_a_line_asks_for(text: str, conditions: list[Condition]) -> None:
    assert asked(text) == conditions


def test_a_minus_asks_for_the_opposite_of_words_phrases_and_filters() -> None:
    terms = parse('-not -"so much" -label:x -unread:').terms
    assert [term.is_negated for term in terms] == [True] * 4
    assert [term.condition for term in terms] == asked('not "so much" label:x unread:')


@each_row(
    ("text", "wrong", "says"),
    [
        ("a lable:refund b", "lable:refund", "“lable:” is no filter; did you mean 'label'?"),
        ("-xyzzy:refund b", "xyzzy:refund", "“xyzzy:” is no filter."),
        ("role:usr", "role:usr", "“usr” is no role; did you mean 'user'?"),
        ("a -feedback:dwn", "feedback:dwn", "“dwn” is no feedback; did you mean 'down'?"),
        ("role:", "role:", "“role:” needs a value."),
        ("unread:yes", "unread:yes", "“unread:” takes no value."),
        ("after:soon x", "after:soon", "“soon” is no time."),
        ("before:2026-02-30", "before:2026-02-30", "“2026-02-30” is no time."),
        ("x tokens:>many", "tokens:>many", "“>many” is no number."),
        ("messages:", "messages:", "“messages:” needs a value."),
        ('tokens:"a b"', 'tokens:"a b"', "“a b” is no number."),
    ],
)
def test_a_broken_query_says_what_and_where(text: str, wrong: str, says: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(text)
    assert raised.value.sentence == says
    assert text[raised.value.start : raised.value.end] == wrong
    assert raised.value.exit_code == 2


@given(QUERIES)
@example(Query((Term(Words("-a"), is_negated=True),)))
def test_the_text_of_a_query_asks_for_the_same(query: Query) -> None:
    assert parse(text_of(query)) == query


@given(TEXTS)
def test_any_line_is_read_or_says_where_it_cannot_be(text: str) -> None:
    error = None
    try:
        query = parse(text)
    except QueryError as raised:
        error = raised
    if error is not None:
        assert 0 <= error.start < error.end <= len(text)
        return
    assert parse(text_of(query)) == query
    ends = [0, *(at for term in query.terms for at in (term.start, term.end)), len(text)]
    assert ends == sorted(ends)


@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_each_term_stands_where_it_says(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        terms = parse(text).terms
    except QueryError:
        return
    for term in terms:
        assert parse(text[term.start : term.end]).terms == (term,)


def test_a_query_is_bounded() -> None:
    with pytest.raises(QueryError, match="characters"):
        parse("a" * (MAX_QUERY_CHARS + 1))
    with pytest.raises(QueryError, match="terms"):
        parse("a " * (MAX_TERMS + 1))


@each_row("piece", [*PIECES, '""', '"a', "“ ”", "-" * 3, "a:", "label:“"])
def test_no_line_takes_long(piece: str) -> None:
    text = (piece * MAX_QUERY_CHARS)[:MAX_QUERY_CHARS]
    with processor_time() as taken_s:
        with suppress(QueryError):
            parse(text)
        assert taken_s() < 0.05


def test_every_key_can_be_asked_for() -> None:
    values = {"role": "user", "after": "7d", "before": "7d", "messages": "1", "tokens": "1"}
    for key in KEYS:
        assert len(parse(f"{key}:{values.get(key, '')}").terms) == 1
