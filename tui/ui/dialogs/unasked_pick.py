"""Picker that opens while somebody may still be typing, because a question needs a choice."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from tui.ui.dialogs.pick import PickScreen, Value

SEEN_S = 0.4
"""What is typed sooner was not meant for it."""


class UnaskedPick(PickScreen[Value]):
    """Takes keys once it could be seen; what was not meant for it is `typed`, for who opened it.

    That is what is typed before, and what stands in the filter, finds nothing and is left so.
    """

    AUTO_FOCUS = ""

    typed = ""
    """Text and line breaks, in their order."""

    def action_close(self) -> None:
        written = self.query_one(Input).value
        if written and not self.matching(written):
            self.typed += written
        super().action_close()

    def begin_typing(self) -> None:
        self.call_after_refresh(self.set_timer, SEEN_S, super().begin_typing)

    @property
    def takes_keys(self) -> bool:
        return self.query_one(Input).has_focus

    def on_key(self, event: events.Key) -> None:
        if self.takes_keys:
            return
        if event.is_printable:
            self.typed += event.character or ""
        elif event.key in ("enter", "ctrl+j"):
            self.typed += "\n"
        elif event.key == "backspace":
            self.typed = self.typed[:-1]
        else:
            return
        event.stop()

    def on_paste(self, event: events.Paste) -> None:
        self.typed += event.text
        event.stop()
