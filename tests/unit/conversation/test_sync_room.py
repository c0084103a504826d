from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import connection
from tests.unit.conversation.test_sync import events_of, serving
from tui.conversation.sync import HistorySync, Planned
from tui.store.retention import Retention
from tui.store.sqlite import SqliteStore


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "store.db", pytest.fail)) as store:
        yield store


async def test_what_is_older_than_the_account_keeps_is_not_read(file: SqliteStore) -> None:
    backend = serving(6)
    link = connection(backend, store=file.keeping(Retention(age=timedelta(days=2, hours=2))))
    for told in (Planned(3, 0, 0, 3), Planned(0, 3, 0, 3)):
        assert (await events_of(HistorySync(link)))[0] == told
    assert backend.read_ids == ["s0", "s1", "s2"]


async def test_what_a_limit_has_no_room_for_is_read_once_at_most(file: SqliteStore) -> None:
    backend = serving(160)
    store = file.keeping(Retention(size_bytes=1_700))
    await events_of(HistorySync(connection(backend, store=store)))
    read, backend.read_ids = backend.read_ids, []
    assert read == [f"s{number}" for number in range(100)]
    # the next start lets the oldest go
    for _ in range(2):
        link = connection(backend, store=store)
        await link.store.flush()
        await events_of(HistorySync(link))
    assert backend.read_ids == []
