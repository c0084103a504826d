from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import user
from tests.unit.query.queries import NOW
from tests.unit.store.sqlite.held_index import HeldIndex
from tests.waiting import until_another_thread_did
from tui.model import Session
from tui.query import Document, Matcher, parse
from tui.query.found import Catalogue, Page
from tui.store import AccountKey, AccountStore, StoredMessage
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.store.sqlite.index_in_use import index_in_use
from tui.store.sqlite.opening import open_to_write

KEY = AccountKey("api", "url")
CATALOGUE = Catalogue(Document(Session(key), first_question="") for key in ("s", "t"))


async def found(account: AccountStore, word: str) -> int:
    return (await account.find(Matcher(parse(word), NOW), CATALOGUE, Page(100))).count


def rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as db:
        count: int = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return count


@pytest.mark.slow
async def test_of_what_is_forgotten_no_word_stays_in_the_file_of_a_running_client(
    tmp_path: Path,
) -> None:
    path = tmp_path / STORE_FILE
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    account.upsert_messages(
        "s", [StoredMessage(0, user("m0", "quaggaquagga 斑驴斑马 and a zebra"))]
    )
    account.upsert_messages("t", [StoredMessage(0, user("m1", "a zebrazebra"))])
    await account.flush()
    await until_another_thread_did(lambda: rows(path, "word") == 5)
    account.forgetting.forget("s", NOW)
    await account.flush()
    await until_another_thread_did(lambda: rows(path, "index_state WHERE forgotten IS NULL") == 1)
    assert rows(path, "word") == 2
    assert await found(account, "zebra") == 1
    await store.aclose()
    held = path.read_bytes()
    assert not [each for each in ("quagg", "aggaq", "斑驴", "and a") if each.encode() in held]
    assert b"zebrazebra" in held


@pytest.mark.slow
async def test_of_an_account_that_is_to_be_kept_no_more_no_word_stays_in_the_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / STORE_FILE
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    account.upsert_messages("s", [StoredMessage(0, user("m0", "quaggaquagga"))])
    await account.flush()
    await until_another_thread_did(lambda: rows(path, "word") == 1)
    store.keeping_nothing().account(KEY)
    await account.flush()
    await until_another_thread_did(lambda: rows(path, "index_state WHERE forgotten IS NULL") == 1)
    await store.aclose()
    assert b"quagg" not in path.read_bytes()


@pytest.mark.slow
async def test_what_is_written_is_found_at_once_and_taken_into_the_index_when_nobody_waits(
    tmp_path: Path,
) -> None:
    path = tmp_path / STORE_FILE
    index = HeldIndex()
    store = SqliteStore(path, pytest.fail, index=index)
    account = store.account(KEY)
    account.upsert_messages("s", [StoredMessage(0, user("m0", "A quagga"))])
    await account.flush()
    await until_another_thread_did(lambda: rows(path, "word") == 2)
    index.hold()
    account.upsert_messages("s", [StoredMessage(at, user(f"m{at}", "Zebra")) for at in range(3)])
    assert await found(account, "ebr") == 3
    # cut off before anything of it is in the index
    await store.aclose()
    assert (rows(path, "unindexed"), rows(path, "word")) == (3, 2)
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    account.upsert_messages("t", [StoredMessage(0, user("m4", "A zebra of now"))])
    account.drop_messages("s", ["m1"])
    assert await found(account, "ebr") == 3
    await until_another_thread_did(lambda: rows(path, "unindexed") == 0)
    assert rows(path, "word") == 5
    assert await found(account, "ebr") == 3
    account.drop_messages("s", ["m0", "m2"])
    assert await found(account, "ebr") == 1
    await store.aclose()


async def test_a_long_history_is_taken_into_an_index_that_is_made_anew_in_a_change_of_its_own(
    tmp_path: Path,
) -> None:
    path = tmp_path / STORE_FILE
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    long = [StoredMessage(at, user(f"m{at}", "A quagga")) for at in range(1_200)]
    for session in "stu":
        account.upsert_messages(session, long)
    await account.flush()
    await store.aclose()
    index = index_in_use()
    with closing(open_to_write(path)) as db:
        index.discard(db)
        steps: list[int | None] = []
        while not steps or steps[-1] is not None:
            index.make_current(db)
            steps.append(db.execute("SELECT session FROM index_state").fetchone()[0])
    assert steps == [1, 2, 3, None]
