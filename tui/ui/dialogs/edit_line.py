"""Dialog for one line that may be empty: a name, a note, tags with those that are in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from tui.ui.cells import whole_items
from tui.ui.dialogs.dialog import Dialog
from tui.ui.widgets.field import Field
from tui.ui.widgets.plain_text import Plain

Suggest = Callable[[str], Sequence[str]]
"""Returns whole lines that may be meant by one, and what to call each."""


def suggest_nothing(line: str) -> Sequence[str]:
    return ()


class EditLineScreen(Dialog[str]):
    """Returns what was typed, empty for nothing; `None` when it was closed.

    Of what `suggest` returns for the line the first may be taken over. `done` is what the keys say
    of Enter.
    """

    DEFAULT_CSS = """
    EditLineScreen .suggested { height: auto; color: $foreground-muted; }
    """
    BINDINGS = [Binding("tab", "take_over", "Complete", show=False, id="line.complete")]

    def __init__(
        self, title: str, line: str, *, suggest: Suggest = suggest_nothing, done: str = "save"
    ) -> None:
        super().__init__()
        self._title = title
        self._line = line
        self._suggest = suggest
        self._done = done

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self._title, classes="title")
            yield Field(self._line, select_on_focus=False)
            yield Plain("", classes="suggested")
            completes = "" if self._suggest is suggest_nothing else " · {line.complete} complete"
            yield self.hint(f"Enter {self._done}{completes} · {{dialog.close}} cancel")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._show_suggested()

    def on_input_changed(self) -> None:
        self._show_suggested()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())

    def action_take_over(self) -> None:
        field = self.query_one(Field)
        if suggested := self._suggest(field.value):
            field.value = suggested[0]
            field.cursor_position = len(field.value)

    def _show_suggested(self) -> None:
        line = self.query_one(Field).value
        names = [each.removesuffix(", ").rpartition(", ")[2] for each in self._suggest(line)]
        width = max(20, self.app.size.width * 9 // 10 - 8)
        self.query_one(".suggested", Plain).update(whole_items(names, width))
