"""Chores of the thread that writes the store: what is to be done after a while, and when."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable


class Chore(enum.Enum):
    """Its value: so many seconds after it is begun it is due."""

    CHECKPOINT = 10.0
    """Bring onto the disk what was committed: so much, at most, a power cut may cost."""
    DERIVE = 0.5
    """Go on with what is made of the other tables."""
    DERIVE_AGAIN = 3.0
    """Try that again where it failed: another client may have the file locked."""
    LOOK = 1.0
    """See what other processes have changed, while somebody watches."""
    WIPE = 1.5
    """Leave nothing in the file of what was forgotten."""
    WIPE_AGAIN = 60.0
    """Try that again where it failed: the disk may be full, and it writes much."""
    RETRY = 5.0
    """Try a file again that failed."""


class Chores:
    """Each is due at one moment of `clock` (seconds), or not at all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due_at: dict[Chore, float] = {}

    @property
    def is_any(self) -> bool:
        """Something is due."""
        return any(each <= self._clock() for each in self._due_at.values())

    @property
    def patience_s(self) -> float | None:
        """In so many seconds the next one is due; `None` when there is none."""
        if not self._due_at:
            return None
        return max(0.0, min(self._due_at.values()) - self._clock())

    def begin(self, chore: Chore, *, at_once: bool = False) -> None:
        """Let it be due in its time or at once, unless it will be before."""
        at = self._clock() + (0 if at_once else chore.value)
        self._due_at[chore] = min(at, self._due_at.get(chore, at))

    def take(self, chore: Chore) -> bool:
        """Say whether it is due, and let it be so no more."""
        if self._due_at.get(chore, float("inf")) > self._clock():
            return False
        del self._due_at[chore]
        return True

    def take_back(self, chore: Chore) -> None:
        """Let it be due no more: it was not needed."""
        self._due_at.pop(chore, None)
