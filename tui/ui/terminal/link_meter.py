"""Meter of a link: tells a slow one from a fast one by how long the terminal takes for bytes."""

from __future__ import annotations

from collections import deque

SMALL_BYTES = 400
"""What no more than so much takes is the time there and back."""
LARGE_BYTES = 2_000
"""Less says nothing about how many bytes a second there are."""
SLOW_BYTES_S = 24_000
"""A screenful takes half a second."""
FAST_BYTES_S = 4 * SLOW_BYTES_S
IN_A_ROW = 3
"""So many measurements must agree: a terminal may stand still for once."""
HOLD_S = 20.0
"""So long it stays as it is after a change; twice as long after each further one."""
LONGEST_HOLD_S = 600.0
_ROUND_TRIPS = 16


class LinkMeter:
    """Judges a link by measurements; between slow and fast it stays what it was."""

    def __init__(self, *, is_slow: bool) -> None:
        self.is_slow = is_slow
        self.words = ""
        """What the last change was for; empty while there was none."""
        self._round_trips_s = deque[float](maxlen=_ROUND_TRIPS)
        self._against = 0
        """How many measurements in a row speak against what it is."""
        self._hold_s = HOLD_S
        self._held_until = float("-inf")

    def note(self, size_bytes: int, took_s: float, now: float) -> None:
        """Take in how long it took from writing bytes to an answer of the terminal behind them."""
        if size_bytes <= SMALL_BYTES:
            self._round_trips_s.append(took_s)
        if size_bytes < LARGE_BYTES:
            return
        there_and_back_s = min(self._round_trips_s, default=0.0)
        bytes_s = size_bytes / max(took_s - there_and_back_s, 0.001)
        is_against = bytes_s >= FAST_BYTES_S if self.is_slow else bytes_s < SLOW_BYTES_S
        self._against = self._against + 1 if is_against else 0
        if self._against >= IN_A_ROW and now >= self._held_until:
            self._change(bytes_s, now)

    def _change(self, bytes_s: float, now: float) -> None:
        self.is_slow = not self.is_slow
        self.words = f"the terminal was measured to take {_told(bytes_s)} a second"
        self._against = 0
        self._held_until = now + self._hold_s
        self._hold_s = min(2 * self._hold_s, LONGEST_HOLD_S)


def _told(bytes_s: float) -> str:
    return f"{bytes_s / 1000:,.1f} KB" if bytes_s < 10_000 else f"{bytes_s / 1000:,.0f} KB"
