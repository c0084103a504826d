"""Traffic of one backend: reads that wait or are slow, and the quota; observable by the UI."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from msgspec import Struct

from tui.safe_text import SafeText

LOW_SHARE = 0.2
"""Share of a quota below which a person is told and what is not urgent waits."""

SLOW_S = 5.0
"""A read that takes longer is told of, and can be stopped."""

RECENT_READS = 5
"""So many tell how quick the line and the server are."""
UNHURRIED_S = 1.0
"""Where reads take longer, what is not urgent is not read."""
USUAL_BYTES = 100_000
"""A read that brings more takes longer for that: of its time counts what so much of it took."""

_EPOCH_S = 1_000_000_000
"""A reset told as a larger number is a time of day, not a number of seconds."""


class Waiting(Struct, frozen=True):
    """A read that failed and will be made again."""

    reason: SafeText
    """In a few words: `HTTP 503`, `too many calls`, `connection lost`."""
    until: float
    """When it is made again, in seconds of the traffic's clock."""
    attempt: int
    """Number of the coming attempt, from 2."""
    attempts: int


class Quota(Struct, frozen=True):
    """How many calls the server still takes."""

    limit: int
    remaining: int
    resets_at: float
    """In seconds of the traffic's clock."""

    @property
    def is_low(self) -> bool:
        return self.remaining <= self.limit * LOW_SHARE


@dataclass(slots=True)
class TimedRead:
    """A read of which the time is noted, and what it has brought."""

    size_bytes: int = 0


class Traffic:
    """The state of one backend's calls.

    `clock` returns seconds and only ever grows. `jitter` returns what a wait is multiplied by, so
    that clients that failed together do not come back together. `changed` is called after every
    change; it is set by whoever shows the state.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = lambda: random.uniform(0.75, 1.25),
        slow_s: float = SLOW_S,
    ) -> None:
        self.clock = clock
        self.sleep = sleep
        self.jitter = jitter
        self.changed: Callable[[], None] = lambda: None
        self.is_patient = True
        """Reads that fail for a passing reason are made again, not told at once."""
        self._slow_s = slow_s
        self._slow_since: list[float] = []
        self._took_s = deque[float](maxlen=RECENT_READS)
        self._held_up: list[Waiting] = []
        self._waiting: Waiting | None = None
        self._quota: Quota | None = None
        self._unhurried = set[asyncio.Task[object]]()
        self._urgent = 0
        self._at_rest = asyncio.Event()
        self._at_rest.set()

    @property
    def waiting(self) -> Waiting | None:
        """The repetition being waited for, the latest of several; `None` when there is none."""
        return self._waiting

    @waiting.setter
    def waiting(self, waiting: Waiting | None) -> None:
        if waiting != self._waiting:
            self._waiting = waiting
            self.changed()

    @contextmanager
    def held_up(self, waiting: Waiting) -> Iterator[None]:
        """Show `waiting` for the time inside."""
        self._held_up.append(waiting)
        self.waiting = waiting
        try:
            yield
        finally:
            self._held_up.remove(waiting)
            self.waiting = self._held_up[-1] if self._held_up else None

    @property
    def reading_since(self) -> float | None:
        """When the read began that takes long, the first of several; `None` when there is none."""
        return min(self._slow_since, default=None)

    @contextmanager
    def timed(self) -> Iterator[TimedRead]:
        """Note how long the read made inside takes; show it when that is long.

        One that nobody waits for is not shown. What is yielded is told how much came.
        """
        began_at, read = self.clock(), TimedRead()
        try:
            with nullcontext() if self.is_unhurried else self._shown_when_slow(began_at):
                yield read
        finally:
            usual_share = USUAL_BYTES / max(USUAL_BYTES, read.size_bytes)
            self._took_s.append((self.clock() - began_at) * usual_share)

    @contextmanager
    def _shown_when_slow(self, began_at: float) -> Iterator[None]:
        def show() -> None:
            self._slow_since.append(began_at)
            self.changed()

        timer = asyncio.get_running_loop().call_later(self._slow_s, show)
        try:
            yield
        finally:
            timer.cancel()
            if began_at in self._slow_since:
                self._slow_since.remove(began_at)
                self.changed()

    @property
    def is_slow(self) -> bool:
        """Reads take so long, by the last ones, that none should be made without need."""
        if not self._took_s:
            return False
        middle_s = sorted(self._took_s)[len(self._took_s) // 2]
        return middle_s > UNHURRIED_S

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

    def note_quota(self, headers: Mapping[str, str]) -> None:
        """Take over what the headers of an answer tell of the quota; many tell nothing."""
        for prefix in ("x-ratelimit", "ratelimit"):
            limit, remaining, reset_s = (
                _number(headers.get(f"{prefix}-{each}")) for each in ("limit", "remaining", "reset")
            )
            if limit and remaining is not None and reset_s is not None:
                self.quota = Quota(limit, remaining, self.clock() + seconds_left(reset_s))
                return

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """Let the reads made inside wait for a person's calls, and while few calls are left.

        Those of tasks that are begun inside do not: somebody else may come to wait for them.
        """
        with self._marked(is_unhurried=True):
            yield

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Let the calls made inside wait for no other, also inside `unhurried`.

        It is for what is held by one task and waited for by all, such as a sign-in.
        """
        with self._marked(is_unhurried=False):
            yield

    @contextmanager
    def _marked(self, *, is_unhurried: bool) -> Iterator[None]:
        task, was_unhurried = asyncio.current_task(), self.is_unhurried
        assert task is not None
        mark, unmark = self._unhurried.add, self._unhurried.discard
        (mark if is_unhurried else unmark)(task)
        try:
            yield
        finally:
            (mark if was_unhurried else unmark)(task)

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Let the reads that are not hurried wait for the call made inside, unless it is one."""
        if self.is_unhurried:
            yield
            return
        self._urgent += 1
        self._at_rest.clear()
        try:
            yield
        finally:
            self._urgent -= 1
            if not self._urgent:
                self._at_rest.set()

    async def at_rest(self) -> None:
        """Wait until no urgent call is on its way."""
        # another may have begun before this task went on
        while self._urgent:
            await self._at_rest.wait()

    @property
    def is_unhurried(self) -> bool:
        """Whether the running task is inside `unhurried`."""
        # a context would be handed on to every task and timer that is begun inside
        return asyncio.current_task() in self._unhurried


def seconds_left(reset_s: float) -> float:
    """Return the seconds until a reset that is told in seconds from now or since 1970."""
    return max(0.0, reset_s - time.time()) if reset_s > _EPOCH_S else reset_s


def _number(value: str | None) -> int | None:
    """Return the number a field begins with, as in `100;w=60`."""
    match = re.match(r"\s*(\d{1,12})(?![\d-])", value or "")
    return int(match[1]) if match else None
