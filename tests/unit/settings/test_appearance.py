from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.settings.conftest import Configure
from tui.errors import SettingsError
from tui.settings import checked_settings, read_source
from tui.settings.appearance import Appearance, appearance_of


def test_without_anything_told_the_look_is_the_default_one(configure: Configure) -> None:
    assert configure("").looks == Appearance()


def test_it_is_the_look_of_the_whole_settings(configure: Configure) -> None:
    made = configure(
        'theme = "mine"\n[keys]\n"chat.new" = "f9"\n"chat.stop" = "f10"\n'
        '[profiles.work]\napi = "gpt-trainer"\nhost = "chatwize"\ntoken = "t"\n',
        **{"RUNNEL_KEYS__CHAT.NEW": "f11"},
    )
    keys = {"chat.new": "f11", "chat.stop": "f10"}
    assert made.looks == Appearance("mine", keys, "mine", frozenset({"work"}))
    assert (made.settings.theme, made.settings.keys) == ("mine", keys)


def test_the_nearest_place_tells_the_theme(configure: Configure) -> None:
    toml = 'theme = "file"\n'
    assert configure(toml).looks.theme == "file"
    assert configure(toml, RUNNEL_THEME="variable").looks.theme == "variable"
    on_line = configure(toml, theme="line").looks
    assert (on_line.theme, on_line.configured_theme) == ("line", "variable")


@pytest.mark.parametrize(
    ("toml", "variables", "notify", "terminal_title"),
    [
        ("", {}, "bell", True),
        ('notify = "desktop"\nterminal_title = false\n', {}, "desktop", False),
        ('notify = "desktop"\n', {"RUNNEL_NOTIFY": "none"}, "none", True),
        ("", {"RUNNEL_TERMINAL_TITLE": "0"}, "bell", False),
        ("terminal_title = false\n", {"RUNNEL_TERMINAL_TITLE": "on"}, "bell", True),
    ],
)
def test_what_is_seen_from_outside_is_as_the_settings_say(
    configure: Configure, toml: str, variables: dict[str, str], notify: str, terminal_title: bool
) -> None:
    made = configure(toml, **variables)
    for each in (made.looks, made.settings):
        assert (each.notify, each.terminal_title) == (notify, terminal_title)


@pytest.mark.parametrize(
    ("toml", "variables", "is_on"),
    [
        ("", {}, True),
        ("copy_on_select = false\n", {}, False),
        ("copy_on_select = false\n", {"RUNNEL_COPY_ON_SELECT": "true"}, True),
        ("", {"RUNNEL_COPY_ON_SELECT": "off"}, False),
    ],
)
def test_whether_a_selection_is_copied_is_as_the_settings_say(
    configure: Configure, toml: str, variables: dict[str, str], is_on: bool
) -> None:
    made = configure(toml, **variables)
    assert made.looks.copy_on_select == made.settings.copy_on_select == is_on


@pytest.mark.parametrize(
    ("toml", "variables", "on_line", "link"),
    [
        ("", {}, None, "auto"),
        ('link = "slow"\n', {}, None, "slow"),
        ('link = "slow"\n', {"RUNNEL_LINK": "fast"}, None, "fast"),
        ('link = "slow"\n', {"RUNNEL_LINK": "fast"}, "auto", "auto"),
    ],
)
def test_the_nearest_place_tells_the_link(
    configure: Configure, toml: str, variables: dict[str, str], on_line: str | None, link: str
) -> None:
    made = configure(toml, **variables)
    assert appearance_of(read_source(), link=on_line).link == link
    assert on_line is not None or made.settings.link == link


def test_what_has_a_wrong_shape_is_left_to_the_check_of_all_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        'theme = 5\nprofiles = 3\nnotify = "horn"\nlink = "quick"\n'
        '[keys]\n"chat.new" = 7\n"chat.stop" = "f9"\n'
    )
    monkeypatch.setenv("RUNNEL_CONFIG", str(config))
    source = read_source()
    assert appearance_of(source) == Appearance("", {"chat.stop": "f9"})
    with pytest.raises(SettingsError):
        checked_settings(source)


@pytest.mark.slow
def test_the_first_frame_waits_for_no_heavy_library() -> None:
    heavy = {"pydantic", "httpx", "starlette", "uvicorn", "markdown_it", "keyring"}
    heavy |= {"tui.conversation", "tui.backends"}
    lines = [
        "import sys, tui.cli.app, tui.wiring.app",
        "from tui.cli.recording import recorder_for",
        f"with recorder_for(None): print(sorted({heavy} & sys.modules.keys()))",
    ]
    code = "\n".join(lines)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
