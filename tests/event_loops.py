"""Event loops for tests: one that tells when it is idle, one on which waiting takes no time."""

from __future__ import annotations

import asyncio
import contextvars
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar, TypeVarTuple

from textual._wait import wait_for_idle

NEAR_S = 0.05
"""A timer that is due so soon, such as that of the next frame, keeps a loop from being idle."""
LONGEST_S = 1.0
"""So long a loop is waited for that is never idle: work and sleep, not waiting for its turn."""
JOB_TURN_S = 0.001
"""So long a turn of a loop may wait for a thread."""

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class IdleSelector(selectors.DefaultSelector):
    """Resolves `waiters` when the loop would go to sleep for longer than `NEAR_S`."""

    def __init__(self) -> None:
        super().__init__()
        self._waiters: list[tuple[asyncio.Future[None], float]] = []
        """With the time on the loop's own clock at which each is resolved in any case."""
        self._slept_s = 0.0
        self.jobs = 0
        """How many calls run in threads."""
        self.put_off: Callable[[], object] | None = None
        """What is still to be done before the loop is idle."""
        self.holds_back = False
        """Whether that is left for later."""

    def wait(self, waiter: asyncio.Future[None]) -> None:
        self._waiters.append((waiter, self._lived_s + LONGEST_S))

    @property
    def _lived_s(self) -> float:
        """Seconds in which the loop worked or slept: on a busy machine fewer than go by."""
        return self._slept_s + time.thread_time()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if not self._waiters:
            return super().select(timeout)
        if timeout is not None and timeout <= NEAR_S:
            return self._sleep(timeout)
        ready = super().select(0)
        if ready:
            return ready
        if self.jobs:
            return self._sleep(LONGEST_S if timeout is None else min(timeout, LONGEST_S))
        if self.put_off is not None and not self.holds_back:
            do, self.put_off = self.put_off, None
            do()
            return ready
        self._resolve(float("inf"))
        return ready

    def _sleep(self, timeout: float) -> list[tuple[selectors.SelectorKey, int]]:
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

    def __init__(self) -> None:
        self._watched = IdleSelector()
        super().__init__(self._watched)

    async def idle(self) -> None:
        """Wait until no callback is ready, no timer is near and no thread works for this loop.

        Ends after `LONGEST_S` in any case: a spinner is never idle.
        """
        waiter = self.create_future()
        self._watched.wait(waiter)
        await waiter

    def before_idle(self, job: Callable[[], None]) -> None:
        """Do `job`, and of several the last, when someone waits and nothing else is to be done."""
        context = contextvars.copy_context()
        self._watched.put_off = lambda: self.call_soon(job, context=context)

    @contextmanager
    def holding_back(self) -> Iterator[None]:
        """Be idle without what `before_idle` was told of; it is done when next idle after this."""
        self._watched.holds_back = True
        try:
            yield
        finally:
            self._watched.holds_back = False

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        job = super().run_in_executor(executor, func, *args)
        self._watched.jobs += 1
        job.add_done_callback(self._job_is_done)
        return job

    def add_signal_handler(self, sig: int, callback: Callable[[*Ts], object], *args: *Ts) -> None:
        """Leave signals to the run of the tests.

        Who ends that does not mean the app in it, which would end alone, and the test wait for it.
        """

    def _job_is_done(self, _: asyncio.Future[Any]) -> None:
        self._watched.jobs -= 1


async def idle(min_sleep: float = 0, max_sleep: float = LONGEST_S) -> None:
    """Wait until the running loop is idle; stands in for Textual's `wait_for_idle`.

    Textual's asks how busy the processor was with this process for 20 ms: on a machine under load
    a process that waits for its turn looks idle.
    """
    loop = asyncio.get_running_loop()
    if isinstance(loop, IdleLoop):
        await loop.idle()
    else:
        await wait_for_idle(min_sleep, max_sleep)


class UnhurriedSelector(selectors.SelectSelector):
    """Does not wait for the next timer but says how far the clock moves on to it.

    What a thread does for the loop takes its time, and on the clock none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.skipped_s = 0.0
        self.jobs = 0
        """How many calls run in threads."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
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


def unhurried(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test on an event loop on which waiting takes no time."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=UnhurriedLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run
