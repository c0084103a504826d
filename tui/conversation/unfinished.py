"""Unfinished work of a connection, which clears away behind it before that closes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

CLEARING_S = 1.5
"""So long its end is waited for."""


class UnfinishedWork:
    """Tasks that outlive whoever began them; each is cancelled once, so that it can clear away."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def end(self) -> None:
        """Stop all of it, and wait for a moment until nothing of it is left."""
        for each in self._tasks:
            stop(each)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLEARING_S)


def stop(task: asyncio.Task[None]) -> None:
    """Cancel a task, unless it is on its way out: a second time would cut that off."""
    if not task.cancelling():
        task.cancel()


async def stop_and_wait(task: asyncio.Task[None]) -> None:
    """Stop a task, and return once it has cleared away.

    Whoever waits may be cancelled meanwhile, even again: that acts when the task is over, which
    gets none of it.
    """
    stop(task)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
