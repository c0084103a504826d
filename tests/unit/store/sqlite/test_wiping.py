from __future__ import annotations

import asyncio
import random
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.fakes import NOON, assistant, user
from tests.waiting import until, until_another_thread_did
from tui.model import Session
from tui.safe_text import SafeText
from tui.store import AccountKey, AccountStore, SessionMarks, StoredMessage
from tui.store.retention import Retention
from tui.store.sqlite import STORE_FILE, SqliteStore, wiping
from tui.store.sqlite.chores import Chore, Chores
from tui.store.sqlite.media import FileMedium
from tui.store.sqlite.opening import open_to_write
from tui.store.sqlite.upkeep import Upkeep
from tui.store.sqlite.watching import Watcher
from tui.values import replace

KEY = AccountKey("api", "url")
DAY = timedelta(days=1)
COUNT, EVERY = 120, 3
FORGOTTEN = frozenset(range(0, COUNT, EVERY))
WAYS: dict[str, Callable[[AccountStore, str], None]] = {
    "forgotten here": lambda account, session: account.forgetting.forget(session, NOON),
    "deleted": lambda account, session: delete(account, session),
}


def delete(account: AccountStore, session: str) -> None:
    """Drop a session as where it was deleted at the server."""
    account.forget_session(session)
    account.lists.drop("bot", session)


def secret(number: int) -> str:
    """Return a word of one session, which is a word of the index too."""
    return f"secret{number:04}x"


def secrets_in(path: Path) -> set[int]:
    """Return the sessions of which a word is in the file or in the log beside it."""
    beside = path.with_name(f"{path.name}-wal")
    written = path.read_bytes() + (beside.read_bytes() if beside.exists() else b"")
    return {int(each) for each in re.findall(rb"secret(\d{4})x", written)}


async def fill(account: AccountStore) -> list[str]:
    """Write sessions of which the rows move from page to page; return their ids."""
    chance = random.Random(0)
    ids = [f"{chance.getrandbits(64):016x}" for _ in range(COUNT)]
    for _ in range(3):
        for number, session in enumerate(ids):
            told = f"{secret(number)} {'filling ' * chance.randrange(20, 200)}"
            messages = [user("q", told), assistant("a", f"{told} or not")]
            stored = [StoredMessage(at, each) for at, each in enumerate(messages)]
            account.upsert_messages(session, stored)
            account.lists.put_first("bot", Session(session, SafeText(told)))
            account.marks.save(session, SessionMarks(note=SafeText(told)))
            account.drafts.save(session, told)
        await account.flush()
    return ids


async def remember(account: AccountStore, ids: list[str]) -> None:
    """Put what was asked among the earlier questions."""
    for session in ids:
        [question, _] = await account.messages(session)
        account.questions.remember(question.message.text)


def waits(path: Path) -> bool:
    """Say whether something is to be wiped out of a file yet."""
    with closing(sqlite3.connect(path)) as db:
        return wiping.is_due(db)


async def until_wiped_out(path: Path) -> None:
    await until_another_thread_did(lambda: not waits(path))


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
async def test_a_running_client_leaves_nothing_in_its_file_of_what_a_person_let_go(
    tmp_path: Path, way: str
) -> None:
    path = tmp_path / STORE_FILE
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    ids = await fill(account)
    if way == "forgotten here":
        await remember(account, ids)
    assert secrets_in(path) == set(range(COUNT))
    for number in FORGOTTEN:
        WAYS[way](account, ids[number])
    await account.flush()
    await until_wiped_out(path)
    left = secrets_in(path)
    assert not left & FORGOTTEN
    assert left == set(range(COUNT)) - FORGOTTEN
    await store.aclose()


@pytest.mark.slow
async def test_what_is_too_old_to_be_kept_leaves_the_file_of_a_running_client(
    tmp_path: Path,
) -> None:
    path, now = tmp_path / STORE_FILE, datetime.now(UTC)
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    for number in range(COUNT):
        age = DAY * (9 if number in FORGOTTEN else 1)
        # what the list tells of it stays: the first question, the last answer
        told = f"{secret(number)} {'filling ' * number}"
        said = [user("q", "?"), assistant("a", told), assistant("b", "So.")]
        dated = [replace(each, created_at=now - age) for each in said]
        rows = [StoredMessage(at, each) for at, each in enumerate(dated)]
        account.upsert_messages(f"s{number}", rows)
    await account.flush()
    assert secrets_in(path) == set(range(COUNT))
    store.keeping(Retention(age=2 * DAY)).account(KEY)
    await account.flush()
    await until_another_thread_did(lambda: secrets_in(path) == set(range(COUNT)) - FORGOTTEN)
    await until_wiped_out(path)
    await store.aclose()


