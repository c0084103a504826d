"""Calls that reached the benchmark's server since it was last asked to count."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Traffic:
    """Times are of the clock that all processes share."""

    first_at: float | None = None
    histories: Counter[str] = field(default_factory=Counter)
    """Session -> how often its whole history was read."""
    history_bytes: int = 0

    def note_call(self) -> None:
        if self.first_at is None:
            self.first_at = time.monotonic()

    def note_history(self, session: str, size_bytes: int) -> None:
        self.histories[session] += 1
        self.history_bytes += size_bytes

    def to_json(self) -> dict[str, Any]:
        return {
            "first_at": self.first_at,
            "histories": self.histories.total(),
            "history_bytes": self.history_bytes,
        }
