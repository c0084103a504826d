"""What a person asked, as it was typed."""

from __future__ import annotations

from textual.content import Content, Span

from tui.safe_text import SafeText
from tui.ui.finding import Needle
from tui.ui.markdown.wrap import wrap_words
from tui.ui.widgets.plain import Plain

_FOUND = "reverse"
_FOUND_HERE = "reverse bold underline"


class Question(Plain):
    """Plain text in which words can be marked."""

    def __init__(self, text: SafeText) -> None:
        super().__init__(text, classes="question")
        self._text = text
        self._needle: Needle | None = None

    def mark_words(self, needle: Needle | None) -> None:
        """Mark what `needle` finds, `None` for nothing."""
        if needle != self._needle:
            self._needle = needle
            self._mark(None)

    def find_row(self, at: int) -> int:
        """Mark the words that begin at `at` as the ones meant; return about where they stand."""
        self._mark(at)
        rows = wrap_words(self._text, max(1, self.size.width))
        return max(0, sum(start <= at for start, _ in rows) - 1)

    def _mark(self, here: int | None) -> None:
        matches = self._needle.pattern.finditer(self._text) if self._needle is not None else ()
        spans = [
            Span(*each.span(), _FOUND_HERE if each.start() == here else _FOUND) for each in matches
        ]
        self.update(Content(self._text, spans), layout=False)
