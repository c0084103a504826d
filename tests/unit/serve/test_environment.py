from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.serve.environment import host_environment, is_terminal_name, own_environment, told_by

NAMES = st.sampled_from(
    ["LANG", "LC_ALL", "LC_TIME", "COLORTERM", "LC_x", "LC_ABC", "PATH", "LD_PRELOAD"]
)


@given(st.dictionaries(NAMES | st.text(max_size=12), st.text(max_size=80), max_size=8))
def test_a_client_tells_colours_and_language_in_plain_words_and_no_more(
    told: dict[str, str],
) -> None:
    taken = told_by(told)
    assert taken.items() <= told.items()
    for name, value in taken.items():
        assert name in ("LANG", "COLORTERM") or name.startswith("LC_")
        assert name not in ("LC_x", "LC_ABC")
        assert value.isascii()
        assert value.isprintable()
        assert not set(value) & set(" /$`;&|<>()'\"\\%")


@each_row(
    ("name", "is_one"),
    [
        ("xterm-256color", True),
        ("screen.xterm", True),
        ("rxvt+pcfkeys", True),
        ("", False),
        ("../../etc", False),
        ("a\x1b[", False),
        ("a" * 65, False),
    ],
)
def test_a_terminal_is_known_by_a_plain_name(name: str, is_one: bool) -> None:
    assert is_terminal_name(name) is is_one


def test_an_own_environment_knows_of_no_folder_but_its_own() -> None:
    own = own_environment(Path("/visits/1"))
    assert {each for each in own.values() if each.startswith("/v")} <= {
        f"/visits/1{rest}" for rest in ("", "/config", "/data", "/state", "/cache")
    }
    assert own.keys() <= {
        *("HOME", "TMPDIR", "PATH", "LANG", "TZ"),
        *(f"XDG_{each}_HOME" for each in ("CONFIG", "DATA", "STATE", "CACHE")),
    }


def test_that_of_the_host_says_nothing_of_its_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    of_terminal = ("TERM", "COLORTERM", "LANG", "LC_ALL", "SSH_TTY", "TMUX", "STY", "DISPLAY")
    for name in (*of_terminal, "STYLE", "RUNNEL_THEME"):
        monkeypatch.setenv(name, "here")
    told = {name for name, value in host_environment().items() if value == "here"}
    assert told == {"STYLE", "RUNNEL_THEME"}
