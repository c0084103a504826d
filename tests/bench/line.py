"""Line between a program and its terminal, as slow as a test wants it, or standing still."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable

STATUS_ASKED, STATUS_ANSWER = b"\x1b[5n", b"\x1b[0n"
_READ_BYTES = 65_536
_SLICE_S = 0.02
"""So long a slow line takes for what is read at once."""


class Line:
    """Carries `bytes_s` bytes a second; what goes back takes all of the round trip."""

    def __init__(self, bytes_s: float = math.inf, round_trip_s: float = 0.0) -> None:
        self._bytes_s = bytes_s
        self._round_trip_s = round_trip_s
        self._goes_on = threading.Event()
        self._goes_on.set()
        self._has_ended = False
        self._carried_bytes = 0
        self._tail = b""
        self._asked_by: list[int] = []
        """How many bytes had come with each question for the status."""

    def stop(self) -> None:
        """Take nothing more, as a terminal whose window hangs."""
        self._goes_on.clear()

    def go_on(self) -> None:
        self._goes_on.set()

    def end(self) -> None:
        """Carry what is left at once: nobody looks any more."""
        self._bytes_s = math.inf
        self._has_ended = True
        self._goes_on.set()

    def read(self, file_number: int) -> bytes:
        """Return what came to the end of the line; empty at its end."""
        self._goes_on.wait()
        if math.isinf(self._bytes_s):
            data = os.read(file_number, _READ_BYTES)
        else:
            data = os.read(file_number, max(1, round(self._bytes_s * _SLICE_S)))
            time.sleep(len(data) / self._bytes_s)
        self._carried_bytes += len(data)
        return data

    def send_back(self, send: Callable[[], object]) -> None:
        """Have something done at the other end when it has come there."""
        if not self._round_trip_s:
            send()
            return
        timer = threading.Timer(self._round_trip_s, self._arrive, [send])
        timer.daemon = True
        timer.start()

    def _arrive(self, send: Callable[[], object]) -> None:
        # behind the end of the line its file number may be another's
        if not self._has_ended:
            send()

    def status_questions(self, data: bytes) -> int:
        """Return how often the status is asked for in `data`, which has come last."""
        seen = self._tail + data
        self._tail = seen[-len(STATUS_ASKED) + 1 :]
        if count := seen.count(STATUS_ASKED):
            self._asked_by.append(self._carried_bytes)
        return count

    def answered(self, since: int) -> int:
        """Return how many bytes had come when the status was first told after so many."""
        return next((at for at in self._asked_by if at > since), since)
