"""Highlights of search matches in a page, whatever rows and cells they are broken into."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct

from tui.formatting.marked_units import Span
from tui.formatting.search_pattern import SearchPattern
from tui.ui.markdown.code_rows import CodeRows
from tui.ui.markdown.page_layout import PageLayout, PlacedBlock
from tui.ui.markdown.passages import count_of
from tui.ui.markdown.table import TableRows
from tui.ui.markdown.text_rows import TextRows

_FAR = 1 << 40
MAX_KNOWN_CHARS = 100_000
"""Of the texts whose matches are kept: more than a screen shows."""


class HighlightPosition(Struct, frozen=True):
    """Where a match begins in a page."""

    row: int
    start: int
    """In the row where it begins, in characters."""


class _PassagePart(Struct, frozen=True):
    """A part of a passage that stands in one row."""

    passage: int
    """Among those of its block."""
    text: str
    """Of all the passage."""
    start: int
    end: int
    column: int
    """Where it begins in the row, in characters, without what stands before the block."""


class Highlights:
    """Finds the matches of a pattern in the rows of a page."""

    def __init__(self, layout: PageLayout, pattern: SearchPattern) -> None:
        self._layout = layout
        self._pattern = pattern
        self._known: dict[int, tuple[str, Sequence[Span]]] = {}
        """By where a text stands in memory: it is there as long as it is kept here."""
        self._known_chars = 0

    def in_row(self, y: int) -> list[Span]:
        """Return what a row shows of the matches, in characters of the row."""
        if not 0 <= y < self._layout.height:
            return []
        placed = self._layout.at(y)
        line = y - placed.top - placed.gap
        if line < 0:
            return []
        prefix = _prefix(placed, line)
        return [
            (max(start, each.start) + shift, min(end, each.end) + shift)
            for each in _passage_parts(placed, line)
            for shift in [prefix + each.column - each.start]
            for start, end in self._spans(each.text)
            if end > each.start and start < each.end
        ]

    def position_of(self, passage: int, at: int) -> HighlightPosition:
        """Return where a character of a passage is shown, the passages counted from the top."""
        for placed in self._layout.placed:
            count = count_of(placed.block.body)
            if passage < count:
                return _position_in(placed, passage, at)
            passage -= count
        return HighlightPosition(max(0, self._layout.height - 1), 0)

    def _spans(self, text: str) -> Sequence[Span]:
        known = self._known.get(id(text))
        if known is None:
            self._known_chars += len(text)
            if self._known_chars > MAX_KNOWN_CHARS:
                self._known.clear()
                self._known_chars = len(text)
            known = self._known[id(text)] = (text, self._pattern.spans(text))
        return known[1]


def _position_in(placed: PlacedBlock, passage: int, at: int) -> HighlightPosition:
    position = HighlightPosition(placed.top + placed.gap, 0)
    for line in _lines_of(placed, passage, at):
        for each in _passage_parts(placed, line):
            if each.passage == passage and each.start <= at:
                column = _prefix(placed, line) + each.column + at - each.start
                position = HighlightPosition(placed.top + placed.gap + line, column)
    return position


def _lines_of(placed: PlacedBlock, passage: int, at: int) -> Iterator[int]:
    """Yield the rows of a block that may show a character of a passage, the right one last."""
    match placed.rows:
        case TextRows() as rows:
            first = rows.head_rows if isinstance(rows, CodeRows) else 0
            starts = [rows.offset(line, 0) for line in range(first, len(rows))]
            yield first + max(0, bisect_right(starts, at) - 1)
        case TableRows() as rows:
            yield from rows.lines_of_cell(passage)
        case _:
            return


def _passage_parts(placed: PlacedBlock, line: int) -> Iterator[_PassagePart]:
    """Yield what a row of a block shows of its passages, from left to right."""
    match placed.rows:
        case CodeRows() as rows if line < rows.head_rows:
            return
        case TextRows() as rows:
            column = rows.text_column(line) if isinstance(rows, CodeRows) else 0
            yield _PassagePart(0, rows.text, rows.offset(line, 0), rows.offset(line, _FAR), column)
        case TableRows() as rows:
            for cell, text, start, end, column in rows.cells_in(line):
                yield _PassagePart(cell, text, start, end, column)
        case _:
            return


def _prefix(placed: PlacedBlock, line: int) -> int:
    """Return how many characters stand before a row of a block."""
    return sum(len(piece.text) for piece in (placed.rest if line else placed.first))
