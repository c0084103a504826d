from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.settings.checking import settings_and_problems
from tui.settings.sources import ConfigFile, ConfigSource, Table

WORK = {"api": "gpt-trainer", "host": "chatwize"}
NAMES = st.sampled_from(["", "api", "host", "theme", "keys", "profiles", "work", "a.b", "é", "0"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from(["hardwire"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
TABLES = st.dictionaries(NAMES, VALUES, max_size=4)
WORDS = st.text(min_size=1, max_size=3)
VARIABLES = st.dictionaries(
    NAMES, WORDS | st.dictionaries(NAMES, WORDS, min_size=1, max_size=2), max_size=3
)


def source_of(file: Table, environment: Table) -> ConfigSource:
    return ConfigSource(ConfigFile(Path("config.toml"), file), environment, Path(), Path())


@pytest.mark.slow
@given(TABLES, VARIABLES)
@settings(max_examples=25)
def test_any_tables_are_told_of_and_what_is_right_is_left(file: Table, environment: Table) -> None:
    whole = {**file, "proxy": "http://proxy:1"}
    left, problems = settings_and_problems(source_of(whole, environment))
    assert left.proxy.reveal() == "http://proxy:1"
    assert all(each.sentence for each in problems)


@pytest.mark.parametrize("table", ["profiles", "keys", "queries"])
def test_one_wrong_name_of_a_table_leaves_the_others(table: str) -> None:
    right = {"profiles": WORK, "keys": "f9", "queries": "unread:"}[table]
    left, [problem] = settings_and_problems(source_of({table: {"right": right, "wrong": 3}}, {}))
    assert [*getattr(left, table)] == ["right"]
    assert "wrong" in problem.sentence
