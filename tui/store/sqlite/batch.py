"""Batch of changes that are made in one transaction: as many as come together in a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from sqlite3 import Connection

from tui.store.sqlite.media import Change

BATCH_S = 0.05
"""After so long a transaction takes no further change."""


class Batch:
    """Takes changes and makes them when it is called; `take` gives the next, or `None`."""

    def __init__(
        self, take: Callable[[], Change | None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._take = take
        self._clock = clock
        self.changes: list[Change] = []
        self.is_full = False
        """They took as long as they may; how long others kept it waiting does not count."""

    def __call__(self, db: Connection) -> None:
        began = self._clock()
        while not self.is_full and (change := self._take()) is not None:
            self.changes.append(change)
            change(db)
            self.is_full = self._clock() - began >= BATCH_S
