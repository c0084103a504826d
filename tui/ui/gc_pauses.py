"""Garbage collection in short pauses while the app runs."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

START_S = 0.8
"""By then all is imported, and hardly anything is shown yet."""
REST_S = 2.0
"""Nobody waits when nothing was done for that long."""
YOUNG_OBJECTS = 3_500
"""What is made between two collections of the youngest, once all is imported.

More than a frame makes and lets go by itself: what is looked through within one is garbage behind
it, without anybody having looked.
"""
YOUNG_COLLECTIONS = 5
"""Of the youngest, before what stayed of them is looked through once more."""
REST_LOAD = 0.02
"""The share of a core below which nothing is done."""
WORTH_COLLECTIONS = 1
"""Of younger objects, before it is worth while to look through all at rest."""
LEAST_COLLECTIONS, MOST_COLLECTIONS = 4, 8
"""Of younger objects, before all are looked through though somebody waits."""
FEW_OBJECTS = 5_000
"""Where no more are garbage, all are looked through half as often."""

_OLDEST = 2


class ShortCollections:
    """Exempts what the program is made of from all collections, and collects at rest.

    The program is more objects than an answer of 500 KB with all that shows it. It is exempt as
    soon as all has been imported. What is made later is looked through again and again: at rest,
    and the more often meanwhile the more of it is garbage, for that is freed in one go. An answer
    that streams leaves next to none, paging leaves the widgets of each page.
    """

    def __init__(
        self,
        *,
        start_s: float = START_S,
        rest_s: float = REST_S,
        cpu_s: Callable[[], float] = time.process_time,
    ) -> None:
        self._start_s, self._rest_s = start_s, rest_s
        self._cpu_s = cpu_s
        self._thresholds = gc.get_threshold()

    def __enter__(self) -> ShortCollections:
        gc.freeze()
        gc.callbacks.append(self._adapt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        gc.callbacks.remove(self._adapt)
        gc.set_threshold(*self._thresholds)
        gc.unfreeze()

    def _adapt(self, phase: str, info: dict[str, Any]) -> None:
        if phase != "stop" or info["generation"] != _OLDEST:
            return
        young, middle, old = gc.get_threshold()
        is_little = info["collected"] <= FEW_OBJECTS
        old = min(2 * old, MOST_COLLECTIONS) if is_little else LEAST_COLLECTIONS
        gc.set_threshold(young, middle, old)

    async def collect_at_rest(self) -> None:
        """Look through what the program works with when nobody waits, for ever."""
        await asyncio.sleep(self._start_s)
        # by now all is there that a start imports, and next to nothing of it is garbage: to look
        # through it once would be the longest pause of all
        gc.freeze()
        # what comes first is an answer, as a rule, and next to nothing of it is garbage
        gc.set_threshold(YOUNG_OBJECTS, YOUNG_COLLECTIONS, MOST_COLLECTIONS)
        while True:
            await self._rest()
            if gc.get_count()[2] >= WORTH_COLLECTIONS:
                await self._collect()

    async def _rest(self) -> None:
        """Wait until nobody waits."""
        while True:
            before_s = self._cpu_s()
            await asyncio.sleep(self._rest_s)
            if self._cpu_s() - before_s <= self._rest_s * REST_LOAD:
                return

    async def _collect(self) -> None:
        for generation in range(len(gc.get_count())):
            gc.collect(generation)
            # a key pressed meanwhile goes first
            await asyncio.sleep(0)