@pytest.mark.parametrize("way", WAYS)
async def test_copies_from_before_an_update_go_with_what_is_forgotten_and_no_others(
    tmp_path: Path, way: str
) -> None:
    path = tmp_path / STORE_FILE
    others = [f"{STORE_FILE}.broken1", f"{STORE_FILE}.v1.mine", "other.db.v1"]
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    account.upsert_messages("s", [StoredMessage(0, user("q", secret(0)))])
    for each in (f"{STORE_FILE}.v9", f"{STORE_FILE}.v10", *others):
        path.with_name(each).write_bytes(b"secret0000x")
    assert [each.suffix for each in wiping.former_versions(path)] == [".v9", ".v10"]
    WAYS[way](account, "s")
    await account.flush()
    await until_wiped_out(path)
    assert not wiping.former_versions(path)
    assert all(path.with_name(each).exists() for each in others)
    await store.aclose()


async def test_a_file_is_not_closed_while_it_is_written_anew(tmp_path: Path) -> None:
    path, troubles = tmp_path / STORE_FILE, list[str]()
    begun, may_end, ended_as = Event(), Event(), list[str]()

    class Vacuumed(sqlite3.Connection):
        is_closed = False

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            if sql == "VACUUM":
                begun.set()
                may_end.wait(0.3)
                ended_as.append("closed" if self.is_closed else "open")
            return super().execute(sql, parameters)

        def close(self) -> None:
            self.is_closed = True
            super().close()

    store = SqliteStore(path, troubles.append, connect=partial(sqlite3.connect, factory=Vacuumed))
    account = store.account(KEY)
    account.upsert_messages("s", [StoredMessage(0, user("q", secret(0)))])
    account.forgetting.forget("s", NOON)
    assert await asyncio.to_thread(begun.wait, 10)
    path.rename(path.with_name("elsewhere"))
    # a reader sees that the file is gone, and puts another in its place
    await account.messages("s")
    may_end.set()
    await until(lambda: bool(troubles))
    assert ended_as[0] == "open"
    await store.aclose()


async def test_what_one_start_has_not_wiped_out_the_next_one_does(tmp_path: Path) -> None:
    path = tmp_path / STORE_FILE
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    [first, *_] = await fill(account)
    account.forgetting.forget(first, NOON)
    await store.aclose()
    assert waits(path)
    store = SqliteStore(path, pytest.fail)
    await store.account(KEY).messages(first)
    await until_wiped_out(path)
    assert 0 not in secrets_in(path)
    await store.aclose()


async def test_who_has_something_to_write_does_not_wait_for_a_file_that_is_written_anew(
    tmp_path: Path,
) -> None:
    path = tmp_path / STORE_FILE
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    await fill(account)
    await store.aclose()
    with closing(open_to_write(path)) as db:
        wiping.note_forgotten(db)
        assert wiping.write_anew(db, lambda: True) is False
        assert wiping.is_due(db)
        assert wiping.write_anew(db)
        assert not wiping.is_due(db)


def test_a_log_that_somebody_reads_leaves_it_to_be_done(tmp_path: Path) -> None:
    path = tmp_path / STORE_FILE
    with closing(open_to_write(path)) as db, closing(sqlite3.connect(path)) as reader:
        wiping.note_forgotten(db)
        reader.execute("BEGIN")
        assert wiping.is_due(reader)
        assert wiping.write_anew(db) is False
        assert wiping.is_due(db)
        reader.rollback()
        assert wiping.write_anew(db)
        assert not wiping.is_due(db)


async def test_while_somebody_reads_in_the_log_the_file_is_not_written_anew_again_and_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / STORE_FILE
    store = SqliteStore(path, pytest.fail)
    await fill(store.account(KEY))
    await store.aclose()
    due = Chores()
    with closing(FileMedium(path)) as medium, closing(sqlite3.connect(path)) as reader:
        medium.outside_of_transactions(wiping.note_forgotten)
        reader.execute("BEGIN")
        assert wiping.is_due(reader)
        due.begin(Chore.WIPE, at_once=True)
        assert Upkeep(due, Watcher("", bool), lambda: False).attend(medium)
        # it is due again, and has written nothing
        assert due.patience_s is not None
        assert path.with_name(f"{path.name}-wal").stat().st_size < path.stat().st_size / 4


def refuse_writing(db: sqlite3.Connection, *, is_refused: bool) -> None:
    db.execute(f"PRAGMA query_only = {int(is_refused)}")


async def test_what_could_not_be_wiped_out_is_tried_again_after_a_while(tmp_path: Path) -> None:
    path, due = tmp_path / STORE_FILE, Chores()
    store = SqliteStore(path, pytest.fail)
    await fill(store.account(KEY))
    await store.aclose()
    with closing(FileMedium(path)) as medium, closing(sqlite3.connect(path)) as other:
        medium.outside_of_transactions(wiping.note_forgotten)
        medium.outside_of_transactions(partial(refuse_writing, is_refused=True))
        upkeep = Upkeep(due, Watcher("", bool), lambda: False)
        due.begin(Chore.WIPE, at_once=True)
        assert upkeep.attend(medium)
        assert wiping.is_due(other)
        assert due.patience_s is not None
        medium.outside_of_transactions(partial(refuse_writing, is_refused=False))
        due.begin(Chore.WIPE_AGAIN, at_once=True)
        assert upkeep.attend(medium)
        assert not wiping.is_due(other)
        assert due.patience_s is None
