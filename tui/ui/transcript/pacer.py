"""Frame pacer: draws at a bearable rate, however often something changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

FRAMES_PER_S = 10
COST_FACTOR = 2
"""The next frame comes no earlier than this many times the cost of the last."""
HELD_BACK_S = 1.0
"""Between the frames of what nobody sees."""
TYPING_S = 0.2
"""So long after a key another one is expected."""
ECHO_S = 0.012
"""What the letter of a key takes to be drawn; a frame that comes before it would delay it."""
AFTER_KEY_S = 0.025
"""So soon after a key a frame is done before the next one."""
MOST_HELD_S = 0.06
"""Longest wait of a frame for the next key."""


class FramePacer:
    """Calls `draw` soon after `request`, joining the requests that outrun it.

    `spawn` starts the coroutine of one frame as a worker of the widget that is drawn, so that
    the frame dies with it and its errors are seen. No frame is drawn while `is_behind`: the
    terminal has not taken the last ones yet. While `is_unseen` a frame a second is enough.
    While a person types, frames come right after a letter: then the next key is farthest.
    """

    def __init__(
        self,
        draw: Callable[[], Awaitable[None]],
        spawn: Callable[[Awaitable[None]], object],
        clock: Callable[[], float] = time.monotonic,
        *,
        is_behind: Callable[[], bool] = lambda: False,
        is_unseen: Callable[[], bool] = lambda: False,
    ) -> None:
        self._draw = draw
        self._spawn = spawn
        self._clock = clock
        self._is_behind = is_behind
        self._is_unseen = is_unseen
        self._began_at = self._key_at = float("-inf")
        self._cost_s = 0.0
        self._requested = False
        self._running = False
        self._hurried = asyncio.Event()

    def request(self) -> None:
        """Ask for a frame; what changed until it is drawn is in it."""
        self._requested = True
        if not self._running:
            self._spawn(self._draw_frames())
            # last: a frame that could not be started must not keep the others from being drawn
            self._running = True

    def hurry(self) -> None:
        """Look again how long the next frame is held back: what it draws may be seen now."""
        self._hurried.set()

    def note_key(self) -> None:
        """Take note that a key was pressed just now."""
        self._key_at = self._clock()
        self._hurried.set()

    async def _draw_frames(self) -> None:
        try:
            while self._requested:
                await self._wait_for_turn()
                self._requested = False
                self._began_at = self._clock()
                await self._draw()
                self._cost_s = self._clock() - self._began_at
        finally:
            self._running = False

    async def _wait_for_turn(self) -> None:
        await asyncio.sleep(0)
        while (left_s := self._left_s()) > 0 or self._is_behind():
            self._hurried.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left_s if left_s > 0 else 1 / FRAMES_PER_S):
                    await self._hurried.wait()

    def _left_s(self) -> float:
        """Return the seconds until a frame may be drawn; nothing or less when one may be now."""
        pause_s = HELD_BACK_S if self._is_unseen() else 1 / FRAMES_PER_S
        due_at = self._began_at + max(pause_s, self._cost_s * (1 + COST_FACTOR))
        now = self._clock()
        if now < due_at or now >= self._key_at + TYPING_S:
            return due_at - now
        latest = due_at + MOST_HELD_S
        if now < self._key_at + ECHO_S:
            latest = min(latest, self._key_at + ECHO_S)
        elif now < self._key_at + AFTER_KEY_S:
            return 0.0
        return latest - now
