from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection, Cursor
from threading import Event
from typing import Any

import pytest

from tests.contract.store_rows import KEY, SEND, queued, text
from tests.fakes import user
from tests.fuzz import FUZZ
from tests.unit.store.sqlite.files import filled
from tui.safe_text import SafeText
from tui.store import AccountStore, SessionMarks, StoredMessage
from tui.store.sqlite import SqliteStore
from tui.values import replace

PASSING = {
    "busy": sqlite3.SQLITE_BUSY,
    "full": sqlite3.SQLITE_FULL,
    "disk": sqlite3.SQLITE_IOERR,
}
STATEMENTS = range(0, 80, max(1, 9 // FUZZ))
MARKS = SessionMarks(is_flagged=True, tags=(SafeText("todo"),), note=SafeText("call back"))


class Disk:
    """Connects to a file of which a statement fails, and those after it, `count` in all."""

    def __init__(self, code: int, at: int, count: int) -> None:
        self.code = code
        self.failing = range(at, at + count)
        self.executed = 0

    def __call__(self, path: Path, **options: Any) -> Connection:
        disk = self

        class Failing(Connection):
            def execute(self, sql: str, *values: Any) -> Cursor:
                disk.executed += 1
                if disk.executed - 1 in disk.failing and sql != "ROLLBACK":
                    error = sqlite3.OperationalError("as told")
                    error.sqlite_errorcode = disk.code
                    raise error
                return super().execute(sql, *values)

        return sqlite3.connect(path, factory=Failing, **options)


class DiskOfIndex:
    """Connects to a file of which no statement that begins to make the index works."""

    def __init__(self, code: int) -> None:
        self.has_failed = Event()
        self._code = code

    def __call__(self, path: Path, **options: Any) -> Connection:
        disk = self

        class Failing(Connection):
            def execute(self, sql: str, *values: Any) -> Cursor:
                if sql == "SELECT version, session FROM index_state":
                    error = sqlite3.OperationalError("as told")
                    error.sqlite_errorcode = disk._code
                    disk.has_failed.set()
                    raise error
                return super().execute(sql, *values)

        return sqlite3.connect(path, factory=Failing, **options)


async def write(account: AccountStore) -> None:
    account.drafts.save("t", "half of it")
    account.sends.save(SEND)
    account.sends.add_arrived(SEND.id, [text("Hello")])
    await account.flush()
    account.queue.put("s", queued(1))
    account.marks.save("s", MARKS)
    account.sends.save(replace(SEND, is_out=True))
    account.sends.add_arrived(SEND.id, [text(" there")])
    await account.flush()
    account.drafts.save("t", "half of it and more")
    account.upsert_messages("s", [StoredMessage(1, user("m1", "Asked since"))])
    await account.flush()


async def holds_everything(account: AccountStore) -> None:
    assert dict(await account.drafts.all()) == {"s": "from before", "t": "half of it and more"}
    assert dict(await account.marks.all()) == {"s": MARKS}
    assert dict(await account.queue.by_session()) == {"s": [queued(1)]}


@pytest.mark.slow
@pytest.mark.parametrize("name", PASSING)
async def test_nothing_is_lost_whichever_statement_a_disk_fails_at_for_a_while(
    tmp_path: Path, name: str
) -> None:
    for number in STATEMENTS:
        path, troubles = filled(tmp_path / str(number)), list[str]()
        disk = Disk(PASSING[name], number, 1 + number % 4)
        store = SqliteStore(path, troubles.append, connect=disk)
        account = store.account(KEY)
        await write(account)
        await holds_everything(account)
        disk.failing = range(0)
        await store.aclose()
        # told once that it failed, once that it is over
        assert len(troubles) in (0, 2), (number, troubles)
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        again = SqliteStore(path, pytest.fail)
        account = again.account(KEY)
        await holds_everything(account)
        # memory has those alone that were on the screen
        assert [each.message.id for each in await account.messages("s")] == ["m0", "m1"]
        (send,) = await account.sends.unfinished()
        assert (send.is_out, send.arrived) == (True, (text("Hello there"),)), number
        await again.aclose()


@pytest.mark.parametrize("name", PASSING)
async def test_a_disk_that_fails_while_the_index_is_made_is_no_fault_of_ours(
    tmp_path: Path, reports: list[str], name: str
) -> None:
    disk = DiskOfIndex(PASSING[name])
    store = SqliteStore(filled(tmp_path), pytest.fail, connect=disk)
    account = store.account(KEY)
    account.drafts.save("t", "half of it")
    await account.flush()
    assert await asyncio.to_thread(disk.has_failed.wait, 10)
    assert await account.drafts.all() == {"s": "from before", "t": "half of it"}
    await store.aclose()
    assert reports == []
