"""Reading of the store: one question to its tables, which can be interrupted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from sqlite3 import Connection, OperationalError
from typing import Generic, TypeVar

from tui.store.sqlite.odd_text import endure_odd_text

T = TypeVar("T")


class InterruptibleRead(Generic[T]):
    """Answered in one thread, interrupted from another."""

    def __init__(self, question: Callable[[Connection], T]) -> None:
        self._question = question
        self._lock = threading.Lock()
        self._db: Connection | None = None
        self.is_over = False
        """Nobody waits for the answer any more."""

    def answered(self, db: Connection, *, is_shared: bool) -> T:
        """Return the answer; a connection that others work with is not interrupted."""
        with self._lock:
            self._db = None if is_shared else db
        try:
            try:
                return self._question(db)
            except OperationalError as error:
                if not endure_odd_text(db, error):
                    raise
            return self._question(db)
        finally:
            with self._lock:
                self._db = None

    def interrupt(self) -> None:
        """Let it end early."""
        with self._lock:
            self.is_over = True
            if self._db is not None:
                self._db.interrupt()
