from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("profiles")


def test_the_answer_goes_to_the_file_and_what_stood_there_is_gone(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answer.md"
    file.write_text("what was there before\n" * 9, encoding="utf-8")
    file.chmod(0o640)
    code, out, _ = run("ask", "-o", str(file), "echo — 日本語 \udcff")
    assert (code, out) == (0, "")
    assert file.read_text(encoding="utf-8") == "— 日本語 \ufffd\n"
    assert file.stat().st_mode & 0o777 == 0o640


def test_lists_and_messages_go_to_files_in_their_shapes(run: Run, tmp_path: Path) -> None:
    listed, told = tmp_path / "sessions.json", tmp_path / "messages.json"
    assert run("sessions", "--json", "--output", str(listed))[:2] == (0, "")
    session = json.loads(listed.read_text(encoding="utf-8"))[0]["id"]
    assert run("messages", session, "--json", "-o", str(told))[:2] == (0, "")
    assert json.loads(told.read_text(encoding="utf-8"))[0]["role"] == "user"
    # a conversation is nobody else's business
    assert told.stat().st_mode & 0o777 == 0o600


def test_a_dash_is_stdout(run: Run) -> None:
    assert run("ask", "-o", "-", "echo hello")[:2] == (0, "hello\n")


def test_a_list_of_nothing_leaves_nothing_of_an_older_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "sessions.txt"
    file.write_text("an older list\n", encoding="utf-8")
    assert run("sessions", "--until", "1990-01-01", "-o", str(file))[:2] == (0, "")
    assert file.read_text(encoding="utf-8") == ""


def test_where_nothing_comes_the_file_keeps_what_it_held(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answer.md"
    file.write_text("before\n", encoding="utf-8")
    assert run("messages", "no-such-session", "-o", str(file))[0] == 4
    assert run("ask", "", "-o", str(file))[0] == 2
    assert file.read_text(encoding="utf-8") == "before\n"


def test_what_cannot_be_written_is_told_before_anything_is_asked(run: Run, tmp_path: Path) -> None:
    goal = tmp_path / "goal"
    goal.write_text("mine\n", encoding="utf-8")
    (tmp_path / "link").symlink_to(goal)
    os.mkfifo(tmp_path / "pipe")
    for name, reason in {
        "link": "it is a link to another place",
        "pipe": "No such device or address",
        "": "Is a directory",
        "none/x\x1b[31m": "No such file or directory",
        "x" * 300: "File name too long",
    }.items():
        code, out, err = run("ask", "-o", f"{tmp_path}/{name}", "echo hello")
        assert (code, out) == (2, "")
        assert err.startswith("runnel: The output cannot be written to ")
        assert f": {reason}.\nName another file with -o.\n" in err
        assert "session" not in err
        assert "\x1b" not in err
    assert goal.read_text(encoding="utf-8") == "mine\n"


def test_a_full_disk_is_told_and_the_answer_is_kept_by_the_server(run: Run) -> None:
    code, out, err = run("ask", "-o", "/dev/full", "echo hello")
    assert (code, out) == (1, "")
    assert "runnel: The output cannot be written: No space left on device.\n" in err
