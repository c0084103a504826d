from __future__ import annotations

import asyncio
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
from tui.store.sqlite.message_index import FullTextIndex

KEY = AccountKey("api", "url")
NAMES = [f"s{number}" for number in range(70)]
CATALOGUE = Catalogue(Document(Session(name), first_question="") for name in NAMES)


def is_whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as db:
        return FullTextIndex().is_current(db)


async def found(account: AccountStore, words: str) -> int:
    return (await account.find(Matcher(parse(words), NOW), CATALOGUE, Page(1_000))).count


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """Return a file of which another Runnel has made the index."""
    path = tmp_path / STORE_FILE
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    account.lists.replace("", [Session(name) for name in NAMES])
    for name in NAMES:
        account.upsert_messages(name, [StoredMessage(0, user(f"{name}m", f"A quagga of {name}"))])
    await account.flush()
    await store.aclose()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM index_state")
        db.execute("INSERT INTO index_state VALUES ('of another Runnel', NULL, 1, NULL)")
    return path


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_a_start_waits_for_no_index_and_a_search_misses_nothing_while_it_is_made(
    path: Path, steps: int
) -> None:
    index = HeldIndex(steps)
    store = SqliteStore(path, pytest.fail, index=index)
    account = store.account(KEY)
    assert [each.id for each in await account.lists.of("")] == NAMES
    assert len(await account.messages("s3")) == 1
    await asyncio.to_thread(index.is_held.wait)
    account.upsert_messages("s9", [StoredMessage(1, user("new", "A quagga of now"))])
    account.upsert_messages("s69", [StoredMessage(1, user("newest", "A quagga of now"))])
    account.drop_messages("s8", ["s8m"])
    assert not await account.index_is_whole()
    assert await found(account, "quagga") == 71
    assert await found(account, "now") == 2
    assert await found(account, "s8") == 0
    await store.aclose()
    assert not is_whole(path)


@pytest.mark.slow
async def test_an_index_that_is_being_made_is_gone_on_with_at_the_next_start(path: Path) -> None:
    first = HeldIndex(2)
    store = SqliteStore(path, pytest.fail, index=first)
    store.account(KEY)
    await store.account(KEY).messages("s0")
    await asyncio.to_thread(first.is_held.wait)
    await store.aclose()
    assert first.found_at == [None, 20]
    later = HeldIndex()
    store = SqliteStore(path, pytest.fail, index=later)
    account = store.account(KEY)
    assert await found(account, "quagga") == 70
    await until_another_thread_did(lambda: is_whole(path))
    assert later.found_at[:3] == [40, 60, 70]
    assert await account.index_is_whole()
    assert await found(account, "quagga") == 70
    await store.aclose()
