"""Plain text whose search matches are highlighted."""

from __future__ import annotations

from textual.content import Content

from tui.formatting.search_pattern import SearchPattern
from tui.ui.widgets.highlighting import highlighted
from tui.ui.widgets.plain_text import Plain


class HighlightedText(Plain):
    """Only the first `searched_chars` characters are looked through, `None` for all."""

    def __init__(self, text: str, *, classes: str, searched_chars: int | None = None) -> None:
        super().__init__(text, classes=classes)
        self._text = text
        self._searched_chars = len(text) if searched_chars is None else searched_chars
        self._pattern: SearchPattern | None = None

    @property
    def is_drawn(self) -> bool:
        return True

    def highlight(self, pattern: SearchPattern | None) -> None:
        """Highlight the matches of `pattern`, `None` for none."""
        if pattern != self._pattern:
            self._pattern = pattern
            self._highlight(None)

    def find_row(self, passage: int, at: int) -> int:
        """Highlight the match at `at` as the current one; return the row it begins in."""
        self._highlight(at)
        return self.row_of_character(at)

    def _highlight(self, current: int | None) -> None:
        pattern, text = self._pattern, self._text[: self._searched_chars]
        matches = pattern.spans(text) if pattern is not None else []
        self.update(highlighted(Content(self._text), matches, current), layout=False)
