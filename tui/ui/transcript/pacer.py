"""Frame pacer: draws as soon as is bearable, however often something changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tui.ui.terminal.loop_time import loop_time_s, work_s
from tui.ui.terminal.pace import LIVELY, Pace

COST_FACTOR = 3
"""The next frame comes no earlier than this many times the cost of the last."""
BEHIND_S = 0.1
"""So often it is looked whether a terminal has caught up."""
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
LINGERING_S = 0.25
"""So long after a frame another one is expected: to start a worker for each would be dear."""
LAST_S = 0.1
"""Longest wait for a last frame: where a terminal is behind, or a person types."""


async def _nothing() -> None:
    """Keep up with nothing."""


class FramePacer:
    """Calls `draw` soon after `request`, joining the requests that outrun it.

    `spawn` starts the coroutine of one frame as a worker of the widget that is drawn, so that
    the frame dies with it and its errors are seen. No frame is drawn while `is_behind`: the
    terminal has not taken the last ones yet. Where that lasts, `keep_up` is called once a second,
    for the first frame after it to find little to do. While `is_unseen` a frame a second is enough.
    While a person types, frames come right after a letter: then the next key is farthest.
    """

    def __init__(
        self,
        draw: Callable[[], Awaitable[None]],
        spawn: Callable[[Awaitable[None]], object],
        clock: Callable[[], float] = loop_time_s,
        *,
        cpu_clock: Callable[[], float] = work_s,
        pace: Callable[[], Pace] = lambda: LIVELY,
        is_behind: Callable[[], bool] = lambda: False,
        is_unseen: Callable[[], bool] = lambda: False,
        keep_up: Callable[[], Awaitable[None]] = _nothing,
    ) -> None:
        self._draw = draw
        self._spawn = spawn
        self._clock = clock
        # a frame that waits, for widgets to be mounted or on a busy machine, is not dear
        self._cpu_clock = cpu_clock
        self._pace = pace
        self._is_behind = is_behind
        self._is_unseen = is_unseen
        self._keep_up = keep_up
        self._began_at = self._key_at = float("-inf")
        self._cost_s = 0.0
        self._chars = 0
        self._ended_at = float("inf")
        self._requested = False
        self._running = False
        self._hurried = asyncio.Event()
        self._asked = asyncio.Event()
        self._drawn = asyncio.Event()
        self._expects_more = False
        """Text is coming."""

    def request(self, chars: int = 0) -> None:
        """Ask for a frame because of so much text; what changed until it is drawn is in it."""
        self._requested = True
        self._chars += chars
        self._asked.set()
        if not self._running:
            self._spawn(self._draw_frames())
            # last: a frame that could not be started must not keep the others from being drawn
            self._running = True

    def request_last(self) -> None:
        """Ask for a frame behind which none is to be expected: it waits for no other's turn."""
        self._ended_at = min(self._ended_at, self._clock())
        self._hurried.set()
        self.request()

    async def draw_last(self) -> None:
        """Ask for a last frame, and wait for a moment until it is drawn where it will be seen."""
        self._drawn.clear()
        self.request_last()
        if self._is_unseen():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_S):
                await self._drawn.wait()

    def hurry(self) -> None:
        """Look again how long the next frame is held back: what it draws may be seen now."""
        self._hurried.set()

    def note_key(self) -> None:
        """Take note that a key was pressed just now."""
        self._key_at = self._clock()
        self._hurried.set()

    async def _draw_frames(self) -> None:
        try:
            while await self._is_asked_soon():
                await self._wait_for_turn()
                self._requested = False
                self._expects_more = self._chars > 0 and self._ended_at == float("inf")
                self._chars, self._ended_at = 0, float("inf")
                self._began_at, cpu_s = self._clock(), self._cpu_clock()
                await self._draw()
                self._cost_s = self._cpu_clock() - cpu_s
                self._drawn.set()
        finally:
            self._running = False

    async def _is_asked_soon(self) -> bool:
        self._asked.clear()
        if not self._requested and self._expects_more:
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGERING_S):
                    await self._asked.wait()
        return self._requested

    async def _wait_for_turn(self) -> None:
        await asyncio.sleep(0)
        kept_up_at = self._clock()
        while (left_s := self._left_s()) > 0 or self._is_behind():
            if left_s <= 0 and self._clock() >= kept_up_at + HELD_BACK_S:
                await self._keep_up()
                kept_up_at = self._clock()
                continue
            self._hurried.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left_s if left_s > 0 else BEHIND_S):
                    await self._hurried.wait()

    def _left_s(self) -> float:
        """Return the seconds until a frame may be drawn; nothing or less when one may be now."""
        is_unseen = self._is_unseen()
        pause_s = HELD_BACK_S if is_unseen else self._pace().pause_s(self._chars)
        due_at = self._began_at + max(pause_s, self._cost_s * (1 + COST_FACTOR))
        if not is_unseen:
            due_at = min(due_at, self._ended_at)
        now = self._clock()
        if now < due_at or now >= self._key_at + TYPING_S:
            return due_at - now
        latest = due_at + MOST_HELD_S
        if now < self._key_at + ECHO_S:
            latest = min(latest, self._key_at + ECHO_S)
        elif now < self._key_at + AFTER_KEY_S:
            return 0.0
        return latest - now
