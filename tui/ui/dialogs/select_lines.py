"""Selection of blocks and lines of a message, to copy them."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from tui.ui.dialogs.dialog import Dialog
from tui.ui.dialogs.source_lines import SourceLines
from tui.ui.key_bindings import name_keys
from tui.ui.markdown.source_blocks import SourceBlock
from tui.ui.widgets.plain_text import Plain

_HINT = (
    "{lines.next-block}/{lines.previous-block} block · {lines.next}/{lines.previous} line"
    " · {lines.more}/{lines.less} or {lines.hold} more lines · {lines.all} everything\n"
    "{select.copy} copy · {select.file} copy to a file · {dialog.close} cancel"
)


class Destination(enum.Enum):
    """Where chosen lines go."""

    CLIPBOARD = enum.auto()
    FILE = enum.auto()


class SelectedLines(Struct, frozen=True):
    text: str
    line_count: int
    destination: Destination


class LineSelectionScreen(Dialog[SelectedLines]):
    """Returns the chosen lines of a source, `None` when nothing shall be copied."""

    BINDINGS = [
        Binding("y,enter", "copy", "Copy", id="select.copy"),
        Binding("Y", "write", "Copy to a file", id="select.file"),
    ]

    def __init__(self, text: str, blocks: Sequence[SourceBlock]) -> None:
        super().__init__()
        self._lines = SourceLines(text, blocks)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain("Copy which lines?", classes="title")
            yield self._lines
            yield self.hint("")

    def on_mount(self) -> None:
        self.set_focus(self._lines)
        # the keys of the lines act from now on
        self.query_one(".hint", Plain).update(name_keys(_HINT, self))

    def action_copy(self) -> None:
        self._hand_over(Destination.CLIPBOARD)

    def action_write(self) -> None:
        self._hand_over(Destination.FILE)

    def _hand_over(self, destination: Destination) -> None:
        lines = self._lines
        self.dismiss(SelectedLines(lines.chosen_text, len(lines.chosen), destination))
