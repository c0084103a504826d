"""Commands on a file of the store that cannot be used: one table of their exit codes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Environment, Run
from tui.store.sqlite import STORE_FILE
from tui.store.sqlite.opening import open_to_write

OF_WHAT_IS_KEPT = (
    ("search", "soap"),
    ("stats", "--json"),
    ("sessions", "--offline", "--json"),
    ("messages", "--offline", "s"),
    ("export", "--offline"),
    ("forget", "--yes", "soap"),
    ("sync",),
    ("store", "check"),
)
OF_THE_SERVER = (("sessions", "-q"), ("export", "--format", "jsonl"))


def foreign(file: Path) -> None:
    file.write_text("Dear Ada, " * 500)


def of_another_program(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE letter (text)")


def newer(file: Path) -> None:
    with closing(open_to_write(file)) as db:
        db.execute("PRAGMA user_version = 9999")


def no_file(file: Path) -> None:
    file.mkdir()


@pytest.mark.slow
@pytest.mark.parametrize("put", [foreign, of_another_program, newer, no_file])
def test_what_needs_the_file_fails_and_prints_nothing_and_the_rest_goes_on(
    profiles: Environment, run: Run, tmp_path: Path, put: Callable[[Path], None]
) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    profiles["RUNNEL_DATA_DIR"] = str(folder)
    put(folder / STORE_FILE)
    for command in OF_WHAT_IS_KEPT:
        code, out, err = run(*command)
        assert (command, code, out) == (command, 1, "")
        assert err.startswith(f"runnel: {folder / STORE_FILE} ")
        assert err.count(str(folder)) == 1
    for command in OF_THE_SERVER:
        code, out, err = run(*command)
        assert (command, code, bool(out)) == (command, 0, True)
        assert err.startswith(f"runnel: {folder / STORE_FILE} ")
