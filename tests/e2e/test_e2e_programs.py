"""Other programs on the terminal: they get all of it, and the screen comes back."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.conftest import Open
from tests.e2e.terminal import Terminal
from tests.e2e.test_e2e_app import is_idle, ready

pytestmark = pytest.mark.warm_start

ALT_UP, CTRL_C, CTRL_G, CTRL_Y = "\x1b[1;3A", "\x03", "\x07", "\x19"
ESCAPE = "\x1b"
TAKEN = b"\x1b[?1049h"
"""What an app writes when it takes the whole screen."""


def program(folder: Path, script: str) -> str:
    file = folder / "program"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o700)
    return str(file)


def answered(terminal: Terminal) -> Terminal:
    ready(terminal).send("echo some words\r")
    terminal.wait_for(lambda: is_idle(terminal) and "◆ Paper Lantern" in terminal.text)
    return terminal


def reading(terminal: Terminal) -> Terminal:
    """Go to the answer."""
    terminal.send(ALT_UP)
    terminal.wait_for("y Copy")
    return terminal


def write_on(terminal: Terminal) -> None:
    """Wait until the screen is back, and write in the composer."""
    terminal.wait_for(
        lambda: terminal.raw.count(TAKEN) == 2 and b"Copy" in terminal.raw.rpartition(TAKEN)[2]
    )
    terminal.send(ESCAPE)
    terminal.wait_for("New line")
    terminal.send("next words")
    terminal.wait_for("┃ next words")


def test_the_pager_has_the_terminal_and_the_screen_comes_back(
    open_terminal: Open, profiles: Mapping[str, str], tmp_path: Path
) -> None:
    pager = program(tmp_path, 'echo "PAGER SHOWS:"; cat "$1"; read line; echo "$line" > read')
    terminal = answered(open_terminal(extra={**profiles, "PAGER": pager}))
    reading(terminal).send("L")
    terminal.wait_for("PAGER SHOWS:")
    terminal.wait_for("User: echo some words")
    terminal.send("typed here\r")
    write_on(terminal)
    assert (tmp_path / "read").read_text() == "typed here\n"


def test_ctrl_c_in_the_pager_ends_the_pager_and_not_the_app(
    open_terminal: Open, profiles: Mapping[str, str], tmp_path: Path
) -> None:
    pager = program(tmp_path, 'echo "PAGER SHOWS:"; exec sleep 60')
    terminal = answered(open_terminal(extra={**profiles, "PAGER": pager}))
    reading(terminal).send("l")
    terminal.wait_for("PAGER SHOWS:")
    terminal.send(CTRL_C)
    write_on(terminal)


def test_an_editor_that_is_not_there_leaves_the_screen_as_it_was_and_copying_works(
    open_terminal: Open, profiles: Mapping[str, str]
) -> None:
    terminal = answered(open_terminal(extra={**profiles, "EDITOR": "no-such-editor"}))
    terminal.send("half a question")
    terminal.wait_for("half a question")
    terminal.send(CTRL_G)
    terminal.wait_for("The editor 'no-such-editor' could not be run.")
    terminal.send(" more")
    terminal.wait_for("half a question more")
    # and what is written to the terminal still reaches it
    terminal.send(CTRL_Y)
    copied = b"\x1b]52;c;" + base64.b64encode(b"some words") + b"\x07"
    terminal.wait_for(lambda: copied in terminal.raw)
    terminal.wait_for("Copied 10")


def test_in_tmux_a_copy_says_what_tmux_needs(
    open_terminal: Open, profiles: Mapping[str, str]
) -> None:
    terminal = answered(open_terminal(extra={**profiles, "TMUX": "/tmp/tmux-1000/default,1,0"}))
    terminal.send(CTRL_Y)
    terminal.wait_for("set-clipboard")
