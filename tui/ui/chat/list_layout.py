"""Layout of the session list beside the chat: its width, and whether it is there at all."""

from __future__ import annotations

from textual.screen import Screen

from tui.store.choices import ListLook, LookChoices
from tui.ui.composer.composer import Composer
from tui.ui.key_routing import give_keys
from tui.ui.sessions.panel import SessionPanel
from tui.ui.splash import LIST_FROM_COLUMNS
from tui.values import replace

STEP_CELLS = 4
WIDTHS_CELLS = (20, 80)
"""From the narrowest to the widest that somebody can ask for; half of the screen is the limit."""


class ListLayout:
    """Draws the list as it was chosen, now or at an earlier start.

    Where it goes while it has the keys, the composer has them, until it is there again or one of
    them is pressed.
    """

    def __init__(
        self,
        screen: Screen[None],
        sidebar: SessionPanel,
        composer: Composer,
        chosen: LookChoices,
    ) -> None:
        self._screen = screen
        self._sidebar = sidebar
        self._composer = composer
        self._chosen = chosen
        self._had_keys = False
        """When it went, and nothing was pressed since."""

    def draw(self) -> None:
        """Bring the list in line with what is chosen."""
        look = self._chosen.session_list
        self._screen.set_class(look.is_folded, "-folded")
        # without a choice it is as wide as the screen allows
        if look.width_cells:
            self._sidebar.styles.width = look.width_cells
            self._sidebar.add_class("-sized")
        self._move_keys()

    def note_key(self) -> None:
        """Hear that a key was pressed, which is meant for whatever has the keys now."""
        # not for the chat, while there is something over it
        self._had_keys &= not self._screen.is_current

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

    def _move_keys(self) -> None:
        is_there = self.is_there()
        if self._sidebar.has_keys and not is_there:
            self._had_keys = True
            give_keys(self._composer)
        elif self._had_keys and is_there:
            self._had_keys = False
            self._sidebar.take_keys()

    def _choose(self, look: ListLook) -> None:
        self._chosen.choose_session_list(look)
        self.draw()
        self._screen.refresh_bindings()
