"""Prompt for the name of a file."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from tui.ui.dialogs.dialog import Dialog
from tui.ui.widgets.field import Field
from tui.ui.widgets.plain_text import Plain


class NameFileScreen(Dialog[str]):
    """Returns the path that was typed, `None` when nothing shall be saved.

    `done` is what the keys say of Enter.
    """

    def __init__(self, title: str, suggested: str, *, done: str = "save") -> None:
        super().__init__()
        self._title = title
        self._suggested = suggested
        self._done = done

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self._title, classes="title")
            yield Field(self._suggested, select_on_focus=True)
            yield self.hint(f"Enter {self._done} · {{dialog.close}} cancel")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        # an empty line is a slip, not an answer
        if event.value.strip():
            self.dismiss(event.value.strip())
