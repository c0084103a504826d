"""Writer of terminal output: a thread of its own, so that no terminal holds up the application."""

from __future__ import annotations

import os
import select
import threading
import time
from collections import deque

CHUNK_BYTES = 1024
STUCK_S = 1.0
"""A terminal that has taken nothing for so long is not waited for at the end."""
END_S = 3.0
_ST = b"\x1b\\"
"""Ends whatever sequence was cut, and is nothing where none was."""


class OutputWriter(threading.Thread):
    """Writes to `file_number` what it is given, in order.

    What fails to be written is dropped: reading tells that a terminal is gone.
    """

    def __init__(self, file_number: int) -> None:
        super().__init__(daemon=True, name="terminal-output")
        self._file_number = file_number
        self._changed = threading.Condition()
        self._waiting: deque[str] = deque()
        self._is_writing = False
        self._last_words: bytes | None = None
        self._is_cut_short = False
        self._is_abandoned = False
        self._is_lost = False
        self._progress_at = 0.0

    @property
    def pending_writes(self) -> int:
        """How many writes the terminal has not taken; what it takes just now counts as one."""
        return len(self._waiting) + self._is_writing

    def write(self, text: str) -> None:
        """Take `text` to be written, and never block."""
        with self._changed:
            if self._is_lost:
                return
            self._waiting.append(text)
            self._changed.notify()

    def stop(self, last_words: str) -> None:
        """Write what is waiting and `last_words`; as much as the terminal takes in time."""
        with self._changed:
            self._last_words = last_words.encode("utf-8", "replace")
            self._progress_at = time.monotonic()
            self._changed.notify()
        self.join(STUCK_S)
        self._is_cut_short = True
        ends_at = time.monotonic() + END_S
        while self.is_alive() and time.monotonic() < min(ends_at, self._progress_at + STUCK_S):
            self.join(0.05)

    def abandon(self) -> None:
        """Write nothing more: the terminal is another writer's from now on."""
        self._is_abandoned = True

    def run(self) -> None:
        try:
            while (text := self._next()) is not None:
                self._write(text.encode("utf-8", "replace"))
            if self._is_cut_short:
                self._write_all(_ST)
            self._write_all(self._last_words or b"")
        except OSError:
            with self._changed:
                self._is_lost, self._is_writing = True, False
                self._waiting.clear()

    def _next(self) -> str | None:
        """Wait for what is to be written next; `None` at the end."""
        with self._changed:
            self._is_writing = False
            while not self._waiting:
                if self._last_words is not None:
                    return None
                self._changed.wait()
            if self._is_cut_short:
                return None
            text = "".join(self._waiting)
            self._waiting.clear()
            self._is_writing = True
            return text

    def _write(self, data: bytes) -> None:
        for begin in range(0, len(data), CHUNK_BYTES):
            if self._is_cut_short:
                return
            self._write_all(data[begin : begin + CHUNK_BYTES])

    def _write_all(self, data: bytes) -> None:
        while data and not self._is_abandoned:
            try:
                written = os.write(self._file_number, data)
            except BlockingIOError:
                # whoever shares the terminal may have made it non-blocking
                select.select([], [self._file_number], [], STUCK_S)
                continue
            self._progress_at = time.monotonic()
            data = data[written:]
