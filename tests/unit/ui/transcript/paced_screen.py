"""Screen that a pacer draws in tests: each frame costs time, and is noted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from tui.ui.terminal.pace import LIVELY, Pace
from tui.ui.transcript.pacer import FramePacer


class Screen:
    """Draws what was written, at a cost, and notes when."""

    def __init__(self, cost_s: float = 0.0, pace: Pace = LIVELY) -> None:
        self.loop = asyncio.get_running_loop()
        self.cost_s = cost_s
        self.written = 0
        self.frames: list[tuple[float, int]] = []
        self.kept_up: list[tuple[float, int]] = []
        self.failure: Exception | None = None
        self.tasks: list[asyncio.Task[None]] = []
        self.is_behind = self.is_unseen = False
        self.pacer = FramePacer(
            self.draw,
            self.spawn,
            self.loop.time,
            cpu_clock=self.loop.time,
            pace=lambda: pace,
            is_behind=lambda: self.is_behind,
            is_unseen=lambda: self.is_unseen,
            keep_up=self.keep_up,
        )

    async def draw(self) -> None:
        self.frames.append((round(self.loop.time(), 6), self.written))
        if self.failure is not None:
            raise self.failure
        await asyncio.sleep(self.cost_s)

    async def keep_up(self) -> None:
        self.kept_up.append((round(self.loop.time(), 6), self.written))
        await asyncio.sleep(self.cost_s)

    def spawn(self, frames: Awaitable[None]) -> None:
        self.tasks.append(asyncio.ensure_future(frames))

    def write(self, chars: int = 0) -> None:
        self.written += 1
        self.pacer.request(chars)

    @property
    def times(self) -> list[float]:
        return [time for time, _ in self.frames]

    async def idle(self) -> None:
        await asyncio.gather(*self.tasks)
