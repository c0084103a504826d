"""Document reading: a long text is parsed a part at a time, for keys must not wait."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from tui.ui.markdown.document import MarkdownDocument

STEP_CHARS = 8_000
"""What is read before other things have their turn."""


class DocumentReading:
    """Reads what `widget` shows while it is attached; `shown` is called after each part."""

    def __init__(self, widget: Widget, shown: Callable[[], None]) -> None:
        self._widget = widget
        self._shown = shown
        self._goes_on = False
        self.document = MarkdownDocument()

    @property
    def is_over(self) -> bool:
        """Nothing of the text is still to be read."""
        return not self._goes_on

    def replace(self, text: str, *, whole: bool) -> None:
        """Read another text; what it and the one before begin with is not read again."""
        self.document.replace(text)
        if whole:
            self.document.finish()
        self.read()

    def read(self) -> None:
        """Read a part now and what is beyond it later."""
        if not self._widget.is_attached:
            return
        start = self.document.position
        goes_on = self.document.advance()
        while goes_on and self.document.position - start < STEP_CHARS:
            goes_on = self.document.advance()
        self._shown()
        if goes_on and not self._goes_on:
            self._goes_on = True
            self._widget.call_later(self._read_on)

    def forget(self) -> None:
        self.document = MarkdownDocument()

    def _read_on(self) -> None:
        self._goes_on = False
        self.read()
