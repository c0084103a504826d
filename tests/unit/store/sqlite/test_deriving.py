from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from tui.store.sqlite.chores import Chore, Chores
from tui.store.sqlite.deriving import Deriving
from tui.store.sqlite.media import FileMedium, MemoryMedium


class Failing:
    """What is made of the tables: fails so often, and is complete then."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.made = 0

    def __call__(self, db: Connection, is_awaited: Callable[[], bool]) -> bool:
        if self.failures:
            self.failures -= 1
            error = sqlite3.OperationalError("as told")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        self.made += 1
        return False


def test_what_could_not_be_derived_is_tried_again_after_a_while_until_it_is_made() -> None:
    due, derive = Chores(), Failing(2)
    deriving = Deriving(due, derive, lambda: False)
    with closing(MemoryMedium()) as medium:
        due.begin(Chore.DERIVE, at_once=True)
        for _ in range(2):
            deriving.attend(medium)
            assert due.patience_s is not None
            # not before a while, and no thread stays awake for it
            assert not due.is_any
            due.begin(Chore.DERIVE_AGAIN, at_once=True)
        assert (derive.failures, derive.made) == (0, 0)
        deriving.attend(medium)
    assert (derive.made, due.patience_s) == (1, None)


def test_a_change_that_comes_before_has_it_tried_at_its_time_and_only_then() -> None:
    due, derive = Chores(), Failing(1)
    deriving = Deriving(due, derive, lambda: False)
    with closing(MemoryMedium()) as medium:
        due.begin(Chore.DERIVE, at_once=True)
        deriving.attend(medium)
        due.begin(Chore.DERIVE, at_once=True)
        deriving.attend(medium)
    assert (derive.made, due.patience_s) == (1, None)


def test_pages_that_writing_much_has_left_are_let_go_once_all_is_derived(tmp_path: Path) -> None:
    told, steps = list[str](), [True, True, False]

    def connect(*arguments: Any, **options: Any) -> Connection:
        db: Connection = sqlite3.connect(*arguments, **options)
        db.set_trace_callback(told.append)
        return db

    due = Chores()
    deriving = Deriving(due, lambda db, is_awaited: steps.pop(0), lambda: False)
    with closing(FileMedium(tmp_path / "store.db", connect)) as medium:
        due.begin(Chore.DERIVE, at_once=True)
        while steps:
            assert "PRAGMA shrink_memory" not in told
            deriving.attend(medium)
    assert told[-2:] == ["COMMIT", "PRAGMA shrink_memory"]
