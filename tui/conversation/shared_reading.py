"""Shared reading: one for all who ask for the same at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SharedReading(Generic[T]):
    """Is begun by who first wants it, and ended when nobody waits for it any more."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._going_on: asyncio.Task[T] | None = None
        self._waiting = 0

    def begin(self) -> asyncio.Task[T]:
        """Begin to read, unless that goes on already, before anybody waits for it."""
        if self._going_on is None:
            self._going_on, self._waiting = asyncio.create_task(self._run()), 0
            self._going_on.add_done_callback(_forget_failure)
        return self._going_on

    @property
    def goes_on(self) -> bool:
        """It has been begun and has not ended."""
        return self._going_on is not None

    async def result(self) -> T:
        """Return what the reading that goes on brings, or a new one; if it fails, all are told."""
        reading = self.begin()
        self._waiting += 1
        try:
            return await asyncio.shield(reading)
        finally:
            if reading is self._going_on:
                self._waiting -= 1
                if not self._waiting:
                    self._going_on = None
                    reading.cancel()

    async def _run(self) -> T:
        try:
            return await self._read()
        finally:
            # one that nobody waits for any more may end after another was begun
            if self._going_on is asyncio.current_task():
                self._going_on = None


def _forget_failure(reading: asyncio.Task[T]) -> None:
    # who waits is told; when nobody does, nobody wants to know
    if not reading.cancelled():
        reading.exception()
