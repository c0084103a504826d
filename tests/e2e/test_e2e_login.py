from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.conftest import Open, Run, Server
from tests.e2e.terminal import Terminal
from tests.memory_keyring import FILE_VARIABLE, FileKeyring

KEYRING = f"{FileKeyring.__module__}.{FileKeyring.__qualname__}"
CTRL_C = "\x03"


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    return tmp_path / "keyring.json"


@pytest.fixture
def secretless(profiles: Mapping[str, str], entries: Path) -> dict[str, str]:
    """Return variables for the two profiles without their secrets, and for a keyring."""
    kept = {
        name: value for name, value in profiles.items() if not name.endswith(("TOKEN", "PASSWORD"))
    }
    return {**kept, "PYTHON_KEYRING_BACKEND": KEYRING, FILE_VARIABLE: str(entries)}


def secret_of(server: Server, profile: str) -> str:
    return server.key if profile == "work" else server.password


PROMPTS = {"work": "Token of the profile 'work':", "lab": "Password of the profile 'lab':"}


def wait_for_prompt(terminal: Terminal, words: str) -> None:
    """Wait for the words, and until what is typed is neither shown nor thrown away."""
    terminal.wait_for(lambda: words in terminal.text and not terminal.echoes)


@pytest.mark.parametrize("profile", ["work", "lab"])
def test_a_secret_is_asked_for_saved_used_and_forgotten(
    run: Run,
    open_terminal: Open,
    server: Server,
    secretless: Mapping[str, str],
    entries: Path,
    profile: str,
) -> None:
    secret = secret_of(server, profile)
    terminal = open_terminal("--profile", profile, "login", "--save", extra=secretless)
    wait_for_prompt(terminal, PROMPTS[profile])
    terminal.send(f"{secret}\r")
    assert terminal.wait_exit() == 0
    assert "is saved in the keyring." in terminal.text
    assert secret.encode() not in terminal.raw
    assert list(json.loads(entries.read_text()).values()) == [secret]

    told = run("--profile", profile, "login", extra=secretless)
    assert (told.returncode, told.stderr) == (0, "")

    told = run("--profile", profile, "logout", extra=secretless)
    assert told.returncode == 0
    assert "is no longer in the keyring." in told.stderr
    assert json.loads(entries.read_text()) == {}


@pytest.mark.parametrize("profile", ["work", "lab"])
def test_a_wrong_secret_is_not_saved(
    open_terminal: Open, secretless: Mapping[str, str], entries: Path, profile: str
) -> None:
    terminal = open_terminal("--profile", profile, "login", "--save", extra=secretless)
    wait_for_prompt(terminal, PROMPTS[profile])
    terminal.send("wrong-secret\r")
    assert terminal.wait_exit() == 3
    assert b"wrong-secret" not in terminal.raw
    assert not entries.exists()


def test_a_password_that_was_told_once_is_not_asked_for_again(
    run: Run, open_terminal: Open, server: Server, secretless: Mapping[str, str], entries: Path
) -> None:
    terminal = open_terminal("--profile", "lab", "login", extra=secretless)
    wait_for_prompt(terminal, PROMPTS["lab"])
    terminal.send(f"{server.password}\r")
    assert terminal.wait_exit() == 0
    assert not entries.exists()
    assert run("--profile", "lab", "sessions", extra=secretless).returncode == 0
    told = run("--profile", "lab", "logout", extra=secretless)
    assert told.stdout == "lab: signed out\n"
    assert run("--profile", "lab", "sessions", extra=secretless).returncode == 2


def test_the_prompt_can_be_left(open_terminal: Open, secretless: Mapping[str, str]) -> None:
    terminal = open_terminal("--profile", "lab", "login", extra=secretless)
    wait_for_prompt(terminal, PROMPTS["lab"])
    terminal.send(CTRL_C)
    assert terminal.wait_exit() == 130
    assert b"Traceback" not in terminal.raw


NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def test_a_system_without_keyring_says_so_before_it_asks(
    open_terminal: Open, secretless: Mapping[str, str]
) -> None:
    terminal = open_terminal("login", "--save", extra={**secretless, **NO_KEYRING})
    assert terminal.wait_exit() == 2
    assert "This system has no keyring" in terminal.text
    assert PROMPTS["work"] not in terminal.text
