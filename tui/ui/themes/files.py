"""Themes from TOML files: ours from `themes/`, a person's own from the configuration folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from tui.errors import SettingsError
from tui.file_reading import parse_toml, read_file
from tui.formatting.nearest import did_you_mean
from tui.safe_text import clean_line
from tui.ui.themes.legible import legible_variables

_COLOURS = (
    "primary",
    "secondary",
    "warning",
    "error",
    "success",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
)
MAX_THEME_BYTES = 100_000
_GROUNDS = ("background", "surface", "panel", "foreground")
"""Colours that have nothing behind them to be mixed with."""
_AUTO = re.compile(r"auto( \d+%)?")
_STYLES = ("none", "bold", "dim", "italic", "not", "reverse", "strike", "underline", "blink")
_KEYS = ("name", "dark", "ansi", *_COLOURS, "variables")


def shipped_folder() -> Path:
    """Return the folder of our own themes: in the wheel inside the package, else beside it."""
    package = Path(str(files("tui")))
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def read_folder(folder: Path) -> tuple[dict[str, Theme], list[str]]:
    """Return the themes of a folder by name, and a sentence for each file left out."""
    themes: dict[str, Theme] = {}
    notices: list[str] = []
    for file in sorted(folder.glob("*.toml")):
        try:
            theme = read_theme(file)
        except SettingsError as error:
            notices.append(error.sentence)
        else:
            themes[theme.name] = theme
    return themes, notices


def read_theme(file: Path) -> Theme:
    """Return the theme a file describes.

    Raises:
        SettingsError: the file cannot be read or holds something that is not a theme.
    """
    try:
        table = parse_toml(read_file(file, MAX_THEME_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SettingsError(f"{_shown(file)}: not a theme (it is not UTF-8).") from None
    except (OSError, ValueError) as error:
        why = clean_line(getattr(error, "strerror", None) or str(error), 200)
        raise SettingsError(f"{_shown(file)}: not a theme ({why}).") from None
    _check_keys(file, table)
    colours: dict[str, Any] = {
        key: _colour(file, key, table[key]) for key in _COLOURS if key in table
    }
    variables = table.get("variables", {})
    if not isinstance(variables, dict):
        raise SettingsError(f"{_shown(file)}: variables must be a table.")
    theme = Theme(
        name=_name(file, table),
        dark=_flag(file, table, "dark", True),
        ansi=_flag(file, table, "ansi", False),
        variables={key: _variable(file, key, value) for key, value in variables.items()},
        **colours,
    )
    theme.variables = legible_variables(theme) | theme.variables
    return theme


def _shown(file: Path) -> str:
    return clean_line(file.name, 60)


def _name(file: Path, table: Mapping[str, object]) -> str:
    name = table.get("name", file.stem)
    if not isinstance(name, str) or not clean_line(name, 40):
        raise SettingsError(f"{_shown(file)}: name must be a text.")
    return clean_line(name, 40)


def _flag(file: Path, table: Mapping[str, object], key: str, default: bool) -> bool:
    flag = table.get(key, default)
    if not isinstance(flag, bool):
        raise SettingsError(f"{_shown(file)}: {key} must be true or false.")
    return flag


def _variable(file: Path, key: str, value: object) -> str:
    # a value that Textual cannot parse leaves the app in no theme at all
    text = value if isinstance(value, str) else ""
    if "-style" in key:
        words = text.split()
        if not words or not all(word in _STYLES for word in words):
            raise SettingsError(
                f"{_shown(file)}: {clean_line(key, 40)} is not a text style: {_told(value)}."
            )
    elif not (_AUTO.fullmatch(text) and key in _text_variables()):
        _colour(file, clean_line(key, 40), value)
    return text


def _text_variables() -> set[str]:
    """Return the variables that only text is coloured with, which alone suits its ground itself."""
    variables = Theme("any", "red").to_color_system().generate()
    return {key for key, value in variables.items() if value.startswith("auto")}


def _check_keys(file: Path, table: Mapping[str, object]) -> None:
    for key in table:
        if key not in _KEYS:
            near = did_you_mean(key, _KEYS)
            raise SettingsError(f"{_shown(file)}: a theme has no key {clean_line(key, 40)!r}{near}")
    if "primary" not in table:
        raise SettingsError(f"{_shown(file)}: a theme needs at least the colour 'primary'.")


def _colour(file: Path, key: str, value: object) -> str:
    text = value if isinstance(value, str) else ""
    try:
        is_opaque = Color.parse(text).a == 1
    except ColorParseError:
        raise SettingsError(f"{_shown(file)}: {key} is not a colour: {_told(value)}.") from None
    if key in _GROUNDS and not is_opaque:
        raise SettingsError(f"{_shown(file)}: {key} must be a colour that nothing shines through.")
    return text


def _told(value: object) -> str:
    """Return a value as it stands in a sentence; of a table or a list no more than what it is."""
    told = type(value).__name__ if isinstance(value, dict | list) else str(value)
    return repr(clean_line(told, 40))
