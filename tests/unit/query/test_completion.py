from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tests.unit.query.queries import TEXTS
from tui.query import QueryError, parse
from tui.query.completion import completions
from tui.query.parsing import KEYS
from tui.query.tree import Has, TextKey

KNOWN = {
    "label": ["Refund request", "Shipping", "Rücksendung", 'say "so"', "refund"],
    "bot": ["shop"],
    "tool": ["lookup"],
}


def offered(line: str) -> list[str]:
    """Return the lines that may become of one with a cursor at its `|`."""
    cursor = line.index("|")
    text = line.replace("|", "")
    found = completions(text, cursor, KNOWN)
    return [text[: found.start] + each + text[found.end :] for each in found.candidates]


@each_row(
    ("line", "lines"),
    [
        ("ro|", ["role:"]),
        ("a -fe|", ["a -feedback:"]),
        ("FL| b", ["flag: b"]),
        ("refund|", []),
        ("role:|", ["role:user", "role:assistant", "role:system"]),
        ("-role:u|s b", ["-role:user b"]),
        ("feedback:d|", ["feedback:down"]),
        ("after:y|", ["after:yesterday", "after:today"]),
        ("label:ref| b", ["label:refund b", 'label:"Refund request" b']),
        ("label:ruck|", ["label:Rücksendung"]),
        ('label:"re|fund x" b', ['label:"Refund request" b', "label:refund b"]),
        ("label:so|", ['label:"say ""so"""']),
        ("la|bel:x", ["label:x"]),
        ("source:|", []),
        ("unread:|", []),
        ('"a ro|le"', []),
        ("lable:x la|", ["lable:x label:"]),
    ],
)
def test_a_line_is_completed_at_the_cursor(line: str, lines: list[str]) -> None:
    assert sorted(offered(line)) == sorted(lines)


def test_values_that_begin_so_come_first() -> None:
    assert offered("label:s|")[:2] == ["label:Shipping", 'label:"say ""so"""']


def test_every_key_is_offered_where_a_term_may_begin() -> None:
    assert offered("refund |") == [f"refund {key}:" for key in KEYS]


@given(TEXTS, st.integers(0, 50), st.lists(st.text(min_size=1, max_size=5), max_size=3))
def test_what_is_put_in_asks_for_what_was_offered(text: str, place: int, values: list[str]) -> None:
    cursor = min(place, len(text))
    found = completions(text, cursor, {field.value: values for field in TextKey})
    assert 0 <= found.start <= found.end <= len(text)
    for value in values:
        line = completions("label:", 6, {"label": [value]})
        for each in line.candidates:
            assert parse(f"label:{each}").terms[0].condition in (
                Has(TextKey.LABEL, value.strip()),
                Has(TextKey.LABEL),
            )


@given(TEXTS)
def test_a_broken_line_can_be_completed_at_any_place(text: str) -> None:
    for cursor in range(len(text) + 1):
        completions(text, cursor, KNOWN)
    with pytest.raises(QueryError):
        parse("lable:x")
