"""Garbage collection in short pauses while the app runs."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

REST_S = 2.0
"""Nobody waits when nothing was done for that long."""
REST_LOAD = 0.02
"""The share of a core below which nothing is done."""
FULL_COLLECTIONS = 5
"""Before it is worth while to look through all again at rest."""
MOST_FULL_COLLECTIONS = 40
"""Before all is looked through again whether there is a rest or not."""

_OLDEST = 2


class ShortCollections:
    """Exempts what survives a full collection from the next ones, until there is a rest.

    What stays, the program and the answers read so far, are some hundred thousand objects. To
    look through them made frames wait for 75 ms at the beginning of an answer and for 90 to
    160 ms at the end of one of 500 KB, twenty times in all; with this mostly for 5 ms, at most
    for 27. What of them becomes garbage, widgets above all, is found at rest: in 50 to 160 ms
    after such an answer, in 0.6 s after paging through 10,000 messages without a rest, for which
    memory grew by 22 MB more than without this.
    """

    def __init__(
        self, *, rest_s: float = REST_S, cpu_s: Callable[[], float] = time.process_time
    ) -> None:
        self._rest_s = rest_s
        self._cpu_s = cpu_s
        self._full = 0
        """Full collections since all was looked through."""

    def __enter__(self) -> ShortCollections:
        gc.freeze()
        gc.callbacks.append(self._exempt_survivors)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        gc.callbacks.remove(self._exempt_survivors)
        gc.unfreeze()

    def _exempt_survivors(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "stop" and info["generation"] == _OLDEST:
            self._full += 1
            gc.freeze()

    async def collect_at_rest(self) -> None:
        """Look through everything when there is something to gain and nobody waits, for ever."""
        while True:
            before_s = self._cpu_s()
            await asyncio.sleep(self._rest_s)
            is_rest = self._cpu_s() - before_s <= self._rest_s * REST_LOAD
            if self._full >= (FULL_COLLECTIONS if is_rest else MOST_FULL_COLLECTIONS):
                gc.unfreeze()
                gc.collect()
                self._full = 0
