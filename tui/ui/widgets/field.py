"""Field for one line of any text: a filter, a name, a secret."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.geometry import Region
from textual.reactive import reactive
from textual.widgets.input import Selection

from tui.ui.editing.chips import drawn
from tui.ui.editing.cluster_document import DrawnText
from tui.ui.editing.clusters import after, before, boundaries, word_after, word_before
from tui.ui.editing.typed import as_written
from tui.ui.terminal.drawn_input import DrawnInput

MAX_CHARS = 10_000
"""So much is taken: nobody looks for more, no secret is as long, and a key draws all of it."""


class Field(DrawnInput):
    """Holds what was typed and draws it character for character; moves by grapheme clusters.

    A secret tells nothing of its words, and each of its characters counts.
    """

    # a blinking cursor is drawn though nothing changes
    cursor_blink = reactive(False, init=False)

    def drawn_value(self) -> Text:
        shown = "•" * len(self.value) if self.password else _row(self.value)
        return DrawnText(shown, no_wrap=True, overflow="ignore", end="")

    def cursor_stops(self) -> Sequence[int]:
        return super().cursor_stops() if self.password else boundaries(self.value)

    def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.put_in(event.text)

    def put_in(self, text: str) -> None:
        """Put in at the cursor the first line of a text that is not empty, as far as it may go."""
        begun = text.lstrip("\r\n")[:MAX_CHARS]
        line = as_written(begun).lstrip("\n").partition("\n")[0]
        if line:
            self.replace(line, *self.selection)

    def replace(self, text: str, start: int, end: int) -> None:
        """Put a text in the place of another one, as far as there is room for it."""
        room = MAX_CHARS - len(self.value) + abs(end - start)
        if text and room <= 0:
            self.restricted()
        else:
            super().replace(text[: max(0, room)], start, end)
            # what comes into an empty one would be shown from its beginning
            cell = self.cell_of(self.cursor_position)
            self.scroll_to_region(Region(cell, 0, 1, 1), force=True, animate=False)

    def action_paste(self) -> None:
        self.put_in(self.app.clipboard)

    def action_cursor_left(self, select: bool = False) -> None:
        start, end = self.selection
        if start != end and not select:
            self.cursor_position = min(start, end)
        else:
            self._go(end - 1 if self.password else before(self.value, end), select)

    def action_cursor_right(self, select: bool = False) -> None:
        start, end = self.selection
        if start != end and not select:
            self.cursor_position = max(start, end)
        else:
            self._go(end + 1 if self.password else after(self.value, end), select)

    def action_cursor_left_word(self, select: bool = False) -> None:
        self._go(self._word_left(), select)

    def action_cursor_right_word(self, select: bool = False) -> None:
        self._go(self._word_right(), select)

    def action_delete_left(self) -> None:
        at = self.cursor_position
        self._delete_to(max(0, at - 1) if self.password else before(self.value, at))

    def action_delete_right(self) -> None:
        at = self.cursor_position
        self._delete_to(at + 1 if self.password else after(self.value, at))

    def action_delete_left_word(self) -> None:
        self._delete_to(self._word_left())

    def action_delete_right_word(self) -> None:
        self._delete_to(self._word_right())

    def _word_left(self) -> int:
        return 0 if self.password else word_before(self.value, self.cursor_position)

    def _word_right(self) -> int:
        return len(self.value) if self.password else word_after(self.value, self.cursor_position)

    def _go(self, position: int, select: bool) -> None:
        start = self.selection.start if select else position
        self.selection = Selection(start, position)

    def _delete_to(self, position: int) -> None:
        """Delete what is selected, else what is between the cursor and `position`."""
        start, end = self.selection
        if start == end:
            end = position
        self.replace("", start, end)


def _row(value: str) -> str:
    """Return a value as it is drawn: a tab has no place to jump to in a line of its own."""
    return drawn(value).replace("\t", "␉").replace("\n", "␊")
