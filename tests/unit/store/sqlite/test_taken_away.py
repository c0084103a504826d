from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.contract.store_rows import KEY
from tests.fakes import user
from tests.unit.store.sqlite.files import filled
from tui.store import StoredMessage
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.store.sqlite.schema import APPLICATION_ID


def the_file(path: Path) -> None:
    path.unlink()


def all_files(path: Path) -> None:
    for each in path.parent.glob(f"{STORE_FILE}*"):
        each.unlink()


def the_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def moved(path: Path) -> None:
    path.rename(path.with_name("moved"))


@pytest.mark.parametrize("take_away", [the_file, all_files, the_folder, moved])
@pytest.mark.parametrize("is_read_first", [True, False])
async def test_a_file_that_is_taken_away_in_use_is_there_again_with_all_it_held(
    tmp_path: Path, take_away: Callable[[Path], None], is_read_first: bool
) -> None:
    path, troubles = filled(tmp_path / "data"), list[str]()
    stores = [SqliteStore(path, troubles.append) for _ in range(2)]
    mine, theirs = (each.account(KEY) for each in stores)
    mine.drafts.save("t", "typed before")
    assert "s" in await theirs.drafts.all()
    await mine.flush()
    take_away(path)
    if is_read_first:
        assert dict(await mine.drafts.all()) == {"s": "from before", "t": "typed before"}
    mine.upsert_messages("u", [StoredMessage(0, user("m1", "Said after that"))])
    await mine.flush()
    theirs.drafts.save("v", "typed by another client")
    await theirs.flush()
    assert "was written again with all it held" in troubles[0]
    assert "was replaced" in troubles[1]
    assert len(troubles) == 2
    for each in stores:
        await each.aclose()
    assert path.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    after = SqliteStore(path, pytest.fail)
    account = after.account(KEY)
    drafts = {"s": "from before", "t": "typed before", "v": "typed by another client"}
    assert dict(await account.drafts.all()) == drafts
    assert [each.message.text for each in await account.messages("u")] == ["Said after that"]
    await after.aclose()


async def test_a_file_that_two_clients_find_damaged_is_set_aside_once(tmp_path: Path) -> None:
    path, troubles = filled(tmp_path), list[str]()
    stores = [SqliteStore(path, troubles.append) for _ in range(2)]
    mine, theirs = (each.account(KEY) for each in stores)
    for each in (mine, theirs):
        assert "s" in await each.drafts.all()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    for number, each in enumerate((mine, theirs, mine)):
        each.drafts.save(f"t{number}", f"typed {number}")
        await each.flush()
    for store in stores:
        await store.aclose()
    assert [each.name for each in path.parent.glob("*.broken?")] == ["store.db.broken1"]
    after = SqliteStore(path, pytest.fail)
    drafts = await after.account(KEY).drafts.all()
    assert {f"t{number}": f"typed {number}" for number in range(3)}.items() <= drafts.items()
    await after.aclose()
