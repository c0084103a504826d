"""Hangup and interrupt from outside: signals that end the application in its own way.

The end of the terminal is the end of the process, whatever it is busy with.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

STATUS = 128 + signal.SIGHUP
ENDING_S = 4.0
"""So long the application may take to end by itself."""


def hang_up() -> None:
    """Do what the kernel does to a process whose terminal is closed, and see that it ends."""
    _end_surely()
    os.kill(os.getpid(), signal.SIGHUP)


def on_hangup(end: Callable[[], None]) -> None:
    """Have `end` called in the running loop; without that loop the process ends all the same."""
    loop = asyncio.get_running_loop()

    def heard(*_: object) -> None:
        # not a handler of the loop, which may be waiting for an editor that goes on
        _end_surely()
        if not loop.is_closed():
            loop.call_soon_threadsafe(end)

    signal.signal(signal.SIGHUP, heard)


class _Interrupt:
    """Handler of SIGINT, which gives it on to the handler before where it is not wanted."""

    def __init__(self, end: Callable[[], None], is_wanted: Callable[[], bool]) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = end
        self._is_wanted = is_wanted
        before = signal.getsignal(signal.SIGINT)
        # one of ours is that of an application which has ended
        self._before: object = before._before if isinstance(before, _Interrupt) else before

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._is_wanted() and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)
        elif callable(self._before):
            self._before(number, frame)


def on_interrupt(end: Callable[[], None], is_wanted: Callable[[], bool]) -> None:
    """Have `end` called in the running loop for a SIGINT, as long as it `is_wanted`.

    Ctrl+C is a key while the application has the terminal. Not a handler of the loop, which would
    hear what is meant for an editor, too.
    """
    signal.signal(signal.SIGINT, _Interrupt(end, is_wanted))


def _end_surely() -> None:
    last_resort = threading.Timer(ENDING_S, os._exit, (STATUS,))
    last_resort.daemon = True
    last_resort.start()
