"""Theme switch: what the app is drawn in, and the wait for the terminal to say dark or light."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from textual.color import BLACK, WHITE, Color
from textual.theme import Theme

from tui.ui.terminal.app import TerminalApp
from tui.ui.themes.catalogue import AUTO, DEFAULT_THEME, LIGHT_THEME, ThemeCatalogue
from tui.ui.themes.contrast import contrast

ANSWERS_WITHIN_S = 1.0
"""After this a terminal's answer would change the colours of what is being read."""


class ThemeSwitch:
    """Draws `app` in a theme of the catalogue, from before its first frame on.

    `wanted` is a name of one, or `AUTO`; of one that there is not the default one is drawn.
    """

    def __init__(
        self,
        app: TerminalApp[Any],
        catalogue: ThemeCatalogue,
        wanted: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._catalogue = catalogue
        self._clock = clock
        self._asked_at: float | None = None
        self._suitable = DEFAULT_THEME
        """What `AUTO` stands for, as far as the terminal has told its background."""
        theme = catalogue.begin_with(wanted)
        self.wanted = AUTO if wanted == AUTO else theme.name
        """What was asked for last, and is shown as well as the terminal can."""
        self.is_wanted_there = wanted == AUTO or catalogue.has(wanted)
        """`False`: there is no theme of the name to begin with."""
        self.follows_terminal = wanted == AUTO and not theme.ansi
        """What the background of the terminal is makes a difference."""
        app.begin_in(theme)

    def all(self) -> list[Theme]:
        """Return what can be shown."""
        return list(self._catalogue.all())

    def show(self, name: str) -> None:
        """Draw everything in another theme, or `AUTO`, unless there is none of that name."""
        self._asked_at = None
        if name == AUTO or self._catalogue.find(name) is not None:
            self.wanted = name
            self._draw(self._suitable if name == AUTO else name)

    def _draw(self, name: str) -> None:
        theme = self._catalogue.find(name)
        if theme is not None and theme.name != self._app.theme:
            self._app.register_theme(theme)
            self._app.theme = theme.name

    def background_asked(self) -> None:
        """Expect what the background of the terminal is."""
        self._asked_at = self._clock()

    def background_told(self, colour: Color) -> None:
        """Take the light theme on a light background, if that was asked and is not too late."""
        asked_at, self._asked_at = self._asked_at, None
        if asked_at is not None and self._clock() - asked_at <= ANSWERS_WITHIN_S:
            is_light = contrast(colour, BLACK) > contrast(colour, WHITE)
            self._suitable = LIGHT_THEME if is_light else DEFAULT_THEME
            self._draw(self._suitable)
