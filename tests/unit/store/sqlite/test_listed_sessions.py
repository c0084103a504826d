from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.store.sqlite.model_values import values_of
from tui.model import Session
from tui.store.sqlite.codec import VERSION, Unreadable, decoded, encoded
from tui.store.sqlite.listed_sessions import sessions_in

ROW = '{"v":1,"id":"a","title":"T","updated_at":"2026-10-05T18:20:00+00:00"}'
TAMPERED = [
    ROW.replace("T", r"\u202e"),
    ROW.replace("T", "\u202e"),
    ROW.replace("T", r"a\"b\n\u001b[2J"),
    ROW.replace("+00:00", ""),
    ROW.replace("+00:00", "+02:00"),
    ROW.replace("18:20", "a lunch"),
    ROW.replace('"v":1,', ""),
    ROW.replace('"v":1', '"v":2'),
    ROW.replace('"v":1', '"v":true'),
    ROW.replace('"a"', "7"),
    ROW.replace("}", ',"later":[1]}'),
    ROW.replace("}", ',"facts":{"message_count":123456789012345678901234567890}}'),
    ROW.replace("}", ',"facts":{"auth_data":{"n":[NaN,1e999,123456789012345678901234567890]}}}'),
    ROW.replace("}", ',"facts":{"auth_data":{"a\u202eb":"\\u202e"},"labels":["x"]}}'),
    ROW.replace("}", ',"facts":{"lead":[["only one"]]}}'),
    f"[{ROW}]",
    "",
]


def as_bytes(rows: list[str]) -> list[bytes]:
    return [row.encode() for row in rows]


def by_codec(rows: list[str]) -> Iterator[Session]:
    for row in rows:
        try:
            yield decoded(Session, row)
        except Unreadable:
            # there is one, of which nothing else can be read
            if has_id(row):
                yield Session("a")


def has_id(row: str) -> bool:
    try:
        table = json.loads(row)
    except ValueError:
        return False
    told = isinstance(table, dict) and (type(table.get("v")), table.get("v"), table.get("id"))
    return told == (int, VERSION, "a")


@pytest.mark.slow
@given(st.lists(values_of(Session), max_size=4), st.sampled_from(["", *TAMPERED]))
def test_the_rows_of_a_list_are_read_as_they_were_written(
    sessions: list[Session], tampered: str
) -> None:
    rows = [*map(encoded, sessions), tampered]
    assert repr([*sessions_in(as_bytes(rows))]) == repr([*by_codec(rows)])
    assert list(sessions_in(as_bytes(rows[:-1]))) == sessions


@pytest.mark.parametrize("row", TAMPERED, ids=str)
def test_what_was_written_by_others_is_read_as_all_values_are(row: str) -> None:
    told = list(sessions_in(as_bytes([row, ROW])))
    assert repr(told) == repr(list(by_codec([row, ROW])))
    assert "\u202e" not in repr(told)
    assert not any("\x1b" in each.title for each in told)
