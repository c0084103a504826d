"""Event loop on which waiting takes no time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

P = ParamSpec("P")


class UnhurriedSelector(selectors.SelectSelector):
    """Does not wait for the next timer but says how far the clock moves on to it."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
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


def unhurried(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test on an event loop on which waiting takes no time."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=UnhurriedLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run
