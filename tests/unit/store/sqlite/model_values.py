"""Values of the model for hypothesis, made from the fields of its structs."""

from __future__ import annotations

import enum
import inspect
import sys
import types
import typing
from datetime import UTC, datetime
from functools import cache
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct

from tui.safe_text import JsonValue, SafeText, clean, clean_json

# a person may have typed anything, half a surrogate pair too
WRITTEN = st.text(st.characters(), max_size=20) | st.sampled_from(["\ud800", "\0", "a\udc00b"])
SAFE = WRITTEN.map(clean)
HUGE = st.sampled_from([SafeText("x" * 200_000), SafeText("文" * 50_000)])
TIMES = st.datetimes(timezones=st.just(UTC))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WRITTEN,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(WRITTEN, each, max_size=3),
    max_leaves=6,
).map(clean_json)


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return the one strategy for all values that a field of this type may have."""
    return _values_of(hint)


# to make one takes longer than to draw from it
@cache
def _values_of(hint: Any) -> st.SearchStrategy[Any]:
    simple: dict[Any, st.SearchStrategy[Any]] = {
        SafeText: SAFE,
        str: WRITTEN,
        bool: st.booleans(),
        int: st.integers(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        datetime: TIMES,
        types.NoneType: st.none(),
    }
    if hint == JsonValue:
        return JSON
    if hint in simple:
        return simple[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([values_of(each) for each in arguments])
    if origin is tuple and arguments[-1] is not ...:
        return st.tuples(*map(values_of, arguments))
    if origin is tuple:
        return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
    if origin is frozenset:
        return st.frozensets(values_of(arguments[0]), max_size=3)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from(hint)
    assert issubclass(hint, Struct), hint
    names = vars(sys.modules[hint.__module__])
    told = inspect.get_annotations(hint)
    made = {each: values_of(eval(told[each], names)) for each in hint.__struct_fields__}
    return st.builds(typing.cast(Any, hint), **made)
