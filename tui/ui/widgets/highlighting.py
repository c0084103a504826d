"""Marking in what is shown the words that are looked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from textual.content import Content, Span

from tui.formatting.search_pattern import Needle

_FOUND = "reverse"
_FOUND_HERE = "reverse bold underline"


@runtime_checkable
class Findable(Protocol):
    """Shows a part of a message in which words can be marked and brought into sight."""

    @property
    def is_drawn(self) -> bool:
        """All that is shown has its place, so that words are found where they stand."""
        ...

    def mark_words(self, needle: Needle | None) -> None:
        """Mark what `needle` finds, `None` for nothing."""
        ...

    def find_row(self, passage: int, at: int) -> int:
        """Mark the words at `at` of a passage as the ones meant; return their row here."""
        ...


def marked(content: Content, places: Iterable[tuple[int, int]], here: int | None) -> Content:
    """Return `content` with stretches of characters marked, the one that begins `here` more so."""
    spans = [Span(*place, _FOUND_HERE if place[0] == here else _FOUND) for place in places]
    return content.add_spans(spans)
