"""Where words stand in a page, whatever rows they are broken into."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from tui.ui.finding import Needle
from tui.ui.markdown.layout import CodeRows, TextRows
from tui.ui.markdown.page import Page, Placed

Span = tuple[int, int]
"""From and up to a character of a row."""
_FAR = 1 << 40


@dataclass(frozen=True, slots=True)
class Place:
    """One match in a page."""

    row: int
    start: int
    """In the row where it begins, in characters."""


def marks_in(page: Page, y: int, needle: Needle) -> list[Span]:
    """Return what a row shows of the matches."""
    if not 0 <= y < page.height:
        return []
    placed = page.at(y)
    line = y - placed.top - placed.gap
    if line < 0:
        return []
    match placed.rows:
        case TextRows() as rows:
            return _in_text(placed, rows, line, needle)
        case _:
            text = "".join(piece.text for piece in page.row(y))
            return [match.span() for match in needle.pattern.finditer(text)]


def place_of(page: Page, source: str, at: int, needle: Needle) -> Place:
    """Return where the match that begins at `at` of the source is shown."""
    placed = _block_at(page, at)
    if placed is None:
        return Place(0, 0)
    before = sum(1 for _ in needle.pattern.finditer(source, placed.block.start, at))
    first = placed.top + placed.gap
    if isinstance(rows := placed.rows, TextRows):
        starts = [match.start() for match in islice(needle.pattern.finditer(rows.text), before + 1)]
        if not starts:
            return Place(first, 0)
        line, column = _line_of(placed, rows, starts[-1])
        return Place(first + line, column)
    places = [
        Place(first + line, match.start())
        for line in range(len(rows))
        for match in needle.pattern.finditer("".join(piece.text for piece in rows.row(line)))
    ]
    return places[min(before, len(places) - 1)] if places else Place(first, 0)


def _block_at(page: Page, at: int) -> Placed | None:
    blocks: Sequence[Placed] = page.placed
    index = bisect_right(blocks, at, key=lambda placed: placed.block.start) - 1
    return blocks[index] if index >= 0 else None


def _in_text(placed: Placed, rows: TextRows, line: int, needle: Needle) -> list[Span]:
    if isinstance(rows, CodeRows) and line < rows.label_rows:
        return []
    prefix = _prefix(placed, rows, line)
    start, end = _span_of(rows, line)
    first = max(0, start - needle.length + 1)
    return [
        (max(match.start(), start) - start + prefix, min(match.end(), end) - start + prefix)
        for match in needle.pattern.finditer(rows.text, first, end + needle.length - 1)
        if match.end() > start and match.start() < end
    ]


def _line_of(placed: Placed, rows: TextRows, at: int) -> tuple[int, int]:
    """Return the row of a block that shows a character of its text, and the column there."""
    first = rows.label_rows if isinstance(rows, CodeRows) else 0
    lines = range(first, len(rows))
    line = first + max(0, bisect_right(lines, at, key=lambda each: _span_of(rows, each)[0]) - 1)
    start, _ = _span_of(rows, line)
    return line, at - start + _prefix(placed, rows, line)


def _span_of(rows: TextRows, line: int) -> Span:
    """Return the part of the text that a row shows."""
    return rows.offset(line, 0), rows.offset(line, _FAR)


def _prefix(placed: Placed, rows: TextRows, line: int) -> int:
    """Return how many characters stand before the text in a row."""
    before = sum(len(piece.text) for piece in (placed.rest if line else placed.first))
    return before + isinstance(rows, CodeRows)
