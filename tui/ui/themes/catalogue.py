"""Catalogue of themes: a person's own, Runnel's and Textual's, as far as a terminal shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from textual.theme import BUILTIN_THEMES, Theme

from tui.safe_text import clean_line
from tui.ui.themes.files import read_folder, read_theme, shipped_folder
from tui.ui.themes.legible import legible_colours, legible_variables

DEFAULT_THEME = "runnel-dark"
LIGHT_THEME = "runnel-light"
FEW_COLOURS_THEME = "sixteen"
AUTO = "auto"
"""The name that stands for the theme which suits the terminal's background."""


class ThemeCatalogue:
    """Finds themes by name; none is read or computed that nobody asked for.

    `few_colours`: the terminal shows sixteen colours or fewer, which only some themes are made
    for. `notices` are sentences about files of the person's that are no themes.
    """

    def __init__(self, own_folder: Path, *, few_colours: bool) -> None:
        self._own, self.notices = read_folder(own_folder)
        self._few_colours = few_colours

    def find(self, name: str) -> Theme | None:
        """Return a theme, the person's before Runnel's before Textual's; `None` for no such name.

        Where the terminal has too few colours for it, it is the one made for that.
        """
        theme = self._named(name)
        if theme is None or self._is_shown(theme):
            return theme
        return self._named(FEW_COLOURS_THEME)

    def has(self, name: str) -> bool:
        """Say whether there is a theme of this name, whatever the terminal shows."""
        return name in self.names

    def begin_with(self, name: str) -> Theme:
        """Return the theme to begin in; of a name that there is not, a notice tells."""
        theme = self.find(DEFAULT_THEME if name == AUTO else name)
        if theme is None:
            # no first frame waits for it
            from tui.formatting.nearest import did_you_mean

            known = [AUTO, *self.names]
            near = did_you_mean(name, known) or f"; there are {', '.join(known)}."
            self.notices.append(f"There is no theme {clean_line(name, 40)!r}{near}")
            theme = self.find(DEFAULT_THEME)
        assert theme is not None
        return theme

    @property
    def names(self) -> Sequence[str]:
        """What `find` knows: Runnel's, then the person's, then Textual's, each by the alphabet."""
        built_in = sorted(name for name, theme in BUILTIN_THEMES.items() if not theme.ansi)
        return list(dict.fromkeys([*sorted(_shipped_files()), *self._own, *built_in]))

    def all(self) -> Sequence[Theme]:
        """Return what can be picked, in the order of `names`."""
        found = [theme for name in self.names if (theme := self._named(name)) is not None]
        return [theme for theme in found if self._is_shown(theme)]

    def _named(self, name: str) -> Theme | None:
        return self._own.get(name) or _shipped(name) or _built_in(name)

    def _is_shown(self, theme: Theme) -> bool:
        return theme.ansi or not self._few_colours


@cache
def _shipped_files() -> Mapping[str, Path]:
    # by the names of the files: only what is to be shown is read
    return {file.stem: file for file in shipped_folder().glob("*.toml")}


@cache
def _shipped(name: str) -> Theme | None:
    file = _shipped_files().get(name)
    return read_theme(file) if file is not None else None


@cache
def _built_in(name: str) -> Theme | None:
    """Return one of Textual's in colours that hold; `sixteen` stands for those of few colours."""
    theme = BUILTIN_THEMES.get(name)
    if theme is None or theme.ansi:
        return None
    theme = replace(theme, variables=theme.variables | legible_colours(theme))
    return replace(theme, variables=theme.variables | legible_variables(theme))
