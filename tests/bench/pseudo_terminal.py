"""A program in a terminal that only counts: what was written when, and what it cost."""

from __future__ import annotations

import fcntl
import os
import pty
import resource
import signal
import struct
import subprocess
import termios
import threading
import time
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bench.emulated_screen import FRAME_BEGINS, FRAME_ENDS, Chunk, EmulatedScreen
from tests.bench.failure import NotMeasured
from tests.bench.line import STATUS_ANSWER, Line
from tests.thread_files import told_of_threads

MB = 1_000_000
_FRAMES_ASKED, _FRAMES_ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_BURST_GAP_S = 0.003
_LOOK_EVERY_S = 0.02
_CALM_S = 0.3
_GIVING_UP_S = 6.0
_RESTING_SHARE = 0.2
_ENDING_S = 2.0
# one that lays out ten thousand widgets must not take the machine with it
_MOST_BYTES = 2_000 * MB
# so many clocks ahead of its own number is a process's, counting all its threads
# Source: Linux, posix-timers.h
_CPU_CLOCK = 2


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a program had cost and written at a moment."""

    at: float
    cpu_s: float
    written_bytes: int


@dataclass(frozen=True, slots=True)
class Press:
    """How long a key took, in seconds."""

    to_frame_s: float
    """Until the end of the first frame after it."""
    to_rest_s: float
    """Until the last byte of all that it caused."""


class PseudoTerminal:
    """Runs `command` at a terminal size, drained by a thread that notes when bytes came.

    The first sight of `end` is noted with what the program had cost until then. Nothing is drawn:
    texts are looked for among the bytes, so they must be written in one piece; only what is to be
    shown is looked for on a screen where it `is_emulated`. `typed_at_end` is
    typed at the first sight of `end`, without the wait of a look at it from outside. `partner` is
    the process that the program may be waiting for. All goes over `line`. Leaving the block ends
    the program.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        folder: Path,
        size: tuple[int, int],
        end: str = "",
        typed_at_end: str = "",
        partner: int | None = None,
        line: Line | None = None,
        is_emulated: bool = False,
    ) -> None:
        self._screen = EmulatedScreen(size) if is_emulated else None
        self._partner = partner
        self.line = line or Line()
        self._output = bytearray()
        self._times: list[float] = []
        self._totals: list[int] = []
        self._end, self._typed_at_end = end.encode(), typed_at_end.encode()
        self.end_seen: Snapshot | None = None
        self._peak_bytes = 0
        self._main, side = pty.openpty()
        _set_size(side, size)
        self.started_at = time.monotonic()
        self._process = subprocess.Popen(
            command,
            stdin=side,
            stdout=side,
            stderr=side,
            cwd=folder,
            env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(side)
        resource.prlimit(self._process.pid, resource.RLIMIT_DATA, (_MOST_BYTES, _MOST_BYTES))
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self.has_ended:
            self._process.terminate()
        try:
            self._process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.line.end()
        self._reader.join(_ENDING_S)
        os.close(self._main)

    # What is typed

    def send(self, text: str) -> float:
        """Type `text` and return when."""
        at = time.monotonic()
        self._type(text.encode())
        return at

    def _type(self, data: bytes) -> None:
        self.line.send_back(partial(_write_all, self._main, data))

    def resize(self, size: tuple[int, int]) -> None:
        """Change the size of the window as a person does who drags its edge."""
        _set_size(self._main, size)
        # it is no terminal of a login, for which the kernel would do that
        self._process.send_signal(signal.SIGWINCH)

    # What is written

    def chunks(self, first: int = 0) -> list[Chunk]:
        """Return what was written so far, in pieces from the first on, each with when it came."""
        # it is told of what comes before that is there
        written = len(self._output)
        ends = [end for end in self._totals[first:] if end <= written]
        starts = [self._totals[first - 1] if first else 0, *ends[:-1]]
        return [
            (at, bytes(self._output[start:end]))
            for at, start, end in zip(self._times[first:], starts, ends, strict=False)
        ]

    @property
    def written_bytes(self) -> int:
        return len(self._output)

    def written_by(self, at: float) -> int:
        """Return how many bytes had come by a moment."""
        return self._totals[bisect_right(self._times, at) - 1]

    def seen_at(self, text: str | bytes, since: int = 0) -> float | None:
        """Return when `text` was first written after so many bytes, `None` when it was not."""
        wanted = text.encode() if isinstance(text, str) else text
        at = self._output.find(wanted, since)
        if at < 0:
            return None
        return self._times[bisect_left(self._totals, at + len(wanted))]

    def frames(self, since: int, until: int) -> int:
        """Return how many whole frames were written between two numbers of bytes."""
        return self._output.count(FRAME_BEGINS, since, until)

    def bursts(self, since: float, until: float) -> int:
        """Return how often something was written after a pause, between two moments."""
        times = [at for at in self._times if since <= at <= until]
        gaps = (after - before for before, after in pairwise(times))
        return bool(times) + sum(gap > _BURST_GAP_S for gap in gaps)

    def last_written_at(self, since: float) -> float:
        """Return when the newest byte came, `since` when none has come after it."""
        return max(since, self._times[-1]) if self._times else since

    def wait_seen(self, text: str | bytes, since: int = 0, *, limit_s: float) -> float:
        """Return when `text` was first written after so many bytes.

        Raises:
            NotMeasured: it did not come in time, or the program ended.
        """
        ends_at = time.monotonic() + limit_s
        while (at := self.seen_at(text, since)) is None:
            if time.monotonic() > ends_at or self.has_ended:
                tail = bytes(self._output[-300:])
                raise NotMeasured(f"{text!r} was not drawn in {limit_s:.0f} s: {tail!r}")
            time.sleep(_LOOK_EVERY_S)
        return at

    def shown_at(self, text: str, since: int, *, limit_s: float) -> float | None:
        """Return when `text` was shown, `None` when it is not and little more is computed."""
        ends_at = time.monotonic() + limit_s
        looks = deque[bool](maxlen=round(_GIVING_UP_S / _LOOK_EVERY_S))
        while (at := self._sight(text, since)) is None:
            looks.append(self._is_running())
            # a clock may tick on while nothing else comes
            rests = len(looks) == looks.maxlen and sum(looks) < _RESTING_SHARE * len(looks)
            if rests or self.has_ended or time.monotonic() > ends_at:
                return None
            time.sleep(_LOOK_EVERY_S)
        return at

    def _sight(self, text: str, since: int) -> float | None:
        screen = self._screen
        if screen is None:
            return self.seen_at(text, since)
        for at in screen.show(self.chunks(screen.chunks)):
            if screen.written_bytes > since and screen.shows(text):
                return at
        return None

    def wait_calm(self, limit_s: float, calm_s: float = _CALM_S) -> bool:
        """Wait until nothing is written or computed; `False` when it did not come to that.

        Both, because a program may be silent while it lays out.
        """
        now = time.monotonic()
        ends_at, calm_since, written_bytes = now + limit_s, now, -1
        while (now := time.monotonic()) < ends_at and not self.has_ended:
            if self.written_bytes != written_bytes or self._is_running():
                calm_since, written_bytes = now, self.written_bytes
            elif now - calm_since > calm_s:
                return True
            time.sleep(_LOOK_EVERY_S)
        return self.has_ended

    def press(self, key: str, limit_s: float) -> Press:
        """Press a key, wait until all that it caused is drawn, and return how long that took.

        Raises:
            NotMeasured: nothing was drawn, or there was no end of it.
        """
        since = self.written_bytes
        pressed_at = self.send(key)
        framed_at = self.wait_seen(FRAME_ENDS, since, limit_s=limit_s)
        if not self.wait_calm(limit_s):
            raise NotMeasured(f"the screen was not quiet again after {key!r}")
        return Press(framed_at - pressed_at, self.last_written_at(pressed_at) - pressed_at)

    # What it costs

    def snapshot(self) -> Snapshot:
        return Snapshot(time.monotonic(), _cpu_s(self._process.pid), len(self._output))

    @property
    def peak_mb(self) -> float:
        """The most memory that was resident at once, as last looked at."""
        self._note_peak()
        return self._peak_bytes / MB

    @property
    def resident_mb(self) -> float:
        """The memory that is resident now."""
        return status_bytes(self._process.pid, "VmRSS") / MB

    @property
    def has_ended(self) -> bool:
        # left as a zombie: its clock is still to be read
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, flags) is not None

    def _is_running(self) -> bool:
        """Say whether the program or its partner computes, or waits for its turn to."""
        pids = [self._process.pid] if self._partner is None else [self._process.pid, self._partner]
        return any(_is_running(pid) for pid in pids)

    def _note_peak(self) -> None:
        # of a program that has ended nothing is told any more
        self._peak_bytes = status_bytes(self._process.pid, "VmHWM") or self._peak_bytes

    def _drain(self) -> None:
        answered = False
        while True:
            try:
                data = self.line.read(self._main)
            except OSError:
                return  # Linux tells so that nobody has the other side open any more
            if not data:
                return
            at = time.monotonic()
            look_from = max(0, len(self._output) - len(self._end) + 1)
            # whoever finds something in the output looks up when it came
            self._times.append(at)
            self._totals.append(len(self._output) + len(data))
            self._output += data
            if self._end and self.end_seen is None and self._end in self._output[look_from:]:
                self.end_seen = Snapshot(at, _cpu_s(self._process.pid), len(self._output))
                self._note_peak()
                if self._typed_at_end:
                    os.write(self._main, self._typed_at_end)
            if not answered and _FRAMES_ASKED in self._output:
                answered = True
                self._type(_FRAMES_ANSWER)
            if asked := self.line.status_questions(data):
                self._type(STATUS_ANSWER * asked)


def _cpu_s(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | _CPU_CLOCK)


def _write_all(terminal: int, data: bytes) -> None:
    while data:
        data = data[os.write(terminal, data) :]


def _set_size(terminal: int, size: tuple[int, int]) -> None:
    columns, rows = size
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _is_running(pid: int) -> bool:
    # not by what it has used: on a busy machine that may be little
    threads = told_of_threads(pid, "stat")
    return any(told.rpartition(") ")[2].startswith("R") for told in threads)


def status_bytes(process_id: int, name: str) -> int:
    """Return a size that the kernel tells of a process by that name, 0 for none."""
    status = Path(f"/proc/{process_id}/status").read_text("ascii", "replace")
    lines = (line.split() for line in status.splitlines())
    return next((int(words[1]) * 1024 for words in lines if words[0] == f"{name}:"), 0)
