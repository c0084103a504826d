"""Patience with a silent answer: after how long a person is told that nothing comes."""

from __future__ import annotations

STALL_S = 15.0
"""Seconds without an event after which an answer has stalled."""


class Patience:
    """The silence that is borne in one answer: `STALL_S` after each event, longer when extended.

    Times are seconds of the account's clock.
    """

    def __init__(self) -> None:
        self._limit_s = STALL_S
        self._heard_at: float | None = None

    def passed_limit_s(self, heard_at: float, now: float) -> float | None:
        """Return the limit that the silence since `heard_at` has passed; `None` before that."""
        if heard_at != self._heard_at:
            self._limit_s, self._heard_at = STALL_S, heard_at
        return self._limit_s if now - heard_at >= self._limit_s else None

    def left_s(self, heard_at: float, now: float) -> float:
        """Return for how long there is no need to look again."""
        return heard_at + self._limit_s - now

    def extend(self) -> None:
        """Bear twice the silence before it is told again."""
        self._limit_s *= 2
