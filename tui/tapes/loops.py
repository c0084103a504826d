"""Event loops for replays: one tells when it is idle, on the others waiting takes no time."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple

NEAR_S = 0.05
"""A timer that is due so soon, such as that of the next frame, keeps a loop from being idle."""
LONGEST_S = 1.0
"""So long a loop is waited for that is never idle: work and sleep, not waiting for its turn."""
TURNS = 32
"""So many turns a loop makes that has work to do between two looks at how long that takes."""
JOB_TURN_S = 0.001
"""So long a turn of a loop may wait for a thread."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Ready = list[tuple[selectors.SelectorKey, int]]


class IdleSelector(selectors.DefaultSelector):
    """Resolves waiters when the loop would go to sleep for longer than `NEAR_S`."""

    def __init__(self) -> None:
        super().__init__()
        self._waiters: list[tuple[asyncio.Future[None], float]] = []
        """With the time on the loop's own clock at which each is resolved in any case."""
        self._slept_s = 0.0
        self._turns = 0
        self.jobs = 0
        """How many calls run in threads."""

    def wait(self, waiter: asyncio.Future[None]) -> None:
        self._waiters.append((waiter, self._lived_s + LONGEST_S))

    @property
    def _lived_s(self) -> float:
        """Seconds in which the loop worked or slept: on a busy machine fewer than go by."""
        return self._slept_s + time.thread_time()

    def select(self, timeout: float | None = None) -> Ready:
        if not self._waiters:
            return super().select(timeout)
        if timeout == 0:
            return self._turn()
        if timeout is not None and timeout <= NEAR_S:
            return self._sleep(timeout)
        ready = super().select(0)
        if ready:
            return ready
        if self.jobs:
            return self._sleep(LONGEST_S if timeout is None else min(timeout, LONGEST_S))
        self.note_idle()
        return ready

    def note_idle(self) -> None:
        """Resolve all waiters, for there is nothing to do."""
        self._resolve(float("inf"))

    def _turn(self) -> Ready:
        self._turns += 1
        if self._turns % TURNS == 0:
            # asking the system takes as long as many a turn
            self._resolve(self._lived_s)
        return super().select(0)

    def _sleep(self, timeout: float) -> Ready:
        began_at = time.monotonic()
        ready = super().select(timeout)
        self._slept_s += min(timeout, time.monotonic() - began_at)
        self._resolve(self._lived_s)
        return ready

    def _resolve(self, now_s: float) -> None:
        for waiter, ends_at in self._waiters:
            if ends_at <= now_s and not waiter.done():
                waiter.set_result(None)
        self._waiters = [each for each in self._waiters if not each[0].done()]


class IdleLoop(asyncio.SelectorEventLoop):
    """An event loop that tells when it has nothing to do.

    It does not ask the clock or the processor, so that a machine under load gives the same answer.
    """

    def __init__(self, watched: IdleSelector | None = None) -> None:
        self._watched = watched or IdleSelector()
        super().__init__(self._watched)

    async def idle(self) -> None:
        """Wait until no callback is ready, no timer is near and no thread works for this loop.

        Ends after `LONGEST_S` in any case: a spinner is never idle.
        """
        waiter = self.create_future()
        self._watched.wait(waiter)
        await waiter

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        job = super().run_in_executor(executor, func, *args)
        self._watched.jobs += 1
        job.add_done_callback(self._job_is_done)
        return job

    def _job_is_done(self, _: asyncio.Future[Any]) -> None:
        self._watched.jobs -= 1


class UnhurriedSelector(selectors.SelectSelector):
    """Does not wait for the next timer but says how far the clock moves on to it.

    What a thread does for the loop takes its time, and on the clock none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.skipped_s = 0.0
        self.jobs = 0
        """How many calls run in threads."""

    def select(self, timeout: float | None = None) -> Ready:
        if self.jobs:
            # whoever waits turn by turn has only so many
            return super().select(JOB_TURN_S if timeout == 0 else None)
        ready = super().select(0 if timeout else timeout)
        if not ready and timeout:
            self.skipped_s += timeout
        return ready


class UnhurriedLoop(asyncio.SelectorEventLoop):
    """An event loop whose waits take no time: its clock jumps to the next timer."""

    def __init__(self) -> None:
        self._jumps = UnhurriedSelector()
        super().__init__(self._jumps)

    def time(self) -> float:
        return self._jumps.skipped_s

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        job = super().run_in_executor(executor, func, *args)
        self._jumps.jobs += 1
        job.add_done_callback(self._job_is_done)
        return job

    def _job_is_done(self, _: asyncio.Future[Any]) -> None:
        self._jumps.jobs -= 1


class StrictLoop(UnhurriedLoop):
    """An unhurried loop on which all happens in the same order from run to run.

    What is for a thread is done at once: when a thread is done, among all else that goes on, is
    chance.
    """

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        job = self.create_future()
        try:
            job.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - it is for whoever waits
            job.set_exception(error)
        return job


async def until_idle(longest_s: float) -> None:
    """Wait until the running loop is idle, and for `longest_s` where it does not tell."""
    loop = asyncio.get_running_loop()
    if isinstance(loop, IdleLoop):
        await loop.idle()
    else:
        await asyncio.sleep(longest_s)
