from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

import pytest

from tests.contract.store_rows import KEY, SEND, queued
from tests.contract.test_let_go import TURN
from tests.fakes import assistant, user
from tui.model import Session
from tui.store import (
    AccountStore,
    SessionMarks,
    StoredMessage,
    digest_of,
)
from tui.store.retention import KEEP_ALL, Retention
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.store.sqlite.histories import put_messages
from tui.store.sqlite.message_index import FullTextIndex
from tui.store.sqlite.opening import open_to_write
from tui.store.sqlite.own import save_marks
from tui.store.sqlite.pruning import AT_ONCE, Pruning
from tui.store.sqlite.rows import made_account_row, made_session_row
from tui.values import replace

SESSIONS = 2 * AT_ONCE + 5
"""More than go in one change."""
OWN = ("drafted", "queued", "sent", "open", "marked")
DAY = timedelta(days=1)
OTHER = replace(KEY, owner="bob@example.org")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / STORE_FILE, pytest.fail)
    yield store
    await store.aclose()


def fill(account: AccountStore) -> None:
    """Store sessions of today, yesterday and so on, of 1,000 characters, and old ones of ours."""
    now = datetime.now(UTC)
    names = [*(f"s{number}" for number in range(SESSIONS)), *OWN]
    account.lists.replace("bot", [Session(each) for each in names])
    for days, name in enumerate(names):
        message = replace(user("m", f"{name:1000}"), created_at=now - timedelta(days=days, hours=1))
        account.upsert_messages(name, [StoredMessage(0, message)])
    account.drafts.save("drafted", "half a")
    account.queue.put("queued", queued(1))
    account.sends.save(replace(SEND, session_id="sent"))
    account.save_turn("open", TURN)
    account.marks.save("marked", SessionMarks(is_pinned=True))
    for name in names:
        # what was looked at is no mark of a person
        seen = SessionMarks(seen_until=now)
        account.marks.save(name, seen, SessionMarks())


async def stored(account: AccountStore) -> list[str]:
    sessions = await account.lists.of("bot")
    return [each.id for each in sessions if await account.messages(each.id)]


Limits = dict[str, tuple[Retention, int]]
LIMITS: Limits = {
    "all": (KEEP_ALL, SESSIONS),
    "an age": (Retention(age=timedelta(days=10)), 10),
    "an old age": (Retention(age=timedelta(days=9_000)), SESSIONS),
    # those of ours count, and stay
    "a size": (Retention(size_bytes=(20 + len(OWN)) * 1_000), 20),
    "nothing but ours": (Retention(size_bytes=0), 0),
}


@pytest.mark.parametrize("name", LIMITS)
async def test_what_is_beyond_the_limit_goes_and_nothing_that_is_here_alone(
    store: SqliteStore, name: str
) -> None:
    retention, left = LIMITS[name]
    account, other = store.account(KEY), store.account(OTHER)
    fill(account)
    fill(other)
    store.keeping(retention).account(KEY)
    await account.flush()
    # what a pruning leaves to the next one is begun by it
    await account.flush()
    await account.flush()
    assert await stored(account) == [*(f"s{number}" for number in range(left)), *OWN]
    assert len(await stored(other)) == SESSIONS + len(OWN)
    message = user("m", f"s{SESSIONS - 1:<999}")
    assert (await account.lists.of("bot"))[SESSIONS - 1] == Session(f"s{SESSIONS - 1}")
    assert (await account.lists.digests("bot"))[f"s{SESSIONS - 1}"] == digest_of([message])
    assert dict(await account.drafts.all()) == {"drafted": "half a"}


async def test_of_an_account_that_keeps_nothing_the_file_holds_nothing(
    store: SqliteStore, tmp_path: Path
) -> None:
    other = store.account(OTHER)
    other.drafts.save("s", "theirs")
    fill(store.account(KEY))
    store.account(KEY).drafts.save("s", "very secret")
    await other.flush()
    account = store.keeping_nothing().account(KEY)
    assert dict(await account.drafts.all()) == {}
    account.drafts.save("s", "very secret again")
    assert dict(await account.drafts.all()) == {"s": "very secret again"}
    for _ in range(4):
        await other.flush()
    await store.aclose()
    data = (tmp_path / STORE_FILE).read_bytes()
    assert b"theirs" in data
    assert b"secret" not in data
    assert KEY.owner.encode() not in data


