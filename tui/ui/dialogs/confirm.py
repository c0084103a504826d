"""Confirmation of something that cannot be taken back."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from tui.ui.dialogs.dialog import Dialog
from tui.ui.widgets.plain_text import Plain

_KEYS = "{confirm.yes}/{confirm.enter} yes · {confirm.no} no · {dialog.close} cancel"


class ConfirmScreen(Dialog[bool]):
    """Returns `True` for yes, `False` or `None` for anything else."""

    BINDINGS = [
        Binding("y", "answer(True)", "Yes", id="confirm.yes"),
        Binding("enter", "answer(True)", "Yes", id="confirm.enter"),
        Binding("n", "answer(False)", "No", id="confirm.no"),
    ]

    def __init__(self, question: str, detail: str = "") -> None:
        super().__init__()
        self._question = question
        self._detail = detail

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self._question, classes="title")
            if self._detail:
                yield Plain(self._detail, classes="detail")
            yield self.hint(_KEYS)

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
