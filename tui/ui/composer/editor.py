"""External editor for a question."""

from __future__ import annotations

from typing import Any

from textual.app import App

from tui.ui.terminal.programs import edit


def edit_externally(app: App[Any], text: str) -> str:
    """Return `text` as edited in the person's editor, without its last line break.

    Raises:
        BadInput: the editor cannot be run here, or ended badly; the text is unchanged.
    """
    return edit(app, text, "question.md").removesuffix("\n")
