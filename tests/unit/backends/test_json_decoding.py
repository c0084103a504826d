from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.backends.json_decoding import MAX_DEPTH, MAX_DIGITS, decode_json

ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_numbers_that_json_does_not_know_become_their_names() -> None:
    decoded = decode_json('[NaN, Infinity, {"a": -Infinity}, 1.5]')
    assert decoded == ["NaN", "Infinity", {"a": "-Infinity"}, 1.5]


def test_numbers_that_nothing_can_hold_become_their_digits() -> None:
    digits = "9" * 5_000
    assert decode_json(f"[1, {digits}, -{digits}, 1e400, -1E999]") == [
        1, digits, f"-{digits}", "1e400", "-1E999",
    ]  # fmt: skip
    longest = decode_json("9" * MAX_DIGITS)
    assert isinstance(longest, int)
    assert float(longest) > 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-le"])
def test_what_is_nested_too_deeply_is_cut_and_the_rest_is_read(encoding: str) -> None:
    deep = "[" * 20_000 + "]" * 20_000
    nested = '{"a":' * 20_000 + "1" + "}" * 20_000
    text = f'[{{"before": "[\\"{{", "deep": {deep}, "after": 1}}, {nested}, "end"]'
    decoded = decode_json(text.encode(encoding))
    assert isinstance(decoded, list)
    first, second, end = decoded
    assert (first["before"], first["after"], end) == ('["{', 1, "end")
    depth, value = 1, second
    while isinstance(value, dict):
        depth, value = depth + 1, value["a"]
    assert (value, depth) == ("…", MAX_DEPTH)


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, "{" * 200_000, '["' * 100_000, "[" * 9_999 + "]" * 9_998, '{"a":'],
    ids=["lists", "objects", "texts", "one bracket", "one value"],
)
def test_what_never_ends_is_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"deep|[Ee]xpecting|delimiter|Unterminated"):
        decode_json(text)


@given(ANY_JSON)
def test_what_is_no_extreme_is_decoded_as_it_is(value: object) -> None:
    assert decode_json(json.dumps(value)) == value


@given(st.text('[]{}",:\\1e-u ') | st.text(), st.booleans())
def test_a_text_is_json_or_a_value_error(text: str, deep: bool) -> None:
    with suppress(ValueError):
        decode_json("[" * 5_000 + text if deep else text)
