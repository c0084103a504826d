from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest

from tests.contract.store_rows import KEY
from tests.unit.store.sqlite.files import filled
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.store.sqlite.opening import open_to_write
from tui.store.sqlite.schema import APPLICATION_ID, STEPS, Step, version_of


def add_a_column(db: Connection) -> None:
    db.execute("ALTER TABLE draft ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'")


def change_all(db: Connection) -> None:
    db.execute("UPDATE draft SET text = text || '!'")


LATER: tuple[Step, ...] = (*STEPS, add_a_column, change_all)


class Killed(BaseException):
    pass


def tables_in(db: Connection) -> list[tuple[str, ...]]:
    return db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()


def drafts_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [text for (text,) in db.execute("SELECT text FROM draft")]


@pytest.mark.parametrize("version", range(len(STEPS) + 1))
async def test_a_file_of_every_version_becomes_one_of_the_newest(
    tmp_path: Path, version: int
) -> None:
    path = tmp_path / STORE_FILE
    open_to_write(path, steps=STEPS[:version]).close()
    with closing(SqliteStore(path, pytest.fail)) as store:
        account = store.account(KEY)
        account.drafts.save("s", "half a")
        assert dict(await account.drafts.all()) == {"s": "half a"}
    fresh = open_to_write(tmp_path / "fresh" / STORE_FILE)
    with closing(sqlite3.connect(path)) as db, closing(fresh):
        assert tables_in(db) == tables_in(fresh)
    copy = path.with_name(f"{STORE_FILE}.v{version}")
    assert copy.exists() is (0 < version < len(STEPS))


def test_a_copy_is_kept_as_it_was_before_for_nobody_else_to_read(tmp_path: Path) -> None:
    path = filled(tmp_path)
    open_to_write(path, steps=LATER).close()
    copy = path.with_name(f"{STORE_FILE}.v{len(STEPS)}")
    assert (drafts_in(path), drafts_in(copy)) == (["from before!"], ["from before"])
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    names = {each.name for each in tmp_path.iterdir()} - {"running"}
    assert names == {STORE_FILE, copy.name}
    with closing(open_to_write(copy)) as again:
        assert version_of(again) == len(STEPS)


@pytest.mark.parametrize("made", range(3))
def test_a_migration_that_is_cut_off_leaves_the_file_as_it_was(tmp_path: Path, made: int) -> None:
    def kill(_: Connection) -> None:
        raise Killed

    path = filled(tmp_path)
    steps: Sequence[Step] = [*STEPS, *(add_a_column, change_all)[:made], kill]
    with pytest.raises(Killed):
        open_to_write(path, steps=steps)
    with closing(open_to_write(path)) as db:
        assert version_of(db) == len(STEPS)
    assert drafts_in(path) == ["from before"]
    open_to_write(path, steps=LATER).close()
    assert drafts_in(path) == ["from before!"]


def test_a_migration_sweeps_up_behind_one_that_was_killed_while_it_copied(tmp_path: Path) -> None:
    path = filled(tmp_path)
    for left in (f".{STORE_FILE}.v{len(STEPS)}.99999", f".{STORE_FILE}.v1.1"):
        (tmp_path / left).write_bytes(path.read_bytes()[:5_000])
    open_to_write(path, steps=LATER).close()
    names = {each.name for each in tmp_path.iterdir()} - {"running"}
    assert names == {STORE_FILE, f"{STORE_FILE}.v{len(STEPS)}"}


async def test_two_at_once_make_each_step_once(tmp_path: Path) -> None:
    path = filled(tmp_path)
    opened = await asyncio.gather(
        *(asyncio.to_thread(open_to_write, path, steps=LATER) for _ in range(4))
    )
    for each in opened:
        assert version_of(each) == len(LATER)
        each.close()
    assert drafts_in(path) == ["from before!"]
    fresh = [asyncio.to_thread(open_to_write, tmp_path / "fresh" / STORE_FILE) for _ in range(4)]
    for each in await asyncio.gather(*fresh):
        assert version_of(each) == len(STEPS)
        each.close()


@pytest.mark.parametrize("is_filled", [False, True])
@pytest.mark.parametrize("statement", range(30))
def test_another_who_opens_between_two_statements_is_no_trouble(
    tmp_path: Path, statement: int, is_filled: bool
) -> None:
    path = filled(tmp_path) if is_filled else tmp_path / STORE_FILE
    others: list[Connection] = []

    def impatient(database: Path, **options: Any) -> Connection:
        options["timeout"] = 0
        connection: Connection = sqlite3.connect(database, **options)
        return connection

    class Slow(Connection):
        """Lets another open the file before one of its statements."""

        executed = 0

        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if Slow.executed == statement:
                # it waits where it would be in the way
                with suppress(sqlite3.OperationalError):
                    others.append(open_to_write(path, impatient, LATER))
            Slow.executed += 1
            return super().execute(sql, *values)

    with closing(open_to_write(path, partial(sqlite3.connect, factory=Slow), LATER)) as db:
        assert version_of(db) == len(LATER)
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    for other in others:
        assert version_of(other) == len(LATER)
        other.close()
    if is_filled:
        assert drafts_in(path) == ["from before!"]


def test_the_disk_is_not_waited_for_while_a_file_is_made_and_from_then_on_as_ever(
    tmp_path: Path,
) -> None:
    asked: list[str] = []

    def connect(*place: Any, **how: Any) -> sqlite3.Connection:
        db: sqlite3.Connection = sqlite3.connect(*place, **how)
        db.set_trace_callback(asked.append)
        return db

    for waits_not in (True, False):
        asked.clear()
        with closing(open_to_write(tmp_path / "store.db", connect)) as db:
            assert ("PRAGMA synchronous = OFF" in asked) is waits_not
            # NORMAL, as SQLite tells it
            assert db.execute("PRAGMA synchronous").fetchone() == (1,)
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            db.execute("CREATE TABLE IF NOT EXISTS other (x)")
