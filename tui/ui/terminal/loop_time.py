"""Time by the clock of the event loop, which is that of the machine or, where it is filmed, none.

On an ordinary loop all of this is what it stands in for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from textual import _time

from tui.tapes.loops import UnhurriedLoop


def loop_time_s() -> float:
    """Return seconds of the running loop's clock, which only ever grows."""
    return asyncio.get_running_loop().time()


def work_s() -> float:
    """Return the seconds this thread has worked; none of it counts where waiting takes no time."""
    return 0.0 if isinstance(asyncio.get_running_loop(), UnhurriedLoop) else time.thread_time()


@contextmanager
def timers_by_loop() -> Iterator[None]:
    """Have Textual's timers go by the clock of the loop inside; they go by the machine's else."""
    before = _time.get_time
    _time.get_time = loop_time_s
    try:
        yield
    finally:
        _time.get_time = before
