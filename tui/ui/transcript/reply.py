"""Reply of the assistant: one text part of it, drawn as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.ui.markdown.code_rows import CodeKey
from tui.ui.markdown.view import MarkdownView


class Reply(MarkdownView):
    """A text that may still come: what is open at its end looks so until it is whole."""

    DEFAULT_CSS = """
    Reply { margin: 1 0 0 0; }
    Reply:first-child { margin: 0; }
    """

    def __init__(
        self,
        text: str = "",
        *,
        whole: bool = True,
        rows_ahead: Callable[[], int] = lambda: 0,
        code_keys: Sequence[CodeKey] = (),
    ) -> None:
        super().__init__(rows_ahead=rows_ahead, code_keys=code_keys)
        self.show(text, whole=whole)
