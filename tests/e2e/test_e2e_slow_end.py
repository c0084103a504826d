from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import termios
import time
import tty
from collections.abc import Mapping
from pathlib import Path

from tests.e2e.terminal import ENDING_S, TIMEOUT_S
from tests.e2e.warm_start import RUNNEL, WarmStarts
from tui.ui.terminal.acknowledgement import QUESTION

ANSWER = b"\x1b[0n"
LINE_S = 0.8
"""So long a question and its answer are on the way."""


class SlowLine:
    """A terminal at the end of a line, which answers when it is told to."""

    def __init__(self, starts: WarmStarts, environment: Mapping[str, str], folder: Path) -> None:
        self.main, self.side = pty.openpty()
        tty.setraw(self.side)
        fcntl.ioctl(self.side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        command = [*RUNNEL, "--link", "slow", "demo"]
        environment = {**environment, "TERM": "vt220"}
        self.process = starts.start(command, environment, folder, self.side, is_controlled=False)
        self.seen = bytearray()

    def read_until(self, words: bytes, *, answers: bool) -> None:
        """Read what is drawn until some of it, and answer questions on the way, or leave them."""
        ends_at = time.monotonic() + TIMEOUT_S
        while words not in self.seen:
            assert time.monotonic() < ends_at, f"{words!r} is not in {bytes(self.seen)!r}"
            ready, _, _ = select.select([self.main], [], [], 0.1)
            if ready:
                data = os.read(self.main, 65_536)
                self.seen += data
                if answers and QUESTION.encode() in data:
                    os.write(self.main, ANSWER)

    @property
    def unread_bytes(self) -> int:
        """What was sent to the program and nobody has read."""
        packed = fcntl.ioctl(self.side, termios.FIONREAD, b"\0" * 4)
        return int(*struct.unpack("i", packed))


def test_what_a_slow_terminal_answers_last_is_not_left_to_whoever_reads_it_next(
    warm_starts: WarmStarts, environment: dict[str, str], tmp_path: Path
) -> None:
    line = SlowLine(warm_starts, environment, tmp_path)
    try:
        line.read_until(b"plays it", answers=True)
        line.seen.clear()
        os.write(line.main, b"\x1b[B")
        line.read_until(QUESTION.encode(), answers=False)
        os.write(line.main, b"\x11")
        # the pace of the line
        time.sleep(LINE_S)
        os.write(line.main, ANSWER)
        line.read_until(b"\x1b[?25h", answers=False)
        assert line.process.wait(ENDING_S) == 0
        assert line.unread_bytes == 0
    finally:
        if line.process.poll() is None:
            line.process.kill()
            line.process.wait()
        os.close(line.main)
        os.close(line.side)
