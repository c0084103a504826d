"""Scroll anchors: rows of a page that are found again when the page is laid out anew."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from msgspec import Struct

from tui.ui.markdown.code_rows import CodeRows
from tui.ui.markdown.page_layout import PageLayout, PlacedBlock
from tui.ui.markdown.table import TableRows
from tui.ui.markdown.text_rows import TextRows


class ScrollAnchor(Struct, frozen=True):
    """A row, by the source it shows."""

    block: int
    """Where its block begins in the source."""
    lines_before: int
    """How many rows it stands above the text of the block: in the gap, or in the head of code."""
    offset: int = 0
    """Where it begins: in the text of the block, of a table in the source."""
    lines_after: int = 0
    """How many rows it stands below the first row that begins there."""


def anchor_at(layout: PageLayout, row: int) -> ScrollAnchor | None:
    """Return what is at a row, or the nearest; `None` on a page with nothing on it."""
    if not layout.height:
        return None
    row = max(0, min(row, layout.height - 1))
    placed = layout.at(row)
    line = row - _text_top(placed)
    if line < 0:
        return ScrollAnchor(placed.block.start, -line)
    offset = _offset(placed, line)
    return ScrollAnchor(placed.block.start, 0, offset, line - _line(placed, offset))


def end_anchor(layout: PageLayout) -> ScrollAnchor | None:
    """Return what is at the end of the last row, by which it is found again.

    `None` on a page with nothing on it.
    """
    if not layout.placed:
        return None
    placed = layout.placed[-1]
    offset = 0
    match placed.rows:
        case TextRows() as rows:
            # the last character: what comes next may stand in a row of its own
            offset = len(rows.text) - (not rows.text.endswith("\n"))
        case TableRows() as rows:
            # beyond the beginning, which all rows of a cell share
            offset = rows.source_range(len(rows) - 1)[0] + 1
    return ScrollAnchor(placed.block.start, 0, max(0, offset))


def rows_after(layout: PageLayout, anchor: ScrollAnchor | None) -> int:
    """Return how many rows stand below that of an anchor, all for `None`."""
    above = 0 if anchor is None else row_of(layout, anchor) + 1
    return max(0, layout.height - above)


def row_of(layout: PageLayout, anchor: ScrollAnchor) -> int:
    """Return the row at which an anchor is now, or the one that shows what was there."""
    at = bisect_right(layout.placed, anchor.block, key=lambda placed: placed.block.start) - 1
    if at < 0:
        return 0
    placed = layout.placed[at]
    if anchor.lines_before:
        return max(placed.top, _text_top(placed) - anchor.lines_before)
    line = _line(placed, anchor.offset)
    if anchor.lines_after:
        line = min(line + anchor.lines_after, _line(placed, anchor.offset + 1))
    return min(_text_top(placed) + line, placed.top + placed.height - 1)


def _text_top(placed: PlacedBlock) -> int:
    head = placed.rows.head_rows if isinstance(placed.rows, CodeRows) else 0
    return placed.top + placed.gap + head


def _count(placed: PlacedBlock) -> int:
    head = placed.rows.head_rows if isinstance(placed.rows, CodeRows) else 0
    return len(placed.rows) - head


def _offset(placed: PlacedBlock, line: int) -> int:
    """Return where a row begins; it grows from row to row."""
    match placed.rows:
        case CodeRows() as rows:
            return rows.offset(line + rows.head_rows, 0)
        case TextRows() as rows:
            return rows.offset(line, 0)
        case TableRows() as rows:
            return rows.source_range(line)[0]
        case _:
            return line


def _line(placed: PlacedBlock, offset: int) -> int:
    """Return the first row that begins at `offset`, else the one that it is in."""
    lines = range(_count(placed))
    first = bisect_left(lines, offset, key=lambda line: _offset(placed, line))
    if first < len(lines) and _offset(placed, first) == offset:
        return first
    return max(0, first - 1)
