from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tui.errors import SettingsError
from tui.settings import load_settings
from tui.settings.appearance import Appearance, read_appearance


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "config.toml"
    file.touch(mode=0o600)
    monkeypatch.setenv("RUNNEL_CONFIG", str(file))
    return file


def test_without_anything_told_the_look_is_the_default_one(config: Path) -> None:
    looks = read_appearance()
    assert (looks.theme, looks.keys, looks.notices, looks.folder) == ("", {}, (), config.parent)


def test_it_is_the_look_of_the_whole_settings(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(
        'theme = "mine"\n[keys]\n"chat.new" = "f9"\n"chat.stop" = "f10"\n'
        '[profiles.work]\napi = "gpt-trainer"\nhost = "chatwize"\ntoken = "t"\n'
    )
    config.chmod(0o644)
    monkeypatch.setenv("RUNNEL_KEYS__CHAT.NEW", "f11")
    loaded = load_settings()
    assert read_appearance() == Appearance(
        loaded.folder,
        loaded.state_folder,
        "mine",
        loaded.settings.keys,
        frozenset({"work"}),
        loaded.notices,
    )
    assert read_appearance().keys == {"chat.new": "f11", "chat.stop": "f10"}


def test_the_nearest_place_tells_the_theme(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text('theme = "file"\n')
    monkeypatch.setenv("RUNNEL_THEME", "variable")
    assert read_appearance().theme == load_settings().settings.theme == "variable"
    assert read_appearance("line").theme == load_settings(theme="line").settings.theme == "line"


def test_what_has_a_wrong_shape_is_left_to_the_check_of_all_settings(config: Path) -> None:
    config.write_text('theme = 5\nprofiles = 3\n[keys]\n"chat.new" = 7\n"chat.stop" = "f9"\n')
    looks = read_appearance()
    assert (looks.theme, looks.keys, looks.profiles) == ("", {"chat.stop": "f9"}, frozenset())
    with pytest.raises(SettingsError):
        load_settings()


def test_a_file_that_is_not_toml_is_told_at_once(config: Path) -> None:
    config.write_text("theme = [")
    with pytest.raises(SettingsError, match="not valid TOML"):
        read_appearance()


def test_the_first_frame_waits_for_no_heavy_library() -> None:
    heavy = {"pydantic", "httpx", "starlette", "uvicorn", "markdown_it", "keyring"}
    code = (
        "import sys, tui.cli.app, tui.settings.appearance, tui.ui.app;"
        f"print(sorted({heavy} & sys.modules.keys()))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
