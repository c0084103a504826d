"""Copying of what the mouse selects, when its button is let go."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.app import App
from textual.screen import Screen
from textual.selection import Selection
from textual.widget import Widget

from tui.ui.terminal.clipboard import Clipboard
from tui.ui.terminal.osc52 import fits_osc52

LEAST_CHARS = 3
"""A hand that moves while it clicks selects two."""


class SelectionCopy:
    """Copies each selection once; one that is too long for a clipboard waits for the key."""

    def __init__(
        self, app: App[None], clipboard: Clipboard, key_of: Callable[[str], str], *, is_on: bool
    ) -> None:
        self._app = app
        self._clipboard = clipboard
        self._key_of = key_of
        self._is_on = is_on
        self._copied: Mapping[Widget, Selection] = {}

    def take(self, screen: Screen[object]) -> None:
        """Copy what is selected on a screen, where a button of the mouse was let go."""
        # a click on a scroll bar lets the selection be
        if not self._is_on or screen.selections == self._copied:
            return
        self._copied = dict(screen.selections)
        text = screen.get_selected_text() or ""
        if len(text) < LEAST_CHARS or text.isspace():
            return
        if fits_osc52(text):
            self._app.notify(self._clipboard.copy(text, "selection"), markup=False)
        else:
            key = self._key_of("app.copy-or-clear")
            self._app.notify(
                f"Too long to copy by itself. {key} writes it to a file.", markup=False
            )
