"""What a backend's calls meet on their way: waits before a repetition, and the server's quota."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tui.safe_text import SafeText

LOW_SHARE = 0.2
"""Share of a quota below which a person is told and what is not urgent waits."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A read that failed and will be made again."""

    reason: SafeText
    """In a few words: `HTTP 503`, `too many calls`, `connection lost`."""
    until: float
    """When it is made again, in seconds of the traffic's clock."""
    attempt: int
    """Number of the coming attempt, from 2."""
    attempts: int


@dataclass(frozen=True, slots=True)
class Quota:
    """How many calls the server still takes."""

    limit: int
    remaining: int
    resets_at: float
    """In seconds of the traffic's clock."""

    @property
    def is_low(self) -> bool:
        return self.remaining <= self.limit * LOW_SHARE


class Traffic:
    """The state of one backend's calls.

    `clock` returns seconds and only ever grows. `changed` is called after every change; it is
    set by whoever shows the state.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.changed: Callable[[], None] = lambda: None
        self._waiting: Waiting | None = None
        self._quota: Quota | None = None

    @property
    def waiting(self) -> Waiting | None:
        """The repetition being waited for, `None` when there is none."""
        return self._waiting

    @waiting.setter
    def waiting(self, waiting: Waiting | None) -> None:
        if waiting != self._waiting:
            self._waiting = waiting
            self.changed()

    @property
    def quota(self) -> Quota | None:
        """As the server told last; `None` when it tells none, or that time is over."""
        if self._quota is not None and self._quota.resets_at <= self.clock():
            self._quota = None
        return self._quota

    @quota.setter
    def quota(self, quota: Quota | None) -> None:
        if quota != self._quota:
            self._quota = quota
            self.changed()
