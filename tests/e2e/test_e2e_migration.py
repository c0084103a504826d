"""Kills of the real command while it brings a store of an earlier version up to date."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.e2e.conftest import Pipe, Run
from tests.e2e.kept import kept_in
from tests.fuzz import FUZZ
from tui.store import AccountKey
from tui.store.sqlite import STORE_FILE
from tui.store.sqlite.opening import open_to_write
from tui.store.sqlite.rows import made_account_row
from tui.store.sqlite.schema import STEPS

KILLS = 2 * FUZZ
MESSAGES = 20_000
"""So many that it takes a while."""
LONGEST_S = 0.05
"""From its first sign to the kill at most."""


def old_store(path: Path) -> None:
    """Make a file of the first version, with a draft and many messages."""
    with closing(open_to_write(path, steps=STEPS[:1])) as db:
        account = made_account_row(db, AccountKey("gpt-trainer", "http://127.0.0.1:1", "ada"))
        draft = (account, "s", "from before", "other")
        db.execute("INSERT INTO draft VALUES (?, ?, ?, ?)", draft)
        db.execute("INSERT INTO session (id, account, key) VALUES (1, ?, 's')", (account,))
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO message (session, position, key, role, format, value)"
            " VALUES (1, ?1, ?1, 0, 0, 'Words of a message, number ' || ?1)",
            ((number,) for number in range(MESSAGES)),
        )
        db.execute("COMMIT")


def state_of(path: Path) -> tuple[int, int, object]:
    """Return version, count of messages and drafts of a file that is sound."""
    drafts = kept_in(path).drafts
    with closing(sqlite3.connect(path)) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        # the command that brings it up to date may read more, of the account that it asks for
        kept = "SELECT count(*) FROM message WHERE value LIKE 'Words of a message, number %'"
        return version, db.execute(kept).fetchone()[0], drafts


@pytest.mark.warm_start
def test_a_kill_in_a_migration_leaves_one_version_or_the_other_with_all_there_was(
    run: Run, pipe: Pipe, profiles: Mapping[str, str], tmp_path: Path
) -> None:
    chance, drafts = random.Random(FUZZ), {"s": "from before"}
    for number in range(KILLS):
        folder = tmp_path / f"kept{number}"
        path, extra = folder / STORE_FILE, {**profiles, "RUNNEL_DATA_DIR": str(folder)}
        old_store(path)
        process = pipe("sessions", extra=extra).process
        while process.poll() is None and not [*folder.glob("*store.db.v1*")]:
            with suppress(TimeoutError):
                process.wait(0.001)
        with suppress(TimeoutError):
            process.wait(chance.uniform(0, LONGEST_S))
        process.kill()
        process.wait()
        version, *rest = state_of(path)
        assert version in (1, len(STEPS))
        assert rest == [MESSAGES, drafts]
    assert run("sessions", extra=extra).returncode == 0
    assert state_of(path) == (len(STEPS), MESSAGES, drafts)
    assert state_of(folder / f"{STORE_FILE}.v1") == (1, MESSAGES, drafts)
    assert not [*folder.glob(".store.db*")]
