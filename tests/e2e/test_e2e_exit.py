from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pyte
import pytest

from tests.e2e.conftest import RUNNEL, Open
from tests.e2e.modes import ALTERNATE_SCREEN, MOUSE, PASTE_BRACKETS
from tests.e2e.quick_screen import QuickScreen
from tests.e2e.terminal import ENDING_S, Terminal
from tests.e2e.warm_start import WarmStarts
from tui.ui.terminal.link import SLOW

CTRL_C, CTRL_Q, CTRL_Z = "\x03", "\x11", "\x1a"
QUICK_S = 2.0
UNREAD_S = 1.0
WATCH_S = 1.0
STUBBORN_EDITOR = "#!/bin/sh\ntrap '' HUP\ntouch \"$HOME/is-open\"\nexec sleep 30\n"


State = Callable[[Terminal], Terminal]


def opened(terminal: Terminal) -> Terminal:
    terminal.wait_for("/Paper Lantern")
    assert {ALTERNATE_SCREEN, MOUSE, PASTE_BRACKETS} <= terminal.modes.on
    assert terminal.modes.keyboard_levels == 1
    terminal.wait_for(lambda: terminal.modes.saved_titles == 1)
    assert terminal.settings != terminal.settings_before
    return terminal


def streaming(terminal: Terminal) -> Terminal:
    opened(terminal).send("a long one, please\r")
    terminal.wait_for("· streaming")
    return terminal


def streaming_slowly(terminal: Terminal) -> Terminal:
    streaming(terminal)
    frames = terminal.raw.count(b"\x1b[?2026h")
    began_at = time.monotonic()
    terminal.watch(WATCH_S)
    most = SLOW.frames_a_second * (time.monotonic() - began_at + 1)
    assert terminal.raw.count(b"\x1b[?2026h") - frames <= most
    # a truecolour terminal and a theme of sixteen million colours
    assert b"8;5;" in terminal.raw
    assert b"8;2;" not in terminal.raw
    return terminal


def expect_restored(terminal: Terminal) -> None:
    assert terminal.modes.as_found, terminal.modes.on
    assert terminal.settings == terminal.settings_before
    assert b"Traceback" not in terminal.raw
    assert b"\x1b]2;" in terminal.raw
    for frame in re.findall(rb"\x1b\[\?2026h(.*?)\x1b\[\?2026l", bytes(terminal.raw), re.S):
        assert b"\x1b]" not in frame


# where an answer is coming it is asked about once
@pytest.mark.parametrize(
    ("state", "keys"),
    [(opened, CTRL_Q), pytest.param(streaming, CTRL_Q * 2, marks=pytest.mark.warm_start)],
)
def test_ctrl_q_ends_it_soon_and_restores_the_terminal(
    open_terminal: Open, state: State, keys: str
) -> None:
    began_at = time.monotonic()
    terminal = state(open_terminal("demo", "--profile", "demo-gpt"))
    # to end is a small part of the work of a start, however busy the machine is
    limit_s = max(QUICK_S, time.monotonic() - began_at)
    terminal.send(keys)
    assert terminal.wait_exit(limit_s) == 0
    expect_restored(terminal)


@pytest.mark.warm_start
def test_the_transcript_of_the_open_session_stays_where_that_is_wanted(open_terminal: Open) -> None:
    wanted = {"RUNNEL_ON_EXIT": "transcript"}
    terminal = opened(open_terminal("demo", "--profile", "demo-gpt", extra=wanted))
    terminal.send("echo kept for later\r")
    terminal.wait_for("▎ echo kept for later")
    terminal.send(CTRL_Q * 2)
    assert terminal.wait_exit() == 0
    expect_restored(terminal)
    _, _, left = bytes(terminal.raw).rpartition(b"\x1b[?1049l")
    assert b"--- You" in left
    assert b"\r\necho kept for later\r\n" in left


@pytest.mark.warm_start
@pytest.mark.parametrize(
    ("number", "status", "link", "state"),
    [
        (signal.SIGTERM, 143, "auto", streaming),
        (signal.SIGHUP, 129, "auto", opened),
        (signal.SIGQUIT, 131, "slow", streaming_slowly),
    ],
)
def test_a_signal_ends_it_with_its_status_and_restores_the_terminal(
    open_terminal: Open, number: signal.Signals, status: int, link: str, state: State
) -> None:
    terminal = state(open_terminal("--link", link, "demo", "--profile", "demo-gpt"))
    terminal.signal(number)
    assert terminal.wait_exit() == status
    expect_restored(terminal)


