from __future__ import annotations

import os
import pty
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.conftest import RUNNEL, Open
from tests.e2e.modes import ALTERNATE_SCREEN, MOUSE, PASTE_BRACKETS
from tests.e2e.terminal import TIMEOUT_S, Terminal

CTRL_C, CTRL_Q, CTRL_Z = "\x03", "\x11", "\x1a"
QUICK_S = 2.0


def opened(terminal: Terminal) -> Terminal:
    terminal.wait_for("/Paper Lantern")
    assert {ALTERNATE_SCREEN, MOUSE, PASTE_BRACKETS} <= terminal.modes.on
    assert terminal.modes.keyboard_levels == 1
    assert terminal.settings != terminal.settings_before
    return terminal


def streaming(terminal: Terminal) -> Terminal:
    opened(terminal).send("a long one, please\r")
    terminal.wait_for("· streaming")
    return terminal


def expect_restored(terminal: Terminal) -> None:
    assert terminal.modes.as_found, terminal.modes.on
    assert terminal.settings == terminal.settings_before
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize("state", [opened, streaming])
def test_ctrl_q_ends_it_soon_and_restores_the_terminal(open_terminal: Open, state: object) -> None:
    terminal = open_terminal("demo")
    assert callable(state)
    state(terminal)
    began = time.monotonic()
    terminal.send(CTRL_Q)
    assert terminal.wait_exit() == 0
    assert time.monotonic() - began < QUICK_S
    expect_restored(terminal)


@pytest.mark.parametrize("state", [opened, streaming])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_with_its_status_and_restores_the_terminal(
    open_terminal: Open, state: object, number: signal.Signals, status: int
) -> None:
    terminal = open_terminal("demo")
    assert callable(state)
    state(terminal)
    terminal.signal(number)
    assert terminal.wait_exit() == status
    expect_restored(terminal)


def test_ctrl_c_twice_quits_and_once_does_not(open_terminal: Open) -> None:
    terminal = opened(open_terminal("demo"))
    terminal.send(CTRL_C)
    terminal.wait_for("Press Ctrl+C again to quit.")
    assert terminal.process.poll() is None
    terminal.send(CTRL_C)
    assert terminal.wait_exit() == 0
    expect_restored(terminal)


def test_ctrl_c_first_clears_what_is_being_written(open_terminal: Open) -> None:
    terminal = opened(open_terminal("demo"))
    terminal.send("half a thought")
    terminal.wait_for("┃ half a thought")
    terminal.send(CTRL_C)
    terminal.wait_for("Cleared. Up brings the text back.")
    terminal.send("\x1b[A")
    terminal.wait_for("┃ half a thought")


def test_ctrl_z_hands_the_terminal_back_and_fg_takes_it_again(
    open_terminal: Open, profiles: Mapping[str, str]
) -> None:
    # a shell with job control, because nothing else could continue the program
    script = '"$@"; echo "suspended $?"; read -r answer; fg >/dev/null; echo "ended $?"'
    shell = ("sh", "-m", "-c", script, "sh", *RUNNEL)
    terminal = opened(open_terminal(command=shell, extra=profiles))
    terminal.send("kept while away")
    terminal.wait_for("┃ kept while away")
    terminal.send(CTRL_Z)
    terminal.wait_for("suspended 14")
    expect_restored(terminal)
    terminal.send("on\n")
    # until the terminal is raw again, Ctrl+Q is the terminal's own key and never arrives
    terminal.wait_for(
        lambda: (
            ALTERNATE_SCREEN in terminal.modes.on
            and terminal.settings != terminal.settings_before
            and "┃ kept while away" in terminal.text
        )
    )
    terminal.send(CTRL_Q)
    terminal.wait_for("ended 0")
    terminal.wait_exit()
    expect_restored(terminal)


def test_it_ends_when_its_terminal_is_gone_without_a_signal(
    environment: dict[str, str], tmp_path: Path
) -> None:
    # a terminal that no session controls: nobody is told when it is closed
    main, side = pty.openpty()
    process = subprocess.Popen(
        [*RUNNEL, "demo"],
        stdin=side,
        stdout=side,
        stderr=side,
        cwd=tmp_path,
        env={**environment, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    try:
        os.close(side)
        seen = b""
        while b"Just type" not in seen:
            seen += os.read(main, 65_536)
        os.close(main)
        assert process.wait(TIMEOUT_S) == 129
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
