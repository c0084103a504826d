from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processor_time import processor_time
from tui.file_reading import parse_toml
from tui.toml_places import Path, Place, places_of

LIMIT_S = 1.0
TEXT = '''# theme = 1
theme = "default_profile"
default_profile = "w" # theme
[profiles.work]
api = "gpt-trainer"
token_command = """
api = 3
"""
  "host" = 'chatwize'
[profiles]
lab = { api = "api = 3", emial="x", a.b = 3 }
[keys]
"chat.new" = "f10"
many = [
  1,
]
[[x.y]]
z = 1
[x.y.deep]
z = 2
[[x.y]]
  z = 3
[[x.y.w]]
z = 4
[[x.y.w]]
z = 5
'''
PLACES = {
    "theme": (2, 1),
    "default_profile": (3, 1),
    "profiles": (4, 2),
    "profiles work": (4, 11),
    "profiles work api": (5, 1),
    "profiles work token_command": (6, 1),
    "profiles work host": (9, 3),
    "profiles lab": (11, 1),
    "profiles lab api": (11, 9),
    "profiles lab emial": (11, 26),
    "profiles lab a": (11, 37),
    "profiles lab a b": (11, 39),
    "keys": (12, 2),
    "keys chat.new": (13, 1),
    "keys many": (14, 1),
    "x": (17, 3),
    "x y": (17, 5),
    "x y 0": (17, 5),
    "x y 0 z": (18, 1),
    "x y 0 deep": (19, 6),
    "x y 0 deep z": (20, 1),
    "x y 1": (21, 5),
    "x y 1 z": (22, 3),
    "x y 1 w": (23, 7),
    "x y 1 w 0": (23, 7),
    "x y 1 w 0 z": (24, 1),
    "x y 1 w 1": (25, 7),
    "x y 1 w 1 z": (26, 1),
}

KEYS = st.sampled_from(["api", "token", "a b", "é", "x.y", "'", "-", "3"]) | st.text(max_size=3)
VALUES = st.text(max_size=8) | st.booleans() | st.integers(0, 9) | KEYS.map(lambda key: f"{key} = ")
TABLES = st.dictionaries(KEYS, VALUES, max_size=3)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_every_key_has_the_place_where_it_is_named_first(line_break: str) -> None:
    found = places_of(TEXT.replace("\n", line_break))
    assert {" ".join(path): (each.line, each.column) for path, each in found.items()} == PLACES


def quoted(text: str) -> str:
    # a string of JSON is one of TOML, but for DEL and what stands for half a character
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def is_writable(value: object) -> bool:
    return not isinstance(value, str) or not any("\ud800" <= each <= "\udfff" for each in value)


@pytest.mark.slow
@given(st.dictionaries(KEYS, TABLES, max_size=3), st.booleans())
def test_the_key_stands_at_its_place_in_any_document(
    tables: dict[str, dict[str, Any]], is_inline: bool
) -> None:
    lines: list[str] = []
    expected: dict[Path, Place] = {}
    for name, table in tables.items():
        pairs = {key: value for key, value in table.items() if is_writable(key + str(value))}
        if not is_writable(name):
            continue
        begun = f"{quoted(name)} = {{" if is_inline else f" [{quoted(name)}] # {name!r}"
        expected[(name,)] = Place(len(lines) + 1, 1 if is_inline else 3)
        for index, (key, value) in enumerate(pairs.items()):
            written = quoted(value) if isinstance(value, str) else json.dumps(value)
            if not is_inline:
                lines.append(begun)
                begun = ""
            begun += "," * (is_inline and index > 0)
            expected[name, key] = Place(len(lines) + 1, len(begun) + 1)
            begun += f"{quoted(key)} = {written}"
        lines.append(begun + "}" * is_inline)
    text = "\n".join(lines)
    parse_toml(text)
    found = places_of(text)
    assert found == expected


def test_a_long_statement_takes_no_time() -> None:
    assert places_of("before = 1\nmany = [\n" + "1,\n" * 100_000 + "]\nbehind = 2") == {
        ("before",): Place(1, 1),
        ("many",): Place(2, 1),
        ("behind",): Place(100_004, 1),
    }


def test_many_tables_of_many_keys_take_no_time() -> None:
    row = ", ".join(f"k{number} = {number}" for number in range(100))
    text = "\n".join(f"t{number} = {{{row}}}" for number in range(400))
    with processor_time() as taken_s:
        assert places_of(text)["t399", "k7"] == Place(400, text.splitlines()[-1].index("k7") + 1)
        assert taken_s() < LIMIT_S


@given(st.lists(st.sampled_from([*"[]{}=,.#'ab1 \n\r\\", '"', '"""', "'''", "[["]), max_size=30))
def test_what_is_no_toml_has_places_as_far_as_it_is_some(pieces: list[str]) -> None:
    text = "".join(pieces)
    lines = text.split("\n")
    for each in places_of(text).values():
        assert 1 <= each.column <= len(lines[each.line - 1])


def test_a_table_of_many_keys_on_one_line_takes_no_time() -> None:
    keys = ", ".join(f"k{number} = {number}" for number in range(5_000))
    places = places_of(f"before = 1\nall = {{{keys}}}\nbehind = 2")
    assert places[("all", "k7")].column > places[("all", "k6")].column > 1
    assert places[("all", "k4999")] == Place(2, len(f"all = {{{keys}") - len("k4999 = 4999") + 1)
    assert places[("behind",)] == Place(3, 1)
