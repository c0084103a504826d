from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.formatting.json_text import JsonText, compact_chars
from tui.safe_text import JsonValue

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


def pieces(value: JsonValue, chars: int) -> list[str]:
    text, taken = JsonText(value), []
    while not text.is_over:
        taken.append(text.take(chars))
    return taken


@given(VALUES, st.integers(1, 50))
def test_the_pieces_are_the_whole_and_none_is_too_long(value: JsonValue, chars: int) -> None:
    taken = pieces(value, chars)
    whole = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    if value is not None:
        assert "".join(taken).replace("\n", "") == whole.replace("\n", "")
    assert all(len(piece) <= chars for piece in taken)


def test_a_small_value_is_one_piece() -> None:
    assert pieces({"n": [1, "é"]}, 100) == ['{\n  "n": [\n    1,\n    "é"\n  ]\n}']
    assert pieces("as it is\n", 100) == ["as it is\n"]
    assert pieces(None, 100) == ["–"]


def test_pieces_are_cut_between_lines_where_that_is_near() -> None:
    assert pieces("one\ntwo\nthree", 9) == ["one\ntwo", "three"]
    assert pieces("a" * 10 + "\nb", 4) == ["aaaa", "aaaa", "aa\nb"]


def test_nothing_is_formatted_beyond_what_is_read() -> None:
    cannot_be_formatted: JsonValue = object()  # type: ignore[assignment]
    text = JsonText([*range(1000), cannot_be_formatted])
    assert text.take(100).startswith("[\n  0,\n  1,")
    with pytest.raises(TypeError):
        text.take(100_000)


def test_what_was_taken_is_counted() -> None:
    text = JsonText("one\ntwo\nthree")
    text.take(9)
    assert text.taken_chars == len("one\ntwo\n")


def test_the_size_of_a_value_is_that_of_its_json() -> None:
    assert compact_chars({"a": [1, 2]}) == len('{"a":[1,2]}')
    assert compact_chars("text") == 4
