from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tui.ui.widgets.json_colours import coloured_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def coloured(text: str) -> dict[str, str]:
    """What stands in a colour of its own, and which."""
    content = coloured_json(text)
    return {content.plain[span.start : span.end]: str(span.style) for span in content.spans}


def test_keys_strings_numbers_and_words_have_their_colours() -> None:
    text = json.dumps({"a": "b: 1", "c": [1, -2.5e3], "d": None, 'e"': True}, indent=2)
    assert coloured(text) == {
        '"a"': "$text-secondary", '"b: 1"': "$text-success", '"c"': "$text-secondary",
        "1": "$text-warning", "-2500.0": "$text-warning", '"d"': "$text-secondary",
        "null": "$text-accent", '"e\\""': "$text-secondary", "true": "$text-accent",
    }  # fmt: skip


def test_a_string_that_is_cut_has_the_colour_of_one() -> None:
    assert coloured('{\n  "a": "no end') == {'"a"': "$text-secondary", '"no end': "$text-success"}


@given(VALUES, st.integers(0, 200), st.integers(0, 200))
def test_any_part_of_any_json_stays_as_it_is(value: object, start: int, end: int) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False)[start:end]
    content = coloured_json(text)
    assert content.plain == text
    spans = sorted((span.start, span.end) for span in content.spans)
    assert all(first < last <= len(text) for first, last in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
