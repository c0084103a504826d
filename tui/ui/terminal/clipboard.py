"""Clipboard of the terminal, and files for text that it does not take."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from textual.screen import Screen
from textual.widgets import Input, TextArea

from tui.errors import BadInput
from tui.formatting.counts import characters
from tui.private_files import make_folder
from tui.safe_text import clean, clean_line
from tui.ui.terminal.osc52 import fits_osc52

_PATH_CHARS = 400


class Clipboard:
    """Hands text to the terminal and says what became of it.

    What is copied may be pasted into a shell: it is cleaned like what is drawn.

    `send` writes OSC 52. A terminal never tells whether it took it: what may be in the way is said
    with the first text that is copied.
    `folder` takes the files, `None` one of their own among the temporary ones; where it `writes`
    none, what is too long is not copied.
    """

    def __init__(
        self,
        send: Callable[[str], None],
        folder: Path | None,
        now: Callable[[], datetime],
        environ: Mapping[str, str],
        *,
        writes: bool = True,
    ) -> None:
        self._send = send
        self._folder = folder
        self._now = now
        self._environ = environ
        self._writes = writes
        self._is_hint_told = False

    def copy(self, text: str, what: str) -> str:
        """Copy, and return one sentence about it; `what` is a noun: `code block`.

        Raises:
            BadInput: it is too long for the clipboard, and cannot be written to a file either.
        """
        text = clean(text)
        if not fits_osc52(text):
            if not self._writes:
                raise BadInput(
                    f"The {what} is too long for the clipboard.", hint="Copy parts of it."
                )
            return f"Too long for the clipboard of most terminals. {self.write(text, what)}"
        self._send(text)
        told = f"Copied {characters(text)}."
        if self._is_hint_told:
            return told
        self._is_hint_told = True
        return f"{told} {self.hint}".rstrip()

    def write(self, text: str, what: str) -> str:
        """Write to a file that nobody else can read, and return one sentence about where.

        Raises:
            BadInput: it cannot be written.
        """
        try:
            path = self._write(clean(text).encode("utf-8"))
        except OSError as error:
            raise BadInput(
                f"The {what} could not be written to a file: {error.strerror}.",
                hint="Make room on the disk, or check the state folder.",
            ) from None
        return f"Wrote the {what} to {clean_line(str(path), _PATH_CHARS)}"

    @property
    def hint(self) -> str:
        """Why what is copied may not arrive, empty where nothing speaks against it."""
        if self._environ.get("TMUX"):
            return "In tmux copying needs: set -g set-clipboard on"
        if self._environ.get("STY"):
            return "GNU screen has no clipboard: copy to a file instead."
        if self._environ.get("TERM") == "linux":
            return "This console has no clipboard: copy to a file instead."
        return ""

    def _write(self, data: bytes) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="runnel-copies-"))
        make_folder(self._folder)
        file, name = tempfile.mkstemp(
            prefix=f"{self._now():%Y-%m-%d-%H%M%S}-", suffix=".md", dir=self._folder
        )
        with os.fdopen(file, "wb") as opened:
            opened.write(data)
        return Path(name)


def selected_on(screen: Screen[object]) -> str:
    """Return what is selected on a screen, with the mouse or in the field that has the focus."""
    field = screen.focused
    in_field = field.selected_text if isinstance(field, Input | TextArea) else ""
    return screen.get_selected_text() or in_field
