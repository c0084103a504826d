from __future__ import annotations

from pathlib import Path

from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tests.tables import each_row
from tests.ui.harness import NO_FOLDER
from tui.ui.themes.catalogue import AUTO, DEFAULT_THEME, LIGHT_THEME, ThemeCatalogue
from tui.ui.themes.contrast import MARKS, TEXT, contrast

ALL = ThemeCatalogue(NO_FOLDER, few_colours=False)


def own(folder: Path, *, few_colours: bool = False, **files: str) -> ThemeCatalogue:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return ThemeCatalogue(folder, few_colours=few_colours)


def test_dark_light_high_contrast_and_sixteen_colours_are_there_and_textuals_own() -> None:
    themes = {theme.name: theme for theme in ALL.all()}
    assert list(themes) == ALL.names
    assert {DEFAULT_THEME, LIGHT_THEME, "high-contrast", "sixteen"} <= set(ALL.names)
    assert set(ALL.names) > {name for name, theme in BUILTIN_THEMES.items() if not theme.ansi}
    assert not themes[LIGHT_THEME].dark
    assert themes["sixteen"].ansi


def test_a_persons_theme_takes_the_place_of_any_other(tmp_path: Path) -> None:
    catalogue = own(
        tmp_path,
        a=f'name = "{DEFAULT_THEME}"\nprimary = "#ff0000"',
        nord='primary = "#00ff00"',
        mine='primary = "red"\ndark = false',
    )
    primaries = {theme.name: theme.primary for theme in catalogue.all()}
    assert len(primaries) == len(catalogue.names) == len(ALL.names) + 1
    assert primaries[DEFAULT_THEME] == "#ff0000"
    assert primaries["nord"] == "#00ff00"
    assert primaries["mine"] == "red"


def test_where_colours_are_few_there_are_only_themes_made_for_that(tmp_path: Path) -> None:
    catalogue = own(tmp_path, few_colours=True, mine='primary = "ansi_red"\nansi = true')
    assert [theme.name for theme in catalogue.all()] == ["sixteen", "mine"]
    for name, shown in (("nord", "sixteen"), (DEFAULT_THEME, "sixteen"), ("mine", "mine")):
        theme = catalogue.find(name)
        assert theme is not None
        assert theme.name == shown
    assert catalogue.begin_with(AUTO).name == "sixteen"
    assert catalogue.find("nrod") is None


def test_of_a_theme_that_is_not_there_a_notice_tells_with_the_nearest_or_those_that_are() -> None:
    for name, told in (
        ("nrod", ["'nrod'; did you mean 'nord'?"]),
        ("mine", [AUTO, "nord", "high-contrast"]),
    ):
        catalogue = ThemeCatalogue(NO_FOLDER, few_colours=False)
        assert catalogue.begin_with(name).name == DEFAULT_THEME
        (notice,) = catalogue.notices
        assert f"There is no theme {name!r}" in notice
        assert all(each in notice for each in told)


@each_row("name", [name for name in ALL.names if name not in ("sixteen",)])
def test_words_and_marks_hold_in_what_is_shipped_and_in_textuals_own(name: str) -> None:
    theme = ALL.find(name)
    assert theme is not None
    shades = theme.to_color_system().generate() | theme.variables
    grounds = [
        Color.parse(shades[each])
        for each in ("background", "surface", "panel", "block-cursor-background")
    ]
    hues = ("primary", "secondary", "accent", "success", "warning", "error")
    words = ["foreground", "foreground-muted", "text-disabled", *(f"text-{hue}" for hue in hues)]
    for each, least in [*((word, TEXT) for word in words), *((hue, MARKS) for hue in hues)]:
        worst = min(contrast(Color.parse(shades[each]), ground) for ground in grounds)
        assert worst >= least, each
