"""Throttle: does something as often as is asked for, but never twice within a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Throttle:
    """Calls `act` at once; what is asked for within `apart_s` of that is done once, at its end."""

    def __init__(self, act: Callable[[], object], apart_s: float) -> None:
        self._act = act
        self._apart_s = apart_s
        self._is_resting = False
        self._is_asked = False

    def request(self) -> None:
        """Have it done now or soon; called in an event loop."""
        if self._is_resting:
            self._is_asked = True
            return
        self._is_resting = True
        # before it is done: what fails must not keep it from being done again
        asyncio.get_running_loop().call_later(self._apart_s, self._go_on)
        self._act()

    def _go_on(self) -> None:
        self._is_resting, is_asked, self._is_asked = False, self._is_asked, False
        if is_asked:
            self.request()
