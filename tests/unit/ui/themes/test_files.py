from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.color import Color

from tests.fakes import ScriptedBackend, StillClock, connection, says
from tests.ui.harness import WIDE, Stage, app_of, ready
from tui.errors import SettingsError
from tui.ui.themes.files import read_folder, read_theme, shipped_folder

pytestmark = pytest.mark.slow

SHIPPED = sorted(shipped_folder().glob("*.toml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_theme_loads_and_is_named_like_its_file(file: Path) -> None:
    theme = read_theme(file)
    assert theme.name == file.stem
    assert theme.to_color_system().generate()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('primray = "red"', "did you mean 'primary'?"),
        ('primary = "red"\nzzz = 1', "no key 'zzz'"),
        ('primary = "no-such-colour"', "primary is not a colour: 'no-such-colour'"),
        ('primary = "red"\naccent = 3', "accent is not a colour: '3'"),
        ('primary = "red', "not a theme"),
        ("", "at least the colour 'primary'"),
        ('primary = "red"\nvariables = 1', "variables must be a table"),
        ('primary = "\\u001b[2J"', "primary is not a colour"),
        ('primary = "red"\ndark = "no"', "dark must be true or false"),
        ('primary = "red"\nansi = 1', "ansi must be true or false"),
        ('primary = "red"\nname = ""', "name must be"),
        ('primary = "red"\nname = 3', "name must be"),
        ('primary = "red"\nbackground = "transparent"', "background must be a colour that nothing"),
        ('primary = "red"\nforeground = "#ffffff80"', "foreground must be a colour that nothing"),
        ('primary = "auto"', "primary is not a colour: 'auto'"),
        ('primary = "red"\nbackground = "auto 50%"', "background is not a colour"),
        (f"primary = {'9' * 5_000}", "A number in it is too long"),
        (f"primary = {'[' * 1_000}{']' * 1_000}", "It is nested too deeply"),
        (f"primary = {'{a=' * 1_000}1{'}' * 1_000}", "It is nested too deeply"),
        (f"primary{'.a' * 1_000} = 1", "primary is not a colour: 'dict'"),
        ('primary = "red"' + " " * 200_000, "it is larger than 100,000 bytes"),
    ],
)
def test_a_file_that_is_no_theme_gets_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_theme(file)
    sentence = caught.value.sentence
    assert sentence.startswith("mine.toml: ")
    assert told in sentence
    assert "\n" not in sentence
    assert "\x1b" not in sentence


def test_a_byte_order_mark_is_no_part_of_a_theme(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b'\xef\xbb\xbfprimary = "red"')
    assert read_theme(file).primary == "red"


def test_what_is_no_file_of_text_is_left_out_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "wide.toml").write_text('primary = "red"', encoding="utf-16")
    (tmp_path / "away.toml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "turn.toml").symlink_to("turn.toml")
    _, notices = read_folder(tmp_path)
    assert [notice.partition(":")[0] for notice in notices] == [
        "away.toml", "pipe.toml", "turn.toml", "wide.toml",
    ]  # fmt: skip


def test_bad_files_do_not_keep_the_good_ones_out(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "good.toml").write_text('primary = "red"')
    (tmp_path / "folder.toml").mkdir()
    themes, notices = read_folder(tmp_path)
    assert set(themes) == {"good"}
    assert [notice.split(":")[0] for notice in notices] == ["bad.toml", "folder.toml"]


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ('border = "nonsense"', "border is not a colour"),
        ('footer-key-foreground = "$primary"', "footer-key-foreground is not a colour"),
        ('input-cursor-text-style = "red"', "input-cursor-text-style is not a text style"),
        ('surface = "transparent"', "surface must be a colour that nothing"),
        ('border = "auto"', "border is not a colour"),
        ('scrollbar-background = "auto 40%"', "scrollbar-background is not a colour"),
        ('link-style-hover = "transparent"', "link-style-hover is not a text style"),
        (f"border{'.a' * 1_000} = 1", "border is not a colour: 'dict'"),
    ],
)
def test_a_variable_the_style_sheets_cannot_use_is_told(
    tmp_path: Path, variable: str, told: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'primary = "red"\n[variables]\n{variable}\n')
    with pytest.raises(SettingsError, match=told):
        read_theme(file)


@pytest.mark.parametrize(
    "text",
    [
        'primary = "red"\nansi = true',
        'primary = "ansi_red"\nansi = true\ndark = false',
        "\n".join(f'{key} = "transparent"' for key in ("primary", "error", "accent", "boost")),
    ],
    ids=["colours", "light", "transparent"],
)
async def test_the_app_can_be_drawn_in_any_theme_that_is_let_in(tmp_path: Path, text: str) -> None:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "mine.toml").write_text(text)
    clock = StillClock()
    it_of = connection(ScriptedBackend(scripts=[says("**Yes** `x`")]), clock)
    app = app_of(it_of, clock=clock, theme="mine", config_folder=tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        it = Stage(app, pilot)
        await ready(it)
        assert app.theme == "mine"
        await it.ask("?")
        await it.settled()
        for key in ("f1", "ctrl+p", "f7"):
            await it.press(key)
            update = app.screen._compositor.render_full_update()
            assert update.render_segments(app.console)
            await it.press("escape")


def test_variables_may_be_colours_and_text_styles(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'primary = "red"\n[variables]\n'
        'border = "#fff"\ntext-muted = "auto 60%"\ninput-cursor-text-style = "bold italic"\n'
    )
    assert set(read_theme(file).variables) >= {"border", "text-muted", "input-cursor-text-style"}


@pytest.mark.parametrize(
    "text", ['primary = "red"', 'primary = "red"\ndark = false', 'primary = "red"\nansi = true']
)
def test_what_is_selected_can_be_read_in_a_theme_that_says_nothing_of_it(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    shades = read_theme(file).to_color_system().generate()
    ink, ground = (
        Color.parse(shades[f"screen-selection-{which}"]) for which in ("foreground", "background")
    )
    assert ink.a == ground.a == 1
    assert ink != ground
