"""Plain text in which words can be marked."""

from __future__ import annotations

from textual.content import Content

from tui.formatting.search_pattern import Needle
from tui.ui.widgets.highlighting import marked
from tui.ui.widgets.plain_text import Plain


class MarkedText(Plain):
    """Only the first `searched_chars` characters are looked through, `None` for all."""

    def __init__(self, text: str, *, classes: str, searched_chars: int | None = None) -> None:
        super().__init__(text, classes=classes)
        self._text = text
        self._searched_chars = len(text) if searched_chars is None else searched_chars
        self._needle: Needle | None = None

    @property
    def is_drawn(self) -> bool:
        return True

    def mark_words(self, needle: Needle | None) -> None:
        """Mark what `needle` finds, `None` for nothing."""
        if needle != self._needle:
            self._needle = needle
            self._mark(None)

    def find_row(self, passage: int, at: int) -> int:
        """Mark the words that begin at `at` as the ones meant; return the row they begin in."""
        self._mark(at)
        return self.row_of_character(at)

    def _mark(self, here: int | None) -> None:
        needle, text = self._needle, self._text[: self._searched_chars]
        places = needle.spans(text) if needle is not None else []
        self.update(marked(Content(self._text), places, here), layout=False)
