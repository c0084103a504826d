"""Index that is made only as far as a test lets it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from sqlite3 import Connection

from tui.store.sqlite.message_index import FullTextIndex


class HeldIndex(FullTextIndex):
    """Makes no more steps than it may, and tells up to which session each has found it made."""

    def __init__(self, most_steps: int = 1_000) -> None:
        super().__init__()
        self._left = most_steps
        self.found_at: list[int | None] = []
        self.is_held = threading.Event()
        self._tell_held()

    def hold(self) -> None:
        """Take in nothing of what is written from now on."""
        self.is_held.set()

    def make_current(self, db: Connection, is_awaited: Callable[[], bool] = lambda: False) -> bool:
        if self.is_held.is_set():
            return False
        self._left -= 1
        self.found_at.append(made_up_to(db))
        has_more = super().make_current(db, is_awaited)
        self._tell_held()
        return has_more and not self.is_held.is_set()

    def _tell_held(self) -> None:
        if not self._left:
            self.is_held.set()


def made_up_to(db: Connection) -> int | None:
    """Return the row of the last session in the index, `None` for all or before it was begun."""
    row: tuple[int | None] | None = db.execute("SELECT session FROM index_state").fetchone()
    return row[0] if row else None
