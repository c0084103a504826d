from __future__ import annotations

import random
import re
from contextlib import closing
from pathlib import Path

from tui.store.sqlite import maintenance
from tui.store.sqlite.opening import open_to_write

EVERY = 3


def dropped_in(path: Path) -> set[bytes]:
    """Return the numbers of dropped rows that something is left of in a file."""
    numbers = re.findall(rb"secret (\d{4})", path.read_bytes())
    return {each for each in numbers if int(each) % EVERY == 0}


def test_nothing_is_left_of_rows_that_moved_between_pages_before_they_were_dropped(
    tmp_path: Path,
) -> None:
    path, chance = tmp_path / "store.db", random.Random(0)
    keys = [f"{chance.getrandbits(64):016x}" for _ in range(600)]
    with closing(open_to_write(path)) as db:
        db.execute("INSERT INTO account (id, api, base_url, owner) VALUES (1, 'a', '', '')")
        for statement in (
            "INSERT INTO list_row (value, account, bot, key, place) VALUES (?, 1, '', ?, 0)",
            "UPDATE list_row SET value = ? WHERE key = ?",
        ):
            db.execute("BEGIN")
            for number, key in enumerate(keys):
                value = f"secret {number:04} {'x' * chance.randrange(700, 1_600)}"
                db.execute(statement, (value, key))
            db.execute("COMMIT")
        for key in keys[::EVERY]:
            db.execute("DELETE FROM list_row WHERE key = ?", (key,))
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert dropped_in(path)
    for _ in maintenance.wipe_out(path):
        pass
    assert dropped_in(path) == set()
    assert b"secret 0001" in path.read_bytes()
