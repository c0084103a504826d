from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables import each_row
from tui.settings.checking import settings_or_problems
from tui.settings.plain_reading import plain_settings
from tui.settings.profiles import PROFILE_MODELS, defaults_of
from tui.settings.sources import ConfigFile, ConfigSource, Table
from tui.settings.values import Settings

_WORDS = (
    *("", "x", "http://x.example", "me@x.example", "pass show 'x", "pass show x", " ", "work"),
    *("chatwize", "gpt-trainer", "hardwire", "demo-gpt", "90d", "all", "0d", "on", "off", "bell"),
    *("transcript", "true", "false", "no", "\udc80", "\N{GRINNING FACE}", "socks5://a"),
)
_ODD = st.sampled_from([3, 1.5, None, [], ["x"], {}, {"x": "y"}])
_VALUES = st.one_of(st.sampled_from(_WORDS), st.sampled_from(_WORDS), st.booleans(), _ODD)
_ALL_KEYS = sorted({key for each in PROFILE_MODELS.values() for key in defaults_of(each)})
_PLAIN_PROFILES: list[Table] = [
    {"api": "gpt-trainer", "host": "chatwize"},
    {"api": "gpt-trainer", "base_url": "http://x.example", "token": "t"},
    {"api": "hardwire", "base_url": "http://x.example", "email": "me@x.example"},
    {"token": "t"},
]
_PROFILES = st.builds(
    lambda plain, more: {**plain, **more},
    st.sampled_from(_PLAIN_PROFILES),
    st.dictionaries(st.sampled_from([*_ALL_KEYS, "tokn", "account_key"]), _VALUES, max_size=1),
)
_NAMES = st.sampled_from([*["work", "lab", "my-lab"] * 4, "Work", "work\n", ""])
_KEYS = st.one_of(st.dictionaries(st.sampled_from(["chat.new"]), _VALUES), _ODD)
_TABLES = st.builds(
    lambda few, profiles: {**few, **profiles},
    st.dictionaries(
        st.sampled_from([*defaults_of(Settings), "them", "_env_file"]), _VALUES, max_size=1
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "keys": _KEYS,
            "profiles": st.one_of(
                st.dictionaries(_NAMES, _PROFILES, max_size=1),
                st.dictionaries(_NAMES, _PROFILES, max_size=2),
                _VALUES,
            ),
        },
    ),
)


def source_of(file: Table, environment: Table | None = None) -> ConfigSource:
    nowhere = Path("nowhere")
    return ConfigSource(ConfigFile(nowhere, file), environment or {}, nowhere, nowhere)


@pytest.mark.slow
@settings(max_examples=150)
@given(_TABLES, _TABLES)
def test_what_is_read_plainly_the_check_of_all_takes_for_the_same(
    file: Table, environment: Table
) -> None:
    source = source_of(file, environment)
    if (plain := plain_settings(source)) is not None:
        assert plain == settings_or_problems(source)


@each_row(
    "file",
    [
        {},
        {"theme": "paper", "terminal_title": False, "keys": {"chat.new": "f9"}},
        {"default_profile": "demo-gpt"},
        {"notify_content": True, "notify_queries": "Frustrated, 👎"},
        *({"profiles": {"work": {**each, "keep": "90d"}}} for each in _PLAIN_PROFILES[:-1]),
    ],
)
def test_what_most_people_write_needs_no_more(file: Table) -> None:
    assert plain_settings(source_of(file)) is not None


@each_row(
    "file",
    [
        {"terminal_title": "off"},
        {"queries": {"Open": "is:unread"}},
        {"default_profile": "gone"},
        {"notify_queries": "Unread, gone"},
        {"profiles": {"lab": {"api": "hardwire", "base_url": "http://x.example"}}},
    ],
)
def test_what_is_no_plain_value_is_left_to_the_check_of_all(file: dict[str, Any]) -> None:
    assert plain_settings(source_of(file)) is None
