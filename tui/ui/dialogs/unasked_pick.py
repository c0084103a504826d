"""Picker that opens while somebody may still be typing, because a question needs a choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.widgets import Input

from tui.ui.dialogs.pick import Choice, PickScreen, Value
from tui.ui.key_bindings import name_keys

SEEN_S = 0.4
"""What is typed sooner was not meant for it."""


class UnaskedPick(PickScreen[Value]):
    """Takes keys once it could be seen; what was not meant for it is `typed`, for who opened it.

    That is what is typed before, and what stands in the filter, finds nothing and is left so.
    `keys_wait` says whether keys that were typed have yet to act: they may be older than this.
    """

    AUTO_FOCUS = ""

    typed = ""
    """Text and line breaks, in their order."""
    key = ""
    """The one that closed it because it is for what it stands over, which it still has to reach."""

    def __init__(
        self, title: str, choices: Sequence[Choice[Value]], keys_wait: Callable[[], bool]
    ) -> None:
        super().__init__(title, choices)
        self._keys_wait = keys_wait

    def on_mount(self) -> None:
        self._empty = name_keys("Nothing matches. {dialog.close} writes this in the box.", self)

    def action_close(self) -> None:
        written = self.query_one(Input).value
        if written and not self.matching(written):
            self.typed += written
        super().action_close()

    def begin_typing(self) -> None:
        self.call_after_refresh(self.set_timer, SEEN_S, self._take_keys)

    def _take_keys(self) -> None:
        if self._keys_wait():
            self.begin_typing()
        else:
            super().begin_typing()

    @property
    def takes_keys(self) -> bool:
        return self.query_one(Input).has_focus

    def on_key(self, event: events.Key) -> None:
        if self._is_for_chat(event):
            event.stop()
            event.prevent_default()
            self.key = event.key
            self.action_close()
            return
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

    def _is_for_chat(self, event: events.Key) -> bool:
        """Say whether a key means nothing here, but something to the screen below."""
        if event.is_printable or event.key in self.active_bindings:
            return False
        below = self.app.screen_stack[-2]
        bound = below.active_bindings.get(event.key)
        return bound is not None and bound.enabled and bound.node is below

    def on_paste(self, event: events.Paste) -> None:
        self.typed += event.text
        event.stop()
