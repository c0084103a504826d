"""Failure note behind a message: why it failed, and the keys that help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.binding import ActiveBinding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.model import Failure
from tui.ui.cells import cell_len
from tui.ui.transcript.next_keys import NextKeys
from tui.ui.widgets.key_line import KeyLine


class FailureNote(KeyLine):
    """Cause, HTTP status, request id and the next keys."""

    DEFAULT_CSS = """
    FailureNote {
        height: auto; margin: 1 0 0 0; padding: 0 1; border-left: thick $error;
    }
    """

    @dataclass(eq=False, repr=False)
    class KeyPressed(Message):
        """A key was clicked that is to act on the message of the note."""

        note: FailureNote
        active: ActiveBinding
        """What the key does, and where."""

    def __init__(self, failure: Failure, keys: NextKeys) -> None:
        super().__init__(_content(failure, keys, width_cells=0))
        self._failure, self._keys = failure, keys

    def show(self, failure: Failure, keys: NextKeys) -> None:
        """Show why, and what can be done now."""
        self._failure, self._keys = failure, keys
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        self.update(_content(self._failure, self._keys, self.content_size.width))

    def active_keys(self) -> Mapping[str, ActiveBinding]:
        """Return what the keys do in the transcript, which a click gives no focus."""
        screen, before = self.screen, self.screen.focused
        around = (each for each in self.ancestors if isinstance(each, Widget) and each.focusable)
        screen.set_focus(next(around, before), scroll_visible=False)
        try:
            return screen.active_bindings
        finally:
            screen.set_focus(before, scroll_visible=False)

    def press(self, key: str) -> None:
        if (active := self.active_keys().get(key)) is not None:
            self.post_message(self.KeyPressed(self, active))


def _content(failure: Failure, keys: NextKeys, width_cells: int) -> Content:
    line = keys.keys + keys.more
    if cell_len(line) > width_cells:
        line = keys.keys
    facts = [
        fact
        for fact in (
            f"HTTP {failure.status}" if failure.status else "",
            f"request {failure.request_id}" if failure.request_id else "",
        )
        if fact
    ]
    return Content.assemble(
        ("✗ ", "bold $error"),
        (failure.sentence, "bold"),
        (" · " + " · ".join(facts) if facts else "", "$foreground-muted"),
        ("\n" + keys.hint if keys.hint else ""),
        ("\n" + line if line else "", "$foreground-muted"),
    )
