"""Time by the clock of the event loop, which is that of the machine or, where it is filmed, none.

On an ordinary loop all of this is what it stands in for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from textual import _time
from textual.message_pump import MessagePump

from tui.tapes.loops import UnhurriedLoop


def loop_time_s() -> float:
    """Return seconds of the running loop's clock, which only ever grows."""
    return asyncio.get_running_loop().time()


def work_s() -> float:
    """Return the seconds this thread has worked; none of it counts where waiting takes no time."""
    return 0.0 if isinstance(asyncio.get_running_loop(), UnhurriedLoop) else time.thread_time()


@contextmanager
def widgets_in_order() -> Iterator[None]:
    """Have sets of widgets in an order that is the same from run to run, inside.

    Textual lays out, shows and draws again what is in sets; else their order is that of addresses.
    """
    numbers = count()
    before = MessagePump.__hash__

    def number_of(pump: object) -> int:
        own = vars(pump)
        if "_number_in_order" not in own:
            own["_number_in_order"] = next(numbers)
        number: int = own["_number_in_order"]
        return number

    MessagePump.__hash__ = number_of  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        MessagePump.__hash__ = before  # type: ignore[method-assign]


@contextmanager
def timers_by_loop() -> Iterator[None]:
    """Have Textual's timers go by the clock of the loop inside; they go by the machine's else."""
    before = _time.get_time
    _time.get_time = loop_time_s
    try:
        yield
    finally:
        _time.get_time = before