def test_no_word_of_what_is_too_old_to_be_kept_stays_in_the_file(tmp_path: Path) -> None:
    path, index = tmp_path / STORE_FILE, FullTextIndex()
    now = datetime.now(UTC)
    with closing(open_to_write(path)) as db:
        account = made_account_row(db, KEY)
        for name, word, age in (("old", "recollection", DAY), ("new", "intention", 0 * DAY)):
            # what the list tells of it stays: the last answer
            said = [assistant("m", f"my dearest {word}"), assistant("n", "so")]
            rows = [StoredMessage(0, replace(each, created_at=now - age)) for each in said]
            put_messages(db, index, made_session_row(db, account, name), rows)
        while index.make_current(db):
            pass
        assert not Pruning(Retention(age=DAY / 2)).step(db, account, index)
        while index.make_current(db):
            pass
    written = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"intention" in written
    assert b"recollection" not in written


def test_a_file_is_not_made_to_keep_nothing_in_it(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / STORE_FILE, pytest.fail)
    store.keeping_nothing().account(KEY).drafts.save("s", "half a")
    store.close()
    assert list(tmp_path.iterdir()) == []


def pruned_steps(path: Path, sessions: int, retention: Retention, unmarked: int) -> int:
    """Return how many steps SQLite takes to prune sessions of a month ago, the oldest marked."""
    index, now, steps = FullTextIndex(), datetime.now(UTC), 0

    def note() -> None:
        nonlocal steps
        steps += 1

    with closing(open_to_write(path)) as db:
        account = made_account_row(db, KEY)
        db.execute("BEGIN")
        for number in range(sessions):
            then = now - timedelta(days=30, minutes=number)
            message = replace(user("m", "Well?"), created_at=then)
            session = made_session_row(db, account, f"s{number}")
            put_messages(db, index, session, [StoredMessage(0, message)])
            if number >= unmarked:
                save_marks(db, account, f"s{number}", SessionMarks(is_pinned=True))
        db.execute("COMMIT")
        db.set_progress_handler(note, 10)
        pruning = Pruning(retention)
        while pruning.step(db, account, index):
            pass
        db.set_progress_handler(None, 0)
        left = db.execute("SELECT count(*) FROM session WHERE size_bytes > 0").fetchone()[0]
    assert left == sessions - unmarked
    return steps


@pytest.mark.parametrize("marked_share", [0.0, 0.5])
@pytest.mark.parametrize("retention", [Retention(age=DAY), Retention(size_bytes=0)], ids=str)
def test_a_pruning_takes_as_many_steps_again_for_as_many_sessions_again(
    retention: Retention, marked_share: float, tmp_path: Path
) -> None:
    few, many = (
        pruned_steps(tmp_path / f"{count}.db", count, retention, round(count * (1 - marked_share)))
        for count in (10 * AT_ONCE, 40 * AT_ONCE)
    )
    assert many < 4.2 * few


@pytest.mark.parametrize("clients", [1, 2])
def test_two_prunings_at_a_time_let_no_more_go_than_one(clients: int, tmp_path: Path) -> None:
    index, now, kept = FullTextIndex(), datetime.now(UTC), 3 * AT_ONCE
    with ExitStack() as files:
        path = tmp_path / STORE_FILE
        dbs = [files.enter_context(closing(open_to_write(path))) for _ in range(clients)]
        account = made_account_row(dbs[0], KEY)
        dbs[0].execute("BEGIN")
        for number in range(3 * kept):
            message = replace(user("m", "Well?"), created_at=now - timedelta(minutes=number))
            session = made_session_row(dbs[0], account, f"s{number}")
            put_messages(dbs[0], index, session, [StoredMessage(0, message)])
        dbs[0].execute("COMMIT")
        sizes = "SELECT sum(size_bytes), count(*) FROM session WHERE size_bytes > 0"
        size_bytes = dbs[0].execute(sizes).fetchone()[0]
        going = [
            (Pruning(Retention(size_bytes=size_bytes // 3)), dbs[at % clients]) for at in (0, 1)
        ]
        while going:
            going = [each for each in going if committed_step(*each, account, index)]
        assert dbs[0].execute(sizes).fetchone()[1] == kept


def committed_step(pruning: Pruning, db: Connection, account: int, index: FullTextIndex) -> bool:
    db.execute("BEGIN IMMEDIATE")
    has_more = pruning.step(db, account, index)
    db.execute("COMMIT")
    return has_more