@pytest.mark.warm_start
def test_ctrl_c_clears_what_is_being_written_and_twice_quits(open_terminal: Open) -> None:
    terminal = opened(open_terminal("demo", "--profile", "demo-gpt"))
    terminal.send("half a thought")
    terminal.wait_for("┃ half a thought")
    terminal.send(CTRL_C)
    terminal.wait_for("Cleared. Up brings the text back.")
    terminal.send("\x1b[A")
    terminal.wait_for("┃ half a thought")
    terminal.send(CTRL_C)
    terminal.wait_for(lambda: "┃ half a thought" not in terminal.text)
    terminal.send(CTRL_C)
    terminal.wait_for("Press Ctrl+C again to quit.")
    assert terminal.process.poll() is None
    terminal.send(CTRL_C)
    assert terminal.wait_exit() == 0
    expect_restored(terminal)


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
    terminal.send(CTRL_Q * 2)
    terminal.wait_for("ended 0")
    terminal.wait_exit()
    expect_restored(terminal)


@pytest.mark.warm_start
def test_it_goes_on_when_something_else_stopped_and_continued_it(open_terminal: Open) -> None:
    terminal = opened(open_terminal("demo", "--profile", "demo-gpt"))
    raw = terminal.settings
    for word in ("once", "twice"):
        terminal.signal(signal.SIGSTOP)
        terminal.set_settings(terminal.settings_before)
        terminal.send("\x1b[?1;2c")
        terminal.signal(signal.SIGCONT)
        terminal.wait_for(lambda: terminal.settings == raw)
        terminal.send(f"{word} ")
        terminal.wait_for(word)
    terminal.wait_for("┃ once twice ")
    terminal.send(CTRL_Q * 2)
    assert terminal.wait_exit() == 0
    expect_restored(terminal)


class SideTerminal:
    """A terminal that no session controls, so that no signal tells of its end."""

    def __init__(self, starts: WarmStarts, environment: Mapping[str, str], folder: Path) -> None:
        self.folder = folder
        self.main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        self.process = starts.start(
            [*RUNNEL, "demo", "--profile", "demo-gpt"],
            {**environment, "TERM": "xterm-256color", "EDITOR": str(folder / "editor")},
            folder,
            side,
            is_controlled=False,
        )
        os.close(side)

    def open(self) -> None:
        seen = b""
        while b"plays it" not in seen:
            seen += os.read(self.main, 65_536)

    def redraw_without_reading(self) -> None:
        """Have it draw for some seconds more than the terminal holds."""
        os.write(self.main, b"a long one, please\r")
        ends_at = time.monotonic() + UNREAD_S
        while time.monotonic() < ends_at:
            # Ctrl+L draws every cell
            os.write(self.main, b"\x0c")
            select.select([], [], [], 0.02)


@pytest.fixture
def side_terminal(
    warm_starts: WarmStarts, environment: dict[str, str], tmp_path: Path
) -> Iterator[SideTerminal]:
    terminal = SideTerminal(warm_starts, environment, tmp_path)
    try:
        terminal.open()
        yield terminal
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()


def test_it_ends_when_its_terminal_is_gone_without_a_signal(side_terminal: SideTerminal) -> None:
    os.close(side_terminal.main)
    assert side_terminal.process.wait(ENDING_S) == 129


def test_it_ends_when_its_terminal_read_nothing_and_then_is_gone(
    side_terminal: SideTerminal,
) -> None:
    side_terminal.redraw_without_reading()
    os.close(side_terminal.main)
    assert side_terminal.process.wait(ENDING_S) == 129


def test_a_signal_ends_it_though_its_terminal_reads_nothing(side_terminal: SideTerminal) -> None:
    side_terminal.redraw_without_reading()
    side_terminal.process.send_signal(signal.SIGTERM)
    assert side_terminal.process.wait(ENDING_S) == 143
    os.close(side_terminal.main)


def test_a_terminal_that_reads_again_is_drawn_whole(side_terminal: SideTerminal) -> None:
    side_terminal.redraw_without_reading()
    os.write(side_terminal.main, b"what I typed meanwhile")
    screen = QuickScreen(160, 50)
    stream = pyte.ByteStream(screen)
    while not any("what I typed meanwhile" in line for line in screen.display):
        stream.feed(os.read(side_terminal.main, 65_536))
    os.write(side_terminal.main, (CTRL_Q * 2).encode())
    while side_terminal.process.poll() is None:
        with suppress(OSError):
            os.read(side_terminal.main, 65_536)
    assert side_terminal.process.returncode == 0
    os.close(side_terminal.main)


def test_a_hangup_ends_it_though_an_editor_goes_on(side_terminal: SideTerminal) -> None:
    editor, is_open = side_terminal.folder / "editor", side_terminal.folder / "is-open"
    editor.write_text(STUBBORN_EDITOR, encoding="utf-8")
    editor.chmod(0o700)
    os.write(side_terminal.main, b"\x07")
    while not is_open.exists():
        ready, _, _ = select.select([side_terminal.main], [], [], 0.1)
        if ready:
            os.read(side_terminal.main, 65_536)
    side_terminal.process.send_signal(signal.SIGHUP)
    assert side_terminal.process.wait(ENDING_S) == 129
    os.close(side_terminal.main)
    # the editor is in the session of its parent, which is gone
    with suppress(ProcessLookupError):
        os.killpg(side_terminal.process.pid, signal.SIGKILL)
