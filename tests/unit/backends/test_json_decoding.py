from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.backends.json_decoding import MAX_DEPTH, MAX_DIGITS, decode_json, decode_long_json

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


@each_row("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-le"])
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


@pytest.mark.slow
@given(ANY_JSON)
def test_what_is_no_extreme_is_decoded_as_it_is(value: object) -> None:
    assert decode_json(json.dumps(value)) == value


@given(st.text('[]{}",:\\1e-u ') | st.text(), st.booleans())
def test_a_text_is_json_or_a_value_error(text: str, deep: bool) -> None:
    with suppress(ValueError):
        decode_json("[" * 5_000 + text if deep else text)


def whole(content: bytes) -> object:
    """Return what is decoded at once, or the kind of its failure."""
    try:
        return decode_json(content)
    except ValueError:
        return ValueError


async def in_slices(content: bytes, slice_chars: int) -> object:
    try:
        return await decode_long_json(content, slice_chars)
    except ValueError:
        return ValueError


@pytest.mark.slow
@given(
    st.lists(ANY_JSON, max_size=8) | ANY_JSON,
    st.sampled_from([None, 1]),
    st.integers(0, 40),
    st.sampled_from(["", "]", ",", "[", '"', "x", " 1", "\ufeff"]),
    st.integers(0, 60),
)
async def test_in_slices_the_same_is_decoded_as_at_once(
    value: object, indent: int | None, slice_chars: int, inserted: str, at: int
) -> None:
    text = json.dumps(value, indent=indent)
    content = (text[:at] + inserted + text[at:]).encode()
    assert await in_slices(content, slice_chars) == whole(content)


async def test_a_long_array_is_decoded_while_other_things_go_on() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    rows = [{"text": "x" * 1_000}] * 1_000
    assert await decode_long_json(json.dumps(rows).encode()) == rows
    counting.cancel()
    assert turns >= 4
