from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.store.sqlite.files import filled

FILE = Path("data") / "runnel" / "store.db"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return filled(tmp_path / FILE.parent)


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute(statement)
        db.commit()


def test_without_a_file_there_is_nothing_to_do_and_none_is_made(run: Run, tmp_path: Path) -> None:
    code, out, err = run("store", "path")
    assert (code, out) == (0, f"{tmp_path / FILE}\n")
    assert "no such file yet" in err
    for command in ("check", "vacuum", "rebuild-index"):
        code, out, err = run("store", command)
        assert (code, out, err) == (0, "", "Nothing is kept yet.\n")
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("command", ["check", "vacuum", "rebuild-index"])
def test_where_no_file_can_be_that_is_told_and_an_exit_code(
    run: Run, tmp_path: Path, command: str
) -> None:
    (tmp_path / "data").write_bytes(b"in the way")
    code, out, err = run("store", command)
    assert (code, out) == (1, "")
    assert err == (
        f"runnel: {tmp_path / FILE} cannot be opened.\nLet RUNNEL_DATA_DIR name another folder.\n"
    )


def test_a_sound_file_is_told_to_be_and_gets_smaller(run: Run, file: Path) -> None:
    code, out, err = run("store", "check")
    assert (code, out) == (0, "")
    assert "Nothing is wrong: 1 session, 1 message" in err
    change(file, "INSERT INTO question VALUES (9, 1, zeroblob(900000), 0)")
    change(file, "DELETE FROM question")
    before = file.stat().st_size
    code, out, err = run("store", "vacuum")
    assert (code, "before" in err) == (0, True)
    assert file.stat().st_size < before / 2
    code, out, err = run("store", "rebuild-index")
    assert (code, err) == (0, "The index is made anew, from 1 message.\n")


def test_what_others_read_gets_smaller_later(run: Run, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM message").fetchone()
        code, _, err = run("store", "vacuum")
    assert (code, "Another Runnel reads in it" in err) == (0, True)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE message SET format = 1", "1 messages of session 1 cannot be read"),
        ("UPDATE session SET size_bytes = 3", "holds 20 and not 3 bytes"),
        ("UPDATE session SET digest = NULL", "is not what it holds"),
        ("INSERT INTO message SELECT 9, 1, 1, key, 0, 0, 0, '' FROM message", "are there twice"),
        ("INSERT INTO mark VALUES (1, 's', '')", "1 rows of mark cannot be read"),
        ("DELETE FROM account", "belongs to a row of account that is not there"),
    ],
)
def test_every_problem_is_a_line_and_an_exit_code(
    run: Run, file: Path, statement: str, problem: str
) -> None:
    change(file, statement)
    code, out, _ = run("store", "check")
    assert code == 1
    assert problem in out


@pytest.mark.parametrize("command", ["check", "vacuum", "rebuild-index"])
def test_a_file_of_somebody_else_is_refused_and_left_alone(
    run: Run, file: Path, command: str
) -> None:
    file.write_bytes(b"dear to somebody" * 99)
    code, _, err = run("store", command)
    assert code == 1
    assert "is no file of Runnel.\nMove it away." in err
    assert file.read_bytes() == b"dear to somebody" * 99


def test_who_searches_a_file_that_cannot_be_used_is_not_told_to_fill_it(
    run: Run, file: Path
) -> None:
    file.write_bytes(b"dear to somebody" * 99)
    code, _, err = run("search", "soup")
    assert (code, "is no file of Runnel" in err, "runnel sync" in err) == (1, True, False)
