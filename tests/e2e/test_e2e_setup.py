from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.conftest import Open, Run, Server
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.warm_start

CTRL_Q, ESCAPE, UP = "\x11", "\x1b", "\x1b[A"


def paste(terminal: Terminal, text: str) -> None:
    terminal.send(f"\x1b[200~{text}\x1b[201~")


def test_setup_leads_from_nothing_to_the_first_answer_and_shows_no_key(
    open_terminal: Open, run: Run, server: Server, environment: Mapping[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "debug.log"
    terminal = open_terminal("--log", str(log), "setup", columns=80, rows=24)
    terminal.wait_for("1 of 3")
    terminal.send(UP)
    terminal.wait_for("Address")
    paste(terminal, server.url)
    terminal.wait_for(server.url)
    terminal.send("\r")
    terminal.wait_for("2 of 3")
    paste(terminal, f"{server.key}-mistyped\n")
    terminal.send("\r")
    terminal.wait_for("✗")
    paste(terminal, f" {server.key}\n")
    terminal.send("\r")
    terminal.wait_for("3 of 3")
    terminal.send("\r")
    terminal.wait_for("added to ~/config/runnel/config.toml.")
    terminal.send("echo good morning\r")
    # told by the server once the answer is stored: before that it would be asked about
    terminal.wait_for(" tokens")
    terminal.send(CTRL_Q)
    assert terminal.wait_exit() == 0
    assert server.key.encode() not in terminal.raw
    assert server.key not in log.read_text()
    config = Path(environment["XDG_CONFIG_HOME"]) / "runnel" / "config.toml"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert server.key not in config.read_text()
    # the commands work on it too
    told = run("login")
    assert (told.returncode, told.stderr) == (0, "")


def test_a_configuration_that_cannot_be_used_ends_setup_with_its_place(
    open_terminal: Open, environment: Mapping[str, str]
) -> None:
    config = Path(environment["XDG_CONFIG_HOME"]) / "runnel" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('them = "nord"\n')
    terminal = open_terminal("setup")
    assert terminal.wait_exit() == 2
    assert "has no key 'them'; did you mean 'theme'?" in terminal.text
    assert config.read_text() == 'them = "nord"\n'


def test_leaving_setup_says_that_nothing_was_added(
    open_terminal: Open, environment: Mapping[str, str]
) -> None:
    terminal = open_terminal("setup")
    terminal.wait_for("1 of 3")
    terminal.send(ESCAPE)
    assert terminal.wait_exit() == 130
    assert "Nothing was added." in terminal.text
    assert not Path(environment["XDG_CONFIG_HOME"]).exists()
