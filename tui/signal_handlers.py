"""Signal handlers for a while: what answered a signal before does so again afterwards."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeAlias

Handler: TypeAlias = Callable[[int, FrameType | None], object] | int


def handler_of(number: int) -> Handler:
    """Return what answers a signal, so that it can be set again.

    For a handler that was set in C, which Python cannot set, that is what Python starts with.
    """
    handler = signal.getsignal(number)
    if handler is not None:
        return handler
    return signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL


@contextmanager
def answering(handler: Handler, *numbers: int) -> Iterator[None]:
    """Answer these signals so within the block; only the main thread may."""
    before = {number: handler_of(number) for number in numbers}
    try:
        for number in numbers:
            signal.signal(number, handler)
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
