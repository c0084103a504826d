"""Frame gate: holds back frames that a terminal has no room for, and draws them as one later."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection

from textual.geometry import Region

from tui.ui.terminal.link import Link

LOOK_S = 0.05
"""So often it is looked whether the terminal has room again."""
JOINED_S = 0.2
"""So long after it stood still other parts may take to see that, and to be in the same frame."""
KEY_S = 0.1
"""So long after a key a frame is taken for what the key does."""


class FrameGate:
    """Lets frames through at the terms of a link.

    `has_room` says whether the terminal would take one now, `draw` draws regions of the screen as
    they are by then.
    """

    def __init__(
        self,
        link: Link,
        has_room: Callable[[], bool],
        draw: Callable[[Collection[Region]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._link = link
        self._has_room = has_room
        self._draw = draw
        self._clock = clock
        self._let_through_at = deque[float]()
        self._held_back: set[Region] = set()
        self._key_at = self._opens_at = float("-inf")
        self._look: asyncio.TimerHandle | None = None

    def lets_through(self, regions: Collection[Region]) -> bool:
        """Say whether a frame of these regions is to be written now.

        Otherwise they are drawn, with all that was held back before, when there is room.
        """
        if self._wait_s() > 0:
            self._held_back.update(regions)
            self._look_later()
            return False
        if self._held_back:
            self._held_back.update(regions)
            self.look()
            return False
        self._let_through_at.append(self._clock())
        return True

    def note_key(self) -> None:
        """Take note that a key was pressed just now."""
        self._key_at = self._clock()

    def look_soon(self) -> None:
        """Draw what was held back in a moment, with what else is drawn until then."""
        self._opens_at = self._clock() + JOINED_S
        self._look_later()

    def look(self) -> None:
        """Draw what was held back if there is room for it by now."""
        if self._look is not None:
            self._look.cancel()
            self._look = None
        if not self._held_back:
            return
        if self._wait_s() > 0:
            self._look_later()
            return
        regions, self._held_back = self._held_back, set()
        self._draw(regions)

    def _look_later(self) -> None:
        if self._look is None:
            delay_s = max(self._wait_s(), 0.001)
            self._look = asyncio.get_running_loop().call_later(delay_s, self._look_now)

    def _look_now(self) -> None:
        self._look = None
        self.look()

    def _wait_s(self) -> float:
        """Return the seconds to wait before it is looked again, none when a frame may come."""
        now, most = self._clock(), self._link.terms.frames_a_second
        while self._let_through_at and self._let_through_at[0] <= now - 1.0:
            self._let_through_at.popleft()
        is_of_key = now < self._key_at + KEY_S
        if now < self._opens_at and not is_of_key:
            return self._opens_at - now
        if most and len(self._let_through_at) >= most and not is_of_key:
            return self._let_through_at[-most] + 1.0 - now
        return 0.0 if self._has_room() else LOOK_S
