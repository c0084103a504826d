"""Dialog for a text of any number of lines that may be empty: a note."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_routing import act_in_place
from tui.ui.widgets.plain_text import Plain
from tui.ui.widgets.question_area import QuestionArea


class TextField(QuestionArea):
    """Leaves Enter to its dialog, as the composer does to what sends."""

    DEFAULT_CSS = """
    TextField {
        height: auto; min-height: 4; max-height: 40vh; padding: 0 1; background: $surface;
        border: round $border-blurred;
        &:focus { border: heavy $border; }
        & .text-area--cursor-line { background: transparent; }
    }
    """

    async def on_key(self, event: events.Key) -> None:
        if not event.is_printable:
            await act_in_place(self, event)


class EditTextScreen(Dialog[str]):
    """Returns what was typed, without blank lines around it; `None` when it was closed.

    `done` is what the keys say of Enter: another verb where more is asked for afterwards.
    """

    BINDINGS = [
        Binding("enter", "save", "Save", show=False, id="text.save"),
        Binding(
            "ctrl+j,shift+enter,alt+enter", "newline", "New line", show=False, id="text.newline"
        ),
        Binding("alt+z", "undo", "Undo", show=False, id="text.undo"),
        Binding("alt+shift+z", "redo", "Redo", show=False, id="text.redo"),
    ]

    def __init__(self, title: str, text: str, *, done: str = "save") -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._done = done
        self._field = TextField("")

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self._title, classes="title")
            yield self._field
            keys = f"{{text.save}} {self._done} · {{text.newline}} new line"
            yield self.hint(f"{keys} · {{dialog.close}} cancel")

    def on_mount(self) -> None:
        self._field.put(self._text)
        self._field.focus()

    def action_save(self) -> None:
        self.dismiss(self._field.whole_text.strip())

    def action_newline(self) -> None:
        self._field.replace("\n", *self._field.selection)
        self._field.scroll_cursor_visible()

    def action_undo(self) -> None:
        self._field.undo()

    def action_redo(self) -> None:
        self._field.redo()
