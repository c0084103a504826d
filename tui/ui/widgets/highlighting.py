"""Highlighting of search matches in `Content`, and the protocol of widgets that can do it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from textual.content import Content, Span

from tui.formatting.search_pattern import SearchPattern

_MATCH = "reverse"
_CURRENT_MATCH = "reverse bold underline"


@runtime_checkable
class Findable(Protocol):
    """Shows a part of a message in which matches can be highlighted and brought into sight."""

    @property
    def is_drawn(self) -> bool:
        """All that is shown has its place, so that words are found where they stand."""
        ...

    def highlight(self, pattern: SearchPattern | None) -> None:
        """Highlight the matches of `pattern`, `None` for none."""
        ...

    def find_row(self, passage: int, at: int) -> int:
        """Highlight the match at `at` of a passage as the current one; return its row here."""
        ...


def highlighted(content: Content, spans: Iterable[tuple[int, int]], current: int | None) -> Content:
    """Return `content` with its matches highlighted, the one that begins at `current` more so."""
    return content.add_spans(
        [Span(*span, _CURRENT_MATCH if span[0] == current else _MATCH) for span in spans]
    )
