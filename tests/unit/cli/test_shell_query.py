from __future__ import annotations

import shlex

import pytest

from tests.tables import each_row
from tui.cli.shell_query import parse_in_shell
from tui.query import QueryError, parse
from tui.query.parsing import CLOSING


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
