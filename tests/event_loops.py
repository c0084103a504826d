"""Event loops for tests: one that tells when it is idle, one on which waiting takes no time."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVarTuple

from textual._wait import wait_for_idle

from tui.tapes import loops
from tui.tapes.loops import LONGEST_S, UnhurriedLoop

P = ParamSpec("P")
Ts = TypeVarTuple("Ts")


class _PuttingOff(loops.IdleSelector):
    """Has something done before it is idle."""

    put_off: Callable[[], object] | None = None
    """What is still to be done."""
    holds_back = False
    """Whether that is left for later."""

    def note_idle(self) -> None:
        if self.put_off is None or self.holds_back:
            super().note_idle()
            return
        do, self.put_off = self.put_off, None
        do()


class IdleLoop(loops.IdleLoop):
    """An event loop that tells when it has nothing to do, and leaves some of it until then."""

    def __init__(self) -> None:
        self._putting_off = _PuttingOff()
        super().__init__(self._putting_off)

    def before_idle(self, job: Callable[[], None]) -> None:
        """Do `job`, and of several the last, when someone waits and nothing else is to be done."""
        context = contextvars.copy_context()
        self._putting_off.put_off = lambda: self.call_soon(job, context=context)

    @contextmanager
    def holding_back(self) -> Iterator[None]:
        """Be idle without what `before_idle` was told of; it is done when next idle after this."""
        before, self._putting_off.holds_back = self._putting_off.holds_back, True
        try:
            yield
        finally:
            self._putting_off.holds_back = before

    def add_signal_handler(self, sig: int, callback: Callable[[*Ts], object], *args: *Ts) -> None:
        """Leave signals to the run of the tests.

        Who ends that does not mean the app in it, which would end alone, and the test wait for it.
        """


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


def unhurried(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test on an event loop on which waiting takes no time."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=UnhurriedLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run
