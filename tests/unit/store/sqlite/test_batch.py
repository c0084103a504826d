from __future__ import annotations

from collections import deque
from contextlib import closing
from sqlite3 import Connection

from tui.store.sqlite.batch import BATCH_S, Batch
from tui.store.sqlite.opening import open_in_memory


class Disk:
    """Changes that wait, each of which takes so long (seconds), and the clock that they go by."""

    def __init__(self, *lasting: float) -> None:
        self.waiting = deque(lasting)
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def take(self) -> Disk | None:
        return self if self.waiting else None

    def __call__(self, db: Connection) -> None:
        self.now += self.waiting.popleft()


def test_a_batch_is_full_when_its_changes_took_as_long_as_they_may() -> None:
    for lasting, left in (((BATCH_S,), 0), ((BATCH_S, 0.0), 1), ((0.0, 2 * BATCH_S, 0.0), 1)):
        disk = Disk(*lasting)
        batch = Batch(disk.take, disk.clock)
        with closing(open_in_memory()) as db:
            batch(db)
        assert (batch.is_full, len(disk.waiting)) == (True, left)
        assert len(batch.changes) == len(lasting) - left


def test_a_batch_of_small_changes_is_not_full_however_long_others_have_the_file_locked() -> None:
    disk = Disk(0.0, BATCH_S / 2)
    batch = Batch(disk.take, disk.clock)
    # until its transaction begins
    disk.now += 2 * BATCH_S
    with closing(open_in_memory()) as db:
        batch(db)
    # until it is committed
    disk.now += 2 * BATCH_S
    assert (batch.is_full, len(batch.changes), len(disk.waiting)) == (False, 2, 0)
