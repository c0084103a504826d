from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.hostile_server import ERRORS, EVENTS, hostile_profiles, hostile_server
from tests.e2e.hostile_texts import leaks
from tests.unit.cli.conftest import Environment, Run

ASKED = {"hw": ("object", "limit", *EVENTS), "gpt": ("problems", "bulk", "words")}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with hostile_server() as address:
        yield address


@pytest.fixture
def environment(environment: Environment, url: str) -> Environment:
    bot = {"RUNNEL_PROFILES__GPT__CHATBOT": "bot"}
    return {**environment, **hostile_profiles(url), **bot}


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["hw", "gpt"])
def test_no_command_writes_a_control_character(run: Run, profile: str) -> None:
    arguments = [
        ("login",),
        ("sessions",),
        ("sessions", "--json"),
        ("messages", "all"),
        ("messages", "all", "--json"),
        ("ask", "hello"),
        ("ask", "--json", "hello"),
        *(("messages", name) for name in ERRORS),
        *(("ask", name) for name in (*ASKED[profile], "no event")),
    ]
    told_of = set()
    for words in arguments:
        code, out, err = run("--profile", profile, *words)
        said = out + err
        assert leaks(said.encode(), is_terminal=False) == [], words
        assert "Traceback" not in said, words
        fails = words[-1] in ERRORS or (profile == "hw" and words[-1] in EVENTS)
        assert (code != 0) == fails, (words, said)
        told_of |= {words} if "EVIL" in said else set()
    assert {("messages", "all"), ("messages", "all", "--json"), ("ask", "hello")} <= told_of
    assert {("ask", name) for name in ASKED[profile]} <= told_of
