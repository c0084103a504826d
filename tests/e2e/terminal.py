"""A program in a terminal of its own: a pseudo-terminal, what is typed into it, what it draws."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import pyte
from wcwidth import wcwidth

from tests.e2e.modes import WHOLE_FRAMES, Modes
from tests.e2e.quick_screen import QuickScreen
from tests.waiting import Condition, unmet

TIMEOUT_S = 20.0
ENDING_S = 5.0
_READ_BYTES = 65_536

# a session of its own with the terminal as its controlling one, as a login has it
_LOGIN = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
# what pyte would print as text: kitty keyboard, mode queries, device control strings
UNKNOWN = re.compile(
    rb"\x1b\[[<=>][\d;]*[a-zA-Z]|\x1b\[\?[\d;]*\$p|\x1b\[\?[\d;]*u|\x1bP.*?\x1b\\", re.S
)
_FRAMES_ASKED, _FRAMES_ANSWER = b"\x1b[?2026$p", "\x1b[?2026;2$y"
_UNFINISHED = re.compile(rb"\x1b(\[[<=>?]?[\d;]*\$?|P[^\x1b]*\x1b?)?$", re.S)


def whole_sequences(data: bytes) -> tuple[bytes, bytes]:
    """Return what can be drawn of bytes, and the beginning of a sequence that is cut off."""
    if unfinished := _UNFINISHED.search(data):
        return data[: unfinished.start()], unfinished[0]
    return data, b""


class Process(Protocol):
    """A program that runs."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | Any: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, number: int, /) -> None: ...

    def kill(self) -> None: ...


Start = Callable[[Sequence[str], Mapping[str, str], Path, int], Process]
"""Starts a command with an environment, in a folder, at the side of a terminal for programs."""


def start_anew(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, side: int
) -> Process:
    return subprocess.Popen(
        # without the search for packages, which is half of it
        [sys.executable, "-I", "-S", "-c", _LOGIN, *command],
        stdin=side,
        stdout=side,
        stderr=side,
        cwd=folder,
        env=dict(environment),
        start_new_session=True,
    )


class Terminal:
    """Starts `command` with `environment` and nothing else of this process's environment.

    Use it as a context manager: the program is ended by its process id when the block is left.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        folder: Path,
        columns: int = 120,
        rows: int = 36,
        start: Start = start_anew,
    ) -> None:
        self.raw = bytearray()
        """Every byte that reached the terminal."""
        self.modes = Modes()
        self._screen = QuickScreen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._rows: dict[int, str] = {}
        self._pending = b""
        self._main, self._side = pty.openpty()
        self._set_size(columns, rows)
        self.settings_before = self.settings
        environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor", **environment}
        self.process = start(command, environment, folder, self._side)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(ENDING_S)
        os.close(self._main)
        os.close(self._side)

    # What a person does

    def send(self, text: str) -> None:
        """Type `text`; control characters are the keys that make them."""
        self.send_bytes(text.encode("utf-8", "surrogatepass"))

    def send_bytes(self, data: bytes) -> None:
        """Send what no keyboard may have, reading on: neither side waits for the other."""
        while data:
            _, ready, _ = select.select([], [self._main], [], 0)
            if ready:
                written = os.write(self._main, data[:1024])
                data = data[written:]
            else:
                self._read(0.01)

    def click(self, text: str) -> None:
        """Press and release the left button on the last place where `text` stands."""
        row, line = next(
            (row, line)
            for row, line in reversed([*enumerate(self.text.split("\n"))])
            if text in line
        )
        place = f"{line.rindex(text) + 1};{row + 1}"
        self.send(f"\x1b[<0;{place}M\x1b[<0;{place}m")

    def paste(self, text: str) -> None:
        self.send(f"\x1b[200~{text}\x1b[201~")

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window; the kernel tells the program."""
        self._screen.resize(rows, columns)
        self._set_size(columns, rows)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    # What a person sees

    @property
    def text(self) -> str:
        """The screen, a line a row."""
        # the emulator's own `display` measures every cell anew, which took longer than to emulate
        for y in self._screen.dirty:
            self._rows[y] = self._row(y)
        self._screen.dirty.clear()
        return "\n".join(self._rows[y] for y in range(self._screen.lines))

    @property
    def settings(self) -> list[Any]:
        """What `stty` would show."""
        return termios.tcgetattr(self._side)

    @property
    def echoes(self) -> bool:
        """Whether the terminal itself shows what is typed."""
        return bool(self.settings[3] & termios.ECHO)

    def set_settings(self, settings: list[Any]) -> None:
        """Change them behind the program's back, as a shell does."""
        termios.tcsetattr(self._side, termios.TCSANOW, settings)

    def wait_for(self, condition: str | Condition, timeout_s: float = TIMEOUT_S) -> None:
        """Read what the program writes until `condition`, a text on the screen or a predicate.

        Raises:
            AssertionError: it did not come to that in time, or the program ended.
        """
        ends_at = time.monotonic() + timeout_s
        while not self._holds(condition):
            left_s = ends_at - time.monotonic()
            if left_s <= 0 or not self._read(left_s):
                if self._holds(condition):
                    return
                raise AssertionError(self._missed(condition))

    def watch(self, seconds: float) -> None:
        """Read what the program writes for so long, or until it ends."""
        ends_at = time.monotonic() + seconds
        while (left_s := ends_at - time.monotonic()) > 0:
            if not self._read(left_s) and self.process.poll() is not None:
                return

    def wait_quiet(self, quiet_s: float) -> None:
        """Read until nothing is written for so long."""
        while self._read(quiet_s):
            pass

    def wait_exit(self, timeout_s: float = TIMEOUT_S) -> int:
        """Read until the program ends and return its exit status, negative for a signal."""
        ends_at = time.monotonic() + timeout_s
        while self.process.poll() is None:
            left_s = ends_at - time.monotonic()
            assert left_s > 0, f"the program did not end:\n{self.text}"
            self._read(min(left_s, 0.05))
        while self._read(0):
            pass
        return self.process.returncode

    def _missed(self, condition: str | Condition) -> str:
        status = self.process.poll()
        ended = "" if status is None else f"the program ended with {status}\n"
        if isinstance(condition, str):
            return f"this never stood on the screen: {condition!r}\n{ended}{self.text}"
        return unmet(condition, f"{ended}{self.text}")

    def _holds(self, condition: str | Condition) -> bool:
        if WHOLE_FRAMES in self.modes.on:
            # half of it would be the frame before
            return False
        return condition in self.text if isinstance(condition, str) else condition()

    def _row(self, y: int) -> str:
        line = self._screen.buffer[y]
        cells = [line[x].data for x in range(self._screen.columns)]
        # behind a wide letter is a cell of which nothing is seen
        return "".join(
            cell
            for before, cell in zip(["", *cells], cells, strict=False)
            if before.isascii() or wcwidth(before[0]) != 2
        )

    def _read(self, timeout_s: float) -> bool:
        """Take in what has been written; `False` when nothing came in time."""
        ready, _, _ = select.select([self._main], [], [], timeout_s)
        if not ready:
            return False
        data = os.read(self._main, _READ_BYTES)
        self.raw += data
        drawn, self._pending = whole_sequences(self._pending + data)
        self.modes.take(drawn)
        self._stream.feed(UNKNOWN.sub(b"", drawn))
        if _FRAMES_ASKED in drawn:
            self.send(_FRAMES_ANSWER)
        return True

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
