from __future__ import annotations

from pathlib import Path

import pytest

from tests.tapes import SCENES, main, recorded, stale, write
from tui.tapes.packaged import ENDING, FOLDER, located, packaged_names
from tui.tapes.reading import read_tape
from tui.tapes.summary import summary_of

TOOLS = {"tools": SCENES["tools"]}


def test_a_packaged_tape_is_whole_known_by_its_name_and_recorded_from_a_scene() -> None:
    assert set(packaged_names()) == set(SCENES)
    for name, scene in SCENES.items():
        tape = read_tape(name)
        summary = summary_of(tape)
        assert (tape.header.api, summary.questions) == (scene.api, len(scene.questions))
        assert not tape.broken_off
        # what is watched lasts no longer than a look
        assert 2 < tape.duration_s < 60


def test_the_same_scene_gives_the_same_tape_and_another_one_is_stale(tmp_path: Path) -> None:
    tape = recorded(TOOLS["tools"], tmp_path / "x")
    assert tape == (FOLDER / f"tools{ENDING}").read_bytes()
    assert stale(tmp_path, TOOLS) == ["tools.tape"]
    write(tmp_path, TOOLS)
    assert stale(tmp_path, TOOLS) == []


def test_a_file_goes_before_a_packaged_tape_of_its_name_and_a_path_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert located(Path("demo")) == FOLDER / "demo.tape"
    assert located(tmp_path / "demo") == tmp_path / "demo"
    (tmp_path / "demo").write_bytes(b"")
    assert located(Path("demo")) == Path("demo")


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--chek"]) == 2
    assert "usage" in capsys.readouterr().err
