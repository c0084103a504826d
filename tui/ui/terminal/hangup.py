"""Hangup and interrupt from outside: signals that end the application in its own way.

The end of the terminal is the end of the process, whatever it is busy with.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable

from tui.signal_handlers import handler_of

STATUS = 128 + signal.SIGHUP
ENDING_S = 4.0
"""So long the application may take to end by itself."""


def hang_up() -> None:
    """Do what the kernel does to a process whose terminal is closed, and see that it ends."""
    _end_surely()
    os.kill(os.getpid(), signal.SIGHUP)


def on_hangup(end: Callable[[], None]) -> Callable[[], None]:
    """Have `end` called in the running loop; return what has the process end without it."""
    loop = asyncio.get_running_loop()

    def heard(*_: object) -> None:
        # not a handler of the loop, which may be waiting for an editor that goes on
        _end_surely()
        if not loop.is_closed():
            loop.call_soon_threadsafe(end)

    def undo() -> None:
        # what is left may still hang, and `end` holds all of the application
        if signal.getsignal(signal.SIGHUP) is heard:
            signal.signal(signal.SIGHUP, lambda *_: _end_surely())

    signal.signal(signal.SIGHUP, heard)
    return undo


def on_interrupt(end: Callable[[], None]) -> Callable[[], None]:
    """Have `end` called in the running loop for a SIGINT; return what undoes that.

    Ctrl+C is a key while the application has the terminal. Not a handler of the loop, which would
    hear what is meant for an editor, too.
    """
    loop = asyncio.get_running_loop()
    before = handler_of(signal.SIGINT)

    def heard(*_: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(end)

    def undo() -> None:
        if signal.getsignal(signal.SIGINT) is heard:
            signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, heard)
    return undo


def _end_surely() -> None:
    last_resort = threading.Timer(ENDING_S, os._exit, (STATUS,))
    last_resort.daemon = True
    last_resort.start()
