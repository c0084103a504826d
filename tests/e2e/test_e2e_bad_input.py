from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.e2e.conftest import RUNNEL, Open

pytestmark = pytest.mark.warm_start

CTRL_Q, ESCAPE, UP = "\x11", "\x1b", "\x1b[A"
PASTED = "[pasted text 1: 102,401 characters]"
CLOSE_HINT = "Esc close"


@pytest.fixture
def nowhere() -> Iterator[str]:
    """Yield an address at which nothing answers: bound, so that nobody takes it, not listening."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def write_config(home: Path, text: str) -> None:
    folder = home / "config" / "runnel"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("redirection", [">file", "| cat", "</dev/null", "2>file"])
def test_an_app_without_a_terminal_is_a_sentence(
    open_terminal: Open, tmp_path: Path, redirection: str
) -> None:
    shell = ("bash", "-o", "pipefail", "-c", f'"$@" {redirection}', "bash", *RUNNEL)
    terminal = open_terminal("demo", command=shell)
    assert terminal.wait_exit() == 2
    file = tmp_path / "file"
    told = terminal.text + (file.read_text(encoding="utf-8") if file.exists() else "")
    assert "runnel: The full-screen app needs a terminal." in told
    assert terminal.raw.count(b"\x1b") == 0


@pytest.mark.parametrize("name", ["dumb", "", "unknown"])
def test_a_terminal_that_can_only_print_is_a_sentence(open_terminal: Open, name: str) -> None:
    terminal = open_terminal("demo", extra={"TERM": name})
    assert terminal.wait_exit() == 2
    assert "needs a terminal that can move its cursor" in terminal.text
    assert terminal.raw.count(b"\x1b") == 0


@pytest.mark.parametrize("trouble", ["broken file", "unknown profile"])
def test_the_app_does_not_begin_with_settings_that_cannot_be_used(
    open_terminal: Open, tmp_path: Path, trouble: str
) -> None:
    if trouble == "broken file":
        write_config(tmp_path, "profiles = [")
    terminal = open_terminal("--profile", "nosuch")
    assert terminal.wait_exit() == 2
    assert "runnel: " in terminal.text
    assert b"Traceback" not in terminal.raw
    assert terminal.modes.ever_on == set()


def test_an_unreachable_host_is_a_lasting_note_and_the_text_stays(
    open_terminal: Open, profiles: Mapping[str, str], nowhere: str
) -> None:
    away = {**profiles, "RUNNEL_PROFILES__LAB__BASE_URL": nowhere}
    terminal = open_terminal("--profile", "lab", extra=away)
    terminal.wait_for(f"Cannot reach {nowhere} (connection refused).")
    terminal.send("is anybody there\r")
    # in the transcript, with the keys that send it again
    terminal.wait_for(lambda: "i details" in terminal.text and "· offline" in terminal.text)
    assert "is anybody there" in terminal.text.partition("❯ You")[2]
    assert CLOSE_HINT in terminal.text
    terminal.send(UP)
    terminal.wait_for("┃ is anybody there")
    terminal.send(CTRL_Q * 2)
    assert terminal.wait_exit() == 0


def test_a_wrong_key_is_a_lasting_note_and_the_text_stays(
    open_terminal: Open, profiles: Mapping[str, str]
) -> None:
    refused = {
        **profiles,
        "RUNNEL_PROFILES__WORK__TOKEN": "wrong",
        "RUNNEL_PROFILES__WORK__CHATBOT": "",
    }
    terminal = open_terminal(extra=refused)
    terminal.wait_for("The server rejected this API key.")
    terminal.send("let me in\r")
    terminal.wait_for("· not sent")
    assert "Check that the API key is whole" in terminal.text
    assert "let me in" in terminal.text.partition("❯ You")[2]
    terminal.send(CTRL_Q * 2)
    assert terminal.wait_exit() == 0
    assert b"Traceback" not in terminal.raw


def test_a_question_over_the_limit_comes_back_by_a_key(
    open_terminal: Open, profiles: Mapping[str, str]
) -> None:
    terminal = open_terminal("--profile", "lab", extra=profiles)
    terminal.wait_for("lab/Lantern Large")
    terminal.paste("y" * 102_401)
    terminal.wait_for(PASTED)
    terminal.send("\r")
    terminal.wait_for(lambda: PASTED not in terminal.text and "Shorten it" in terminal.text)
    terminal.send(UP)
    terminal.wait_for(PASTED)
