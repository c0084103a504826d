"""The frame pacer: however often something changes, it is drawn at a bearable rate."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

FRAMES_PER_S = 12
COST_FACTOR = 2
"""The next frame comes no earlier than this many times the cost of the last."""


class FramePacer:
    """Calls `draw` soon after `request`, joining the requests that outrun it.

    `spawn` starts the coroutine of one frame as a worker of the widget that is drawn, so that
    the frame dies with it and its errors are seen.
    """

    def __init__(
        self,
        draw: Callable[[], Awaitable[None]],
        spawn: Callable[[Awaitable[None]], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._draw = draw
        self._spawn = spawn
        self._clock = clock
        self._not_before = 0.0
        self._requested = False
        self._running = False

    def request(self) -> None:
        """Ask for a frame; what changed until it is drawn is in it."""
        self._requested = True
        if not self._running:
            self._spawn(self._draw_frames())
            # last: a frame that could not be started must not keep the others from being drawn
            self._running = True

    async def _draw_frames(self) -> None:
        try:
            while self._requested:
                await asyncio.sleep(max(0.0, self._not_before - self._clock()))
                self._requested = False
                began = self._clock()
                await self._draw()
                cost_s = self._clock() - began
                self._not_before = began + max(1 / FRAMES_PER_S, cost_s * (1 + COST_FACTOR))
        finally:
            self._running = False
