"""Highlighter of one view: the matches of what is looked for, and which of them is current."""

from __future__ import annotations

from tui.formatting.search_pattern import SearchPattern
from tui.ui.markdown.highlights import HighlightPosition, Highlights
from tui.ui.markdown.page_layout import PageLayout


class Highlighter:
    """Finds the matches in rows of a layout; `forget_layout` when another one takes its place."""

    def __init__(self) -> None:
        self._pattern: SearchPattern | None = None
        self._highlights: Highlights | None = None
        """Those in the layout."""
        self._current: tuple[int, int] | None = None
        """Passage and character at which the current match begins."""
        self._position: HighlightPosition | None = None
        """Where that is in the layout."""

    @property
    def is_looking(self) -> bool:
        return self._pattern is not None

    def look_for(self, pattern: SearchPattern | None) -> bool:
        """Highlight the matches of `pattern`, none of them current; say whether it is a new one."""
        if pattern == self._pattern:
            return False
        self._pattern, self._current = pattern, None
        self.forget_layout()
        return True

    def forget_layout(self) -> None:
        self._highlights = self._position = None

    def go_to(self, layout: PageLayout, passage: int, at: int) -> int:
        """Make the match at `at` of a passage the current one; return its row."""
        if self._pattern is None:
            return 0
        self._current = passage, at
        self._position = self._highlights_in(layout, self._pattern).position_of(passage, at)
        return self._position.row

    def in_row(self, layout: PageLayout, y: int) -> list[tuple[int, int, bool]]:
        """Return where a row shows matches, in characters, and whether they are the current one."""
        if self._pattern is None:
            return []
        highlights = self._highlights_in(layout, self._pattern)
        if self._position is None and self._current is not None:
            self._position = highlights.position_of(*self._current)
        return [
            (start, end, self._position == HighlightPosition(y, start))
            for start, end in highlights.in_row(y)
        ]

    def _highlights_in(self, layout: PageLayout, pattern: SearchPattern) -> Highlights:
        if self._highlights is None:
            self._highlights = Highlights(layout, pattern)
        return self._highlights
