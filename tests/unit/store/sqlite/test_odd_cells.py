"""Cells that hold something else than they should, as on a damaged disk, in every column."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from sqlite3 import Connection

import pytest

from tests.contract.store_rows import KEY, QUESTION, SEND, queued
from tests.fakes import NOON, assistant, user
from tests.unit.query.queries import NOW
from tui.model import Failure, Session
from tui.query import Document, Matcher, parse
from tui.query.found import Catalogue, Page
from tui.safe_text import SafeText
from tui.store import (
    AccountStore,
    CopyState,
    LastSession,
    SessionMarks,
    SessionVersion,
    StoredMessage,
)
from tui.store.choices import Chosen
from tui.store.lessons import KeptLesson
from tui.store.runs import KeptRun
from tui.store.sends import New
from tui.store.sqlite import STORE_FILE, SqliteStore, maintenance
from tui.turn import PendingTurn, Unsent
from tui.values import replace

SPOILED = {
    "account": "bot IS NOT NULL",
    "session": "key = 't'",
    "message": "key = 't0'",
    "list_row": "key = 't'",
    "list_reading": "bot = 't'",
    "turn": "key = 'turn t'",
    "send": "key = 'send t'",
    "arrived": 'named_ids = \'{"v":1,"value":["t"]}\'',
    "queued": "session_key = 't'",
    "draft": "session_key = 't'",
    "question": "text = 'of t'",
    "mark": "session_key = 't'",
    "check_run": "suite = 't'",
    "lesson": "key = 't'",
}
"""Table -> its row of the session `t`, that of `s` beside it stays sound."""
REFERRING = ("id", "account", "session", "send", "api", "base_url", "owner")
NO_UTF8 = "CAST(x'7b61ff' AS TEXT)"
ODD = (NO_UTF8, "x'fffe'", "x'6162'", "'{broken'", "1e300", "-7777")


def fill(account: AccountStore) -> None:
    account.lists.replace("bot", [Session(each, updated_at=NOON) for each in "st"])
    account.choices.choose_bot(Chosen("bot"))
    account.choices.choose_sync(Chosen("on"))
    account.choices.note_last_session(LastSession("s"))
    account.choices.note_bots({"bot": SafeText("Bot")})
    for each in "st":
        account.upsert_messages(
            each,
            [
                StoredMessage(0, user(f"{each}0", f"Zebras of {each}")),
                StoredMessage(1, assistant(f"{each}1", "Two", "parts")),
            ],
        )
        answer = assistant(f"turn {each}", "A")
        account.save_turn(each, PendingTurn(answer.id, QUESTION, answer, Unsent(Failure("Off."))))
        account.copies.save(each, CopyState(SessionVersion(NOON), NOON))
        account.copies.note_list_read(each, NOON)
        account.drafts.save(each, f"draft of {each}")
        account.questions.remember(f"of {each}")
        account.queue.put(each, queued(ord(each)))
        account.marks.save(each, SessionMarks(is_pinned=True))
        account.runs.keep(KeptRun(each, NOON, "{}"))
        account.lessons.keep(KeptLesson(each, "bot", "Q", "A", "", NOON))


async def kept_of_s(account: AccountStore) -> list[object]:
    """Return what every reading tells of the sound session; they read the other one as well."""
    await account.messages("t"), await account.open_turns("t"), await account.copies.of("t")
    await account.choices.all(), await account.forgetting.forgotten(), await account.runs.newest()
    matcher, sessions = Matcher(parse("zebras"), NOW), (Session(each) for each in "st")
    catalogue = Catalogue(Document(each, first_question="") for each in sessions)
    found = await account.find(matcher, catalogue, Page(100))
    return [
        [each.message for each in await account.messages("s")],
        [each.id for each in await account.open_turns("s")],
        (await account.unsent_turns()).get("s"),
        [each.id for each in await account.lists.of("bot") if each.id == "s"],
        (await account.lists.digests("bot")).get("s"),
        [each.id for each in await account.sends.unfinished() if each.session_id == "s"],
        (await account.queue.by_session()).get("s"),
        (await account.copies.all()).get("s"),
        (await account.copies.lists_read_at()).get("s"),
        (await account.drafts.all()).get("s"),
        [each for each in await account.questions.all() if each == "of s"],
        (await account.marks.all()).get("s"),
        [each for each in await account.runs.all() if each.suite == "s"],
        [each for each in await account.lessons.all() if each.id == "s"],
        (await account.forgetting.kept()).get("s"),
        [each.document.session.id for each in found.sessions if each.document.session.id == "s"],
    ]


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    path = tmp_path / STORE_FILE
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    fill(account)
    for each in "st":
        send = replace(SEND, id=f"send {each}", session_id=each)
        assert await account.sends.claim(send, New())
        account.sends.add_arrived(send.id, (), frozenset({each}))
    await store.aclose()
    with closing(sqlite3.connect(path)) as db:
        # of a process that has ended
        db.execute("UPDATE send SET process = 'x'")
        db.commit()
    return path


def at_once(db: Connection) -> Iterator[Mapping[str, str]]:
    """Yield a column of each table, then the next one, until all had their turn."""
    by_table = {
        table: [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})").fetchall()]
        for table in SPOILED
    }
    for names in zip_longest(
        *([each for each in names if each not in REFERRING] for names in by_table.values())
    ):
        yield {table: name for table, name in zip(by_table, names, strict=True) if name}


async def test_each_costs_no_more_than_its_row(file: Path) -> None:
    store = SqliteStore(file, pytest.fail)
    account = store.account(KEY)
    before = await kept_of_s(account)
    assert [at for at, each in enumerate(before) if not each] == []
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        # a bit of a row tells what each cell holds: no column is asked, nor makes text of it
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_schema SET sql = replace(sql, ' TEXT', ' BLOB')")
        db.execute("PRAGMA writable_schema = RESET")
        for columns in at_once(db):
            whole = {
                table: db.execute(f"SELECT {name} FROM {table} WHERE {SPOILED[table]}").fetchone()
                for table, name in columns.items()
            }
            for odd in ODD:
                db.execute("BEGIN")
                for table, name in columns.items():
                    db.execute(f"UPDATE {table} SET {name} = {odd} WHERE {SPOILED[table]}")
                db.execute("COMMIT")
                assert await kept_of_s(account) == before, (columns, odd)
                db.execute("BEGIN")
                for table, name in columns.items():
                    changed = f"UPDATE {table} SET {name} = ? WHERE {name} IS {odd}"
                    assert db.execute(changed, whole[table]).rowcount == 1
                db.execute("COMMIT")
    await store.aclose()


async def test_what_is_written_over_text_that_is_none_is_kept_and_found(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        for table, column in (("message", "value"), ("message", "key"), ("queued", "session_key")):
            db.execute(f"UPDATE {table} SET {column} = {NO_UTF8} WHERE {SPOILED[table]}")
        db.commit()
    store = SqliteStore(file, pytest.fail)
    account = store.account(KEY)
    account.upsert_messages("t", [StoredMessage(2, user("t2", "A quagga"))])
    account.queue.drop(queued(ord("s")).id)
    account.forget_session("s")
    await account.flush()
    assert [each.message.id for each in await account.messages("t")][-2:] == ["t1", "t2"]
    assert list(await account.messages("s")) == []
    catalogue = Catalogue([Document(Session("t"), first_question="")])
    found = await account.find(Matcher(parse("quagga"), NOW), catalogue, Page(100))
    assert found.count == 1
    await store.aclose()
    assert maintenance.rebuild_index(file, lambda: None) == 3


def test_the_check_of_a_file_counts_them(file: Path) -> None:
    assert maintenance.check(file).problems == ()
    with closing(sqlite3.connect(file)) as db:
        for table in ("message", "queued", "mark"):
            db.execute(f"UPDATE {table} SET value = {NO_UTF8} WHERE {SPOILED[table]}")
        db.commit()
    told = " ".join(maintenance.check(file).problems)
    assert "1 rows of queued cannot be read." in told
    assert "1 rows of mark cannot be read." in told
    assert "is not what it holds" in told
