from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.conftest import Open, Run, Server
from tests.e2e.terminal import Terminal
from tests.memory_keyring import FILE_VARIABLE, FileKeyring

pytestmark = pytest.mark.warm_start

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


PROMPTS = {"work": "Key of the profile 'work':", "lab": "Password of the profile 'lab':"}


def wait_for_prompt(terminal: Terminal, words: str) -> None:
    """Wait for the words, and until what is typed is neither shown nor thrown away."""
    terminal.wait_for(lambda: words in terminal.text and not terminal.echoes)


def type_secret(terminal: Terminal, profile: str, secret: str) -> None:
    wait_for_prompt(terminal, PROMPTS[profile])
    terminal.send(f"{secret}\r")


@pytest.mark.parametrize("profile", ["work", "lab"])
def test_a_secret_is_asked_for_kept_used_and_forgotten(
    run: Run,
    open_terminal: Open,
    server: Server,
    secretless: Mapping[str, str],
    entries: Path,
    profile: str,
) -> None:
    secret = secret_of(server, profile)
    terminal = open_terminal("--profile", profile, "login", extra=secretless)
    type_secret(terminal, profile, secret)
    assert terminal.wait_exit() == 0
    assert "is kept in the keyring of this system." in terminal.text
    assert secret.encode() not in terminal.raw
    assert list(json.loads(entries.read_text()).values()) == [secret]

    told = run("--profile", profile, "login", extra=secretless)
    assert (told.returncode, told.stderr) == (0, "")

    told = run("--profile", profile, "logout", extra=secretless)
    assert told.returncode == 0
    assert "is no longer in the keyring of this system." in told.stderr
    assert json.loads(entries.read_text()) == {}
    assert run("--profile", profile, "sessions", extra=secretless).returncode in (2, 3)


@pytest.mark.parametrize("profile", ["work", "lab"])
def test_a_wrong_secret_is_not_kept(
    open_terminal: Open, secretless: Mapping[str, str], entries: Path, profile: str
) -> None:
    terminal = open_terminal("--profile", profile, "login", extra=secretless)
    type_secret(terminal, profile, "wrong-secret")
    assert terminal.wait_exit() == 3
    assert b"wrong-secret" not in terminal.raw
    assert not entries.exists()


def test_save_asks_anew_and_no_save_keeps_no_password(
    run: Run, open_terminal: Open, server: Server, secretless: Mapping[str, str], entries: Path
) -> None:
    terminal = open_terminal("--profile", "lab", "login", "--no-save", extra=secretless)
    type_secret(terminal, "lab", server.password)
    assert terminal.wait_exit() == 0
    assert "The password is not kept. The sign-in is, until runnel logout ends it." in terminal.text
    assert not entries.exists()
    assert run("--profile", "lab", "sessions", extra=secretless).returncode == 0

    terminal = open_terminal("--profile", "lab", "login", "--save", extra=secretless)
    type_secret(terminal, "lab", server.password)
    assert terminal.wait_exit() == 0
    assert list(json.loads(entries.read_text()).values()) == [server.password]


def test_the_prompt_can_be_left(open_terminal: Open, secretless: Mapping[str, str]) -> None:
    terminal = open_terminal("--profile", "lab", "login", extra=secretless)
    wait_for_prompt(terminal, PROMPTS["lab"])
    terminal.send(CTRL_C)
    assert terminal.wait_exit() == 130
    assert b"Traceback" not in terminal.raw


NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def test_without_a_keyring_a_file_for_nobody_else_keeps_it_and_that_is_told(
    run: Run,
    open_terminal: Open,
    server: Server,
    secretless: Mapping[str, str],
    environment: Mapping[str, str],
) -> None:
    secretless = {**secretless, **NO_KEYRING}
    terminal = open_terminal("login", extra=secretless)
    type_secret(terminal, "work", server.key)
    assert terminal.wait_exit() == 0
    assert "kept in ~/state/runnel/secrets.json, which only you can read." in terminal.text
    file = Path(environment["XDG_STATE_HOME"]) / "runnel" / "secrets.json"
    assert (stat.S_IMODE(file.stat().st_mode), server.key in file.read_text()) == (0o600, True)
    shown = run("config", "show", extra=secretless).stdout
    words = [line.split() for line in shown.splitlines()]
    assert ["profiles.work.token", "•••", "~/state/runnel/secrets.json"] in words
    assert "  key kept in ~/state/runnel/secrets.json\n" in run("doctor", extra=secretless).stdout
    told = run("logout", extra=secretless)
    assert told.stderr == "The key is no longer in ~/state/runnel/secrets.json.\n"
    assert json.loads(file.read_text()) == {}


def test_a_profile_that_asks_each_time_keeps_nothing(
    run: Run,
    open_terminal: Open,
    server: Server,
    secretless: Mapping[str, str],
    environment: Mapping[str, str],
) -> None:
    secretless = {**secretless, "RUNNEL_PROFILES__LAB__ASK_EACH_TIME": "true"}
    terminal = open_terminal("--profile", "lab", "login", extra=secretless)
    type_secret(terminal, "lab", server.password)
    assert terminal.wait_exit() == 0
    assert "The password is not kept, and asked for again." in terminal.text
    assert not Path(environment["XDG_STATE_HOME"]).exists()
    assert run("--profile", "lab", "sessions", extra=secretless).returncode == 2
