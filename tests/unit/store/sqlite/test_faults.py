from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.store_rows import KEY
from tests.fakes import user
from tests.unit.store.sqlite.files import (
    Connect,
    filled,
    impatient,
    limited,
    lockless,
    unwritable,
)
from tui.store import StoredMessage
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.store.sqlite.opening import open_to_write
from tui.store.sqlite.rows import made_account_row
from tui.store.sqlite.schema import STEPS


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file, and how it is told."""

    spoil: Callable[[Path], object]
    told: str
    connect: Connect = sqlite3.connect
    knows_before: bool = False
    """What was stored before can be read all the same."""


def overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (a)")
        db.execute("INSERT INTO theirs VALUES ('dear to them')")
        db.commit()


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 9999")


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def a_file_for_the_folder(path: Path) -> None:
    path.unlink()
    path.parent.rmdir()
    path.parent.write_text("")


def nothing(path: Path) -> None:
    return


LEFT_ALONE = {
    "no SQLite": Fault(lambda path: path.write_bytes(b"dear to somebody" * 99), "no file of Runn"),
    "a text": Fault(lambda path: path.write_bytes(b"dear"), "is no file of Runnel"),
    "of another program": Fault(foreign, "is no file of Runnel"),
    "newer": Fault(newer, "is of a newer Runnel"),
    "a folder": Fault(a_folder, "cannot be opened"),
    "a link": Fault(a_link, "cannot be opened"),
    "no folder": Fault(a_file_for_the_folder, "cannot be opened"),
    "read only": Fault(nothing, "cannot be written", unwritable, knows_before=True),
    "no locks": Fault(nothing, "cannot be locked", lockless, knows_before=True),
}


def held(path: Path) -> dict[str, bytes | str]:
    """Return what stands at a path and beside it."""
    if path.parent.is_file():
        return {"": path.parent.read_bytes()}
    return {
        each.name: each.read_bytes() if each.is_file() else "folder"
        for each in path.parent.iterdir()
        if each.name.startswith((STORE_FILE, "elsewhere"))
        # whoever reads a file makes these
        and not each.name.endswith(("-shm", "-wal"))
    }


@pytest.mark.parametrize("name", LEFT_ALONE)
async def test_a_file_that_cannot_be_used_is_told_and_left_alone_and_memory_takes_its_place(
    tmp_path: Path, name: str
) -> None:
    fault, troubles = LEFT_ALONE[name], list[str]()
    path = filled(tmp_path / "data")
    for each in (tmp_path / "data" / "running").iterdir():
        each.unlink()
    (tmp_path / "data" / "running").rmdir()
    fault.spoil(path)
    before = held(path)
    store = SqliteStore(path, troubles.append, connect=fault.connect)
    account = store.account(KEY)
    known = "from before" if fault.knows_before else None
    assert (await account.drafts.all()).get("s") == known
    messages = [each.message.text for each in await account.messages("s")]
    assert messages == (["A question of before"] if fault.knows_before else [])
    account.drafts.save("t", "typed now")
    account.upsert_messages("t", [StoredMessage(0, user("m", "Hi"))])
    await account.flush()
    assert (await account.drafts.all())["t"] == "typed now"
    assert [each.message.text for each in await account.messages("t")] == ["Hi"]
    (sentence,) = troubles
    assert fault.told in sentence
    assert str(path) in sentence
    await store.aclose()
    assert held(path) == before


async def test_a_file_in_a_folder_in_which_nothing_can_be_made_is_read_all_the_same(
    tmp_path: Path,
) -> None:
    path, troubles = filled(tmp_path), list[str]()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).mkdir()
    store = SqliteStore(path, troubles.append, connect=lockless)
    account = store.account(KEY)
    assert (await account.drafts.all()) == {"s": "from before"}
    assert [each.message.text for each in await account.messages("s")] == ["A question of before"]
    assert "cannot be locked" in troubles[0]
    await store.aclose()


async def test_a_damaged_file_is_set_aside_and_what_can_be_read_of_it_goes_on(
    tmp_path: Path,
) -> None:
    path = filled(tmp_path)
    with closing(sqlite3.connect(path)) as db:
        page_size = db.execute("PRAGMA page_size").fetchone()[0]
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'message'").fetchone()[0]
    overwrite(path, (root - 1) * page_size, b"\xff" * page_size)
    troubles: list[str] = []
    for said in (["was damaged", "store.db.broken1"], []):
        store = SqliteStore(path, troubles.append)
        account = store.account(KEY)
        assert list(await account.messages("s")) == []
        assert dict(await account.drafts.all()) == {"s": "from before"}
        await store.aclose()
        assert all(each in troubles[0] for each in said)
    assert len(troubles) == 1
    aside = path.with_name("store.db.broken1")
    assert stat.S_IMODE(aside.stat().st_mode) == stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_file_cut_in_the_middle_does_not_keep_the_app_from_starting(tmp_path: Path) -> None:
    whole = filled(tmp_path / "whole").read_bytes()
    for length in range(1, len(whole), 4096 * 5 + 7):
        path = tmp_path / str(length) / STORE_FILE
        path.parent.mkdir()
        path.write_bytes(whole[:length])
        troubles: list[str] = []
        store = SqliteStore(path, troubles.append)
        account = store.account(KEY)
        account.drafts.save("t", "typed now")
        assert (await account.drafts.all())["t"] == "typed now"
        await account.messages("s")
        await account.questions.all()
        await store.aclose()
        assert len(troubles) <= 1


@pytest.mark.parametrize("is_over_in_time", [True, False])
async def test_a_locked_file_gets_what_was_written_meanwhile_when_it_is_free(
    tmp_path: Path, is_over_in_time: bool
) -> None:
    path, troubles = filled(tmp_path), list[str]()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        store = SqliteStore(path, troubles.append, connect=impatient)
        account = store.account(KEY)
        account.drafts.save("t", "typed now")
        account.drop_messages("s", ["m0"])
        assert dict(await account.drafts.all()) == {"s": "from before", "t": "typed now"}
        assert "is held by another program" in troubles[0]
        if is_over_in_time:
            other.execute("ROLLBACK")
        await store.aclose()
    after = SqliteStore(path, troubles.append)
    account = after.account(KEY)
    assert ("t" in await account.drafts.all()) is is_over_in_time
    assert bool(await account.messages("s")) is not is_over_in_time
    assert len(troubles) == (2 if is_over_in_time else 1)
    await after.aclose()


async def test_a_disk_that_fills_up_loses_nothing_of_the_session_and_the_file_stays_sound(
    tmp_path: Path,
) -> None:
    path, troubles = tmp_path / STORE_FILE, list[str]()
    store = SqliteStore(path, troubles.append, connect=limited)
    account = store.account(KEY)
    account.drafts.save("s", "from before")
    await account.flush()
    texts = [f"{number} " + "word " * 2_000 for number in range(40)]
    for number, each in enumerate(texts):
        account.upsert_messages("s", [StoredMessage(number, user(f"m{number}", each))])
        account.drafts.save("t", f"draft {number}")
    assert [each.message.text for each in await account.messages("s")] == texts
    assert dict(await account.drafts.all()) == {"s": "from before", "t": "draft 39"}
    (sentence,) = troubles
    assert "no room left" in sentence
    await store.aclose()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    # there is room again, and the end of another start writes what is there
    store = SqliteStore(path, troubles.append)
    assert (await store.account(KEY).drafts.all())["s"] == "from before"
    await store.aclose()


async def test_nobody_else_can_read_what_is_stored_also_where_they_could(tmp_path: Path) -> None:
    path = filled(tmp_path / "data")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    before = os.umask(0)
    try:
        store = SqliteStore(path, pytest.fail)
        account = store.account(KEY)
        account.drafts.save("s", "secret")
        await account.flush()
        rights = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
        files = {name: mode for name, mode in rights.items() if name != "running"}
        assert set(files) == {STORE_FILE, f"{STORE_FILE}-wal", f"{STORE_FILE}-shm"}
        assert set(files.values()) == {0o600}
        assert rights["running"] == 0o700
        await store.aclose()
    finally:
        os.umask(before)
    assert not path.with_name(f"{STORE_FILE}-wal").exists()


async def test_a_row_that_cannot_be_read_costs_that_row_alone(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO message VALUES (98, 1, 1, 'm1', 0, 1, NULL, '{broken')")
        db.execute("INSERT INTO message VALUES (99, 1, 2, 'm2', 1, 0, NULL, 'An answer')")
        db.execute("INSERT INTO turn VALUES (1, 1, 't', '[]')")
        db.execute("INSERT INTO send VALUES (1, 1, 'x', 's', 'p', 'null')")
        db.execute("INSERT INTO queued VALUES (1, 1, 'q', 's', 0, '{}')")
        db.execute("INSERT INTO mark VALUES (1, 's', '3')")
        db.execute("INSERT INTO list_row VALUES (1, 'bot', 's', 0, '')")
        db.commit()
    store = SqliteStore(path, pytest.fail)
    account = store.account(KEY)
    texts = [each.message.text for each in await account.messages("s")]
    assert texts == ["A question of before", "An answer"]
    assert list(await account.open_turns("s")) == []
    assert list(await account.sends.unfinished()) == []
    assert dict(await account.marks.all()) == {}
    assert dict(await account.queue.by_session()) == {}
    assert list(await account.lists.of("bot")) == []
    # what takes its place can be read again
    account.upsert_messages("s", [StoredMessage(1, user("m1", "Whole"))])
    assert [each.message.text for each in await account.messages("s")][1] == "Whole"
    await store.aclose()


async def test_what_nobody_thought_of_is_a_disk_that_fails_and_ends_no_program(
    tmp_path: Path,
) -> None:
    def confused(path: Path, **options: object) -> sqlite3.Connection:
        raise RuntimeError("nobody thought of this")

    troubles: list[str] = []
    store = SqliteStore(tmp_path / STORE_FILE, troubles.append, connect=confused)
    account = store.account(KEY)
    account.drafts.save("s", "typed now")
    await account.flush()
    assert dict(await account.drafts.all()) == {"s": "typed now"}
    assert "cannot be reached" in troubles[0]
    await store.aclose()
    account.drafts.save("s", "after the end")
    assert dict(await account.drafts.all()) == {}
    await account.flush()


@pytest.mark.parametrize("name", ["read only", "newer", "no SQLite", "no folder"])
async def test_whoever_cannot_be_told_of_a_fault_ends_no_thread_of_the_store(
    tmp_path: Path, name: str, reports: list[str]
) -> None:
    def deaf(sentence: str) -> None:
        raise RuntimeError("nobody is there any more")

    path = filled(tmp_path / "data")
    for each in (tmp_path / "data" / "running").iterdir():
        each.unlink()
    (tmp_path / "data" / "running").rmdir()
    LEFT_ALONE[name].spoil(path)
    store = SqliteStore(path, deaf, connect=LEFT_ALONE[name].connect)
    account = store.account(KEY)
    account.drafts.save("t", "typed now")
    await asyncio.wait_for(account.flush(), 5)
    assert (await account.drafts.all())["t"] == "typed now"
    await store.aclose()
    assert "RuntimeError" in reports.pop()
    assert not reports


@pytest.mark.parametrize("version", range(1, len(STEPS)))
async def test_a_file_of_an_older_version_that_is_locked_is_read_all_the_same(
    tmp_path: Path, version: int
) -> None:
    path, troubles = tmp_path / STORE_FILE, list[str]()
    with closing(open_to_write(path, steps=STEPS[:version])) as other:
        account = made_account_row(other, KEY)
        other.execute(
            "INSERT INTO draft (account, session_key, text, process) VALUES (?, ?, ?, ?)",
            (account, "s", "from before", "other"),
        )
        other.execute("BEGIN IMMEDIATE")
        store = SqliteStore(path, troubles.append, connect=impatient)
        assert dict(await store.account(KEY).drafts.all()) == {"s": "from before"}
        assert "is held by another program" in troubles[0]
        await store.aclose()
