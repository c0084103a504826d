from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.cli.shell_query import parse_in_shell
from tui.query import QueryError, parse
from tui.query.parsing import CLOSING, tokens_of


@each_row(
    ("text", "whole"),
    [
        ('"half open', '"half open"'),
        ('refund -"half open ', '-"half open"'),
        ('title:"half', 'title:"half"'),
        ('"a" "don\'t', '"don\'t"'),
        *(
            (f"{opening}half open", f"{opening}half open{CLOSING[opening][0]}")
            for opening in CLOSING
        ),
    ],
)
def test_a_quote_that_is_still_open_is_no_phrase_in_a_shell(text: str, whole: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_in_shell(text)
    error = caught.value
    assert error.sentence == f"A quote is not closed: {text[error.start : error.end].strip()}"
    advised = next(each for each in shlex.split(error.hint.replace(", or", " or")) if each == whole)
    assert parse_in_shell(advised) == parse(advised)


@each_row(
    ("text",),
    [('"whole"',), ('"a ""b"" c"',), ("5'",), ('5"',), ('"a" b',), ("",), ('label:"x y"',)],
)
def test_what_is_closed_is_read_as_everywhere(text: str) -> None:
    assert parse_in_shell(text) == parse(text)


@each_row(
    ("text", "void"),
    [
        *((each, each) for each in ('""', '" "', "“”", '-""', "´", "¨¯", "\u200b", '"')),
        *((each, each) for each in ('label:""', 'title:" "', "tag:´", 'feedback:""', 'unread:""')),
        ('refund "" label:refund', '""'),
        ('refund -label:""', '-label:""'),
    ],
)
def test_a_term_in_which_nothing_is_asked_for_does_not_find_everything_in_a_shell(
    text: str, void: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse_in_shell(text)
    error = caught.value
    assert text[error.start : error.end] == void
    assert error.sentence.startswith("Nothing is asked for in ")


PIECES = st.sampled_from(['"', "“", "”", "-", "label:", "flag:", "a", " ", "´", "\u200b", "\u0301"])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_whatever_is_read_in_a_shell_each_term_of_it_asks_for_something(text: str) -> None:
    try:
        query = parse_in_shell(text)
    except QueryError:
        return
    assert len(query.terms) == len(tokens_of(text))
