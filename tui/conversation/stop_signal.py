"""Stop signal: ends a wait from outside without cancelling the task it is in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


class StopRequested(Exception):
    """The person asked for the end of what was being waited for."""


class StopSignal:
    """Waits that `stop` ends, one at a time."""

    def __init__(self) -> None:
        self._limit: asyncio.Timeout | None = None
        self._stopping = False

    def reset(self) -> None:
        """Forget a stop: the next waits go on again."""
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True
        # one that has passed already cannot be moved: what it ended is still being cleaned up
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time())

    def check(self) -> None:
        """Raise `StopRequested` if it was stopped."""
        if self._stopping:
            raise StopRequested

    async def wait_for(self, start: Callable[[], Awaitable[T]]) -> T:
        """Wait for what `start` returns, cancelled by `stop`; stopped before, nothing is started.

        Raises:
            StopRequested: it was stopped.
        """
        self.check()
        try:
            # the generators between here and the screen are suspended between two waits, so only
            # the wait itself may be cancelled
            async with asyncio.timeout(None) as self._limit:
                return await start()
        except TimeoutError:
            if not self._stopping:
                raise
            raise StopRequested from None
        finally:
            self._limit = None
