from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection

import pytest

from tui.store.sqlite import STORE_FILE
from tui.store.sqlite.batch import BATCH_S
from tui.store.sqlite.chores import Chore
from tui.store.sqlite.engine import Engine
from tui.store.sqlite.watching import Watcher

_FAILS_AFTER_S = 10.0


class Disk:
    """A clock that goes on only while a change is made, and the index that is made when it may."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.is_derived = threading.Event()

    def clock(self) -> float:
        return self.now_s

    def derive(self, _: Connection, is_awaited: Callable[[], bool]) -> bool:
        self.is_derived.set()
        return False

    def change(self, takes_s: float) -> Callable[[Connection], None]:
        def made(_: Connection) -> None:
            self.now_s += takes_s

        return made


@contextmanager
def engine_on(disk: Disk, path: Path) -> Iterator[Engine]:
    engine = Engine(
        path,
        on_trouble=pytest.fail,
        connect=sqlite3.connect,
        watcher=Watcher("", bool),
        derive=disk.derive,
        on_open=lambda make: None,
        clock=disk.clock,
    )
    try:
        yield engine
    finally:
        engine.close()


async def test_after_a_full_transaction_the_index_is_made_before_its_time(tmp_path: Path) -> None:
    disk = Disk()
    with engine_on(disk, tmp_path / STORE_FILE) as engine:
        for _ in range(3):
            engine.write(disk.change(0.0))
            # what is done behind the changes before it is done by now
            await engine.flush()
        assert not disk.is_derived.is_set()
        engine.write(disk.change(BATCH_S))
        assert disk.is_derived.wait(_FAILS_AFTER_S)
        assert disk.now_s < Chore.DERIVE.value
