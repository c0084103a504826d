"""Targets in a page that can be acted on: links, citations and code blocks."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from tui.ui.cells import cell_len
from tui.ui.markdown.blocks import Code
from tui.ui.markdown.citations import citations_in
from tui.ui.markdown.code_rows import CodeKey, CodeRows
from tui.ui.markdown.page_layout import PageLayout


class LinkTarget(Struct, frozen=True):
    """Where a link begins."""

    row: int
    cell: int
    address: str


class CodeTarget(Struct, frozen=True):
    """The first row of a code block that was asked for."""

    row: int
    cell: int
    """The last one of the row."""
    index: int
    """Among the code blocks of the page."""
    count: int
    """Of them all."""
    shown: str
    """As it is shown: with spaces in place of tabs."""


class CitationTarget(Struct, frozen=True):
    """Where a citation begins."""

    row: int
    cell: int
    marker: str


Target = LinkTarget | CodeTarget | CitationTarget


def targets_of(
    layout: PageLayout, first: int, end: int, markers: Collection[str] = ()
) -> Iterator[Target]:
    """Yield what rows from `first` up to `end` show of links and code, and of these citations."""
    yield from _code(layout, first, end)
    # a link that goes on in the next row is one link
    last = ""
    for y in range(max(0, first), min(end, layout.height)):
        cell = 0
        begins, last_in_row = last, ""
        row = layout.row(y)
        text = "".join(piece.text for piece in row)
        for cited in citations_in(row, markers):
            yield CitationTarget(y, cell_len(text[: cited.start]), cited.marker)
        for piece in row:
            if piece.href and piece.href not in (begins, last_in_row):
                yield LinkTarget(y, cell, piece.href)
            if piece.href or piece.text.strip():
                last_in_row, begins = piece.href, ""
            cell += cell_len(piece.text)
        last = last_in_row


def code_key_at(layout: PageLayout, y: int, x: int) -> tuple[CodeKey, CodeTarget] | None:
    """Return the key that a cell of a row tells of, and the code it is for."""
    if not 0 <= y < layout.height:
        return None
    placed = layout.at(y)
    if not isinstance(placed.rows, CodeRows):
        return None
    line = y - placed.top - placed.gap
    before = sum(cell_len(piece.text) for piece in (placed.rest if line else placed.first))
    key = placed.rows.key_at(line, x - before)
    return None if key is None else (key, next(_code(layout, y, y + 1)))


def _code(layout: PageLayout, first: int, end: int) -> Iterator[CodeTarget]:
    blocks = [placed for placed in layout.placed if isinstance(placed.block.body, Code)]
    for index, placed in enumerate(blocks):
        top, bottom = placed.top + placed.gap, placed.top + placed.height
        if top < end and bottom > first and isinstance(body := placed.block.body, Code):
            row = max(top, first)
            cells = sum(cell_len(piece.text) for piece in layout.row(row))
            yield CodeTarget(row, cells - 1, index, len(blocks), body.text)
