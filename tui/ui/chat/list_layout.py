"""Layout of the session list beside the chat: its width, and whether it is there at all."""

from __future__ import annotations

from textual.screen import Screen
from textual.widget import Widget

from tui.store.choices import ListLook, LookChoices
from tui.ui.splash import LIST_FROM_COLUMNS
from tui.values import replace

STEP_CELLS = 4
WIDTHS_CELLS = (20, 80)
"""From the narrowest to the widest that somebody can ask for; half of the screen is the limit."""


class ListLayout:
    """Draws the list as it was chosen, now or at an earlier start."""

    def __init__(self, screen: Screen[None], sidebar: Widget, chosen: LookChoices) -> None:
        self._screen = screen
        self._sidebar = sidebar
        self._chosen = chosen

    def draw(self) -> None:
        """Bring the list in line with what is chosen."""
        look = self._chosen.session_list
        self._screen.set_class(look.is_folded, "-folded")
        # without a choice it is as wide as the screen allows
        if look.width_cells:
            self._sidebar.styles.width = look.width_cells
            self._sidebar.add_class("-sized")

    def has_room(self) -> bool:
        """Say whether the screen is wide enough for a list beside the chat."""
        return self._screen.size.width >= LIST_FROM_COLUMNS

    def is_there(self) -> bool:
        """Say whether the list stands beside the chat."""
        return self.has_room() and not self._chosen.session_list.is_folded

    def fold(self) -> None:
        """Take the list away, or put it back."""
        look = self._chosen.session_list
        self._choose(replace(look, is_folded=not look.is_folded))

    def widen(self, steps: int) -> None:
        """Make the list wider by so many steps, or narrower."""
        least, most = WIDTHS_CELLS
        width = self._sidebar.outer_size.width + steps * STEP_CELLS
        width = max(least, min(width, most, self._screen.size.width // 2))
        self._choose(replace(self._chosen.session_list, width_cells=width))

    def _choose(self, look: ListLook) -> None:
        self._chosen.choose_session_list(look)
        self.draw()
        self._screen.refresh_bindings()
