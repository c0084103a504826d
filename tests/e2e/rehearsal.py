"""Rehearsal of the app in the process from which the tests fork theirs, before the first of them.

What Python and the libraries make at a first use, and keep, is a third of what an app does that is
opened and left, and is the same each time.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyte

from tests.clean_environment import clean_environment
from tests.e2e.modes import Modes
from tests.e2e.quick_screen import QuickScreen
from tests.e2e.terminal import UNKNOWN, whole_sequences
from tui.__main__ import main

COLUMNS, ROWS = 120, 36
LIMIT_S = 60.0
"""So long a visit may take; else what is never drawn would have all tests wait for ever."""
ENTER, ESCAPE, CTRL_P, CTRL_Q = "\r", "\x1b", "\x10", "\x11"
STEPS = (
    ("plays it", f"echo *some* `words`{ENTER}"),
    ("words` · ready", CTRL_P),
    ("type to filter", ESCAPE),
    ("Ctrl+Q Quit", CTRL_Q * 2),
)
"""What is waited for on the screen, and typed then."""


def rehearse() -> None:
    """Play one visit to the demo, and leave nothing of it but what any program keeps."""
    before = state()
    side_of_person, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    person = threading.Thread(target=visit, args=[side_of_person])
    with TemporaryDirectory() as folder, _standing_in(Path(folder), side):
        person.start()
        status = main()
    # who types reads until no end of the terminal that the app was in is open any more
    person.join()
    os.close(side_of_person)
    assert status == 0, "the visit did not come to its end"
    assert state() == before


def state() -> object:
    """Return what a process hands on to one that is forked from it, beside its memory."""
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    rest = threading.active_count(), dict(os.environ), Path.cwd()
    return signal_handlers(), open_files(), hooks, rest


def signal_handlers() -> dict[signal.Signals, Any]:
    return {each: signal.getsignal(each) for each in signal.Signals}


def open_files() -> set[int]:
    """Return the numbers of this process's files; none where the system does not tell."""
    folder = Path("/proc/self/fd")
    # but for the one by which they are listed
    listed = [*folder.iterdir()] if folder.is_dir() else []
    return {int(each.name) for each in listed if each.exists()}


@contextmanager
def _standing_in(folder: Path, side: int) -> Iterator[None]:
    """Have a terminal, an environment and arguments for a while."""
    streams = [os.dup(number) for number in range(3)]
    handlers, files = signal_handlers(), open_files()
    environment, arguments = dict(os.environ), sys.argv
    os.environ.update(clean_environment(folder), TERM="xterm-256color", COLORTERM="truecolor")
    sys.argv = ["runnel", "demo", "--profile", "demo-hardwire"]
    for number in range(3):
        os.dup2(side, number)
    os.close(side)
    try:
        yield
    finally:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        # these end with the process of an app
        for file in open_files() - files:
            with suppress(OSError):
                os.close(file)
        for number, handler in handlers.items():
            if signal.getsignal(number) != handler:
                signal.signal(number, handler)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = arguments


def visit(terminal: int) -> None:
    """Do what a person does, until nobody is on the other side any more."""
    screen, modes, pending = QuickScreen(COLUMNS, ROWS), Modes(), b""
    stream, steps = pyte.ByteStream(screen), [*STEPS]
    ends_at = time.monotonic() + LIMIT_S
    while True:
        left_s = max(0, ends_at - time.monotonic())
        # an app that goes on moving is never silent
        if not left_s or not select.select([terminal], [], [], left_s)[0]:
            os.kill(os.getpid(), signal.SIGTERM)
            ends_at += LIMIT_S
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:
            return
        drawn, pending = whole_sequences(pending + data)
        modes.take(drawn)
        stream.feed(UNKNOWN.sub(b"", drawn))
        while steps and any(steps[0][0] in line for line in screen.display):
            _, keys = steps.pop(0)
            os.write(terminal, keys.encode())
