from __future__ import annotations

from pathlib import Path

import pytest

from tests.screenshots import SHOTS, draw, main, stale, write

WELCOME = {"welcome": SHOTS["welcome"]}


async def test_a_shot_in_the_middle_of_an_answer_is_the_same_each_time() -> None:
    # `--check` holds it of all, each run of the checks against another
    assert await draw(SHOTS["streaming"]) == await draw(SHOTS["streaming"])


def test_what_was_just_drawn_is_not_stale(tmp_path: Path) -> None:
    folder = tmp_path / "screenshots"
    write(folder, WELCOME)
    assert stale(folder, WELCOME) == []


def test_a_changed_file_is_stale(tmp_path: Path) -> None:
    write(tmp_path, WELCOME)
    file = tmp_path / "welcome.svg"
    file.write_text(file.read_text(encoding="utf-8").replace("Today", "Later"), encoding="utf-8")
    assert stale(tmp_path, WELCOME) == ["welcome.svg"]


def test_a_missing_file_is_stale(tmp_path: Path) -> None:
    assert stale(tmp_path, WELCOME) == ["welcome.svg"]


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--chek"]) == 2
    assert "usage" in capsys.readouterr().err
