"""Dialog with a whole session as plain text, to be read and copied."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll

from tui.formatting.counts import counted
from tui.ui.dialogs.dialog import Dialog
from tui.ui.widgets.plain_text import Plain

SHOWN_CHARS = 200_000
SHOWN_LINES = 5_000


class PlainTextScreen(Dialog[None]):
    """`is_theirs` says that the server wrote the text, not this program.

    `copy` and `write` take the text and a noun for it to the clipboard or to a file.
    """

    DEFAULT_CSS = """
    PlainTextScreen > .box { height: 90%; }
    PlainTextScreen .text { height: 1fr; scrollbar-size-vertical: 1; }
    """
    BINDINGS = [
        Binding("y", "copy", "Copy", id="text.copy"),
        Binding("Y", "write", "Copy to a file", id="text.copy-file"),
    ]

    def __init__(
        self,
        text: str,
        copy: Callable[[str, str], None],
        write: Callable[[str, str], None],
        *,
        is_theirs: bool,
    ) -> None:
        super().__init__()
        self._text = text
        self._copy = copy
        self._write = write
        self._is_theirs = is_theirs

    def compose(self) -> ComposeResult:
        whose = "as the server writes it" if self._is_theirs else "as it stands here"
        with Vertical(classes="box"):
            yield Plain(f"Plain text of this session, {whose}", classes="title")
            with VerticalScroll(classes="text"):
                yield Plain(_shown(self._text) or "Nobody has written anything yet.")
            yield self.hint(
                "Up/Down scroll · {text.copy} copy all · {text.copy-file} copy to a file"
                " · {dialog.close} close"
            )

    def on_mount(self) -> None:
        self.query_one(".text").focus()

    def action_copy(self) -> None:
        self._copy(self._text, "session")

    def action_write(self) -> None:
        self._write(self._text, "session")


def _shown(text: str) -> str:
    """Return the beginning that can be laid out in bearable time, and how much is cut."""
    beginning = "\n".join(text[:SHOWN_CHARS].split("\n", SHOWN_LINES)[:SHOWN_LINES])
    if len(beginning) == len(text):
        return text
    return f"{beginning}\n… {counted(len(text) - len(beginning), 'more character')}"
