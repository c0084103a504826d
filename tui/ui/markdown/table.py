"""Tables: read from tokens, columns as wide as their first rows ask for, cells wrapped to fit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from markdown_it.token import Token

from tui.ui.cells import cell_len
from tui.ui.markdown.blocks import ColumnWidths, Table, TableRow
from tui.ui.markdown.inline import inline_text
from tui.ui.markdown.styled_text import Piece, Row, StyledText, in_one_style
from tui.ui.markdown.wrap import longest_line_cells, longest_word_cells, wrap_words

BASIS_CHARS = 4096
"""How much of a table decides on the width of its columns, so that a growing one stays calm."""
MIN_COLUMN_CELLS = 5
_BETWEEN = " │ "
_CROSSING = "─┼─"
_LINES: tuple[str, ...] = (".table-lines",)
_HEAD = ".table-head"


class RowSource(NamedTuple):
    """Where the line of a row is in the source."""

    start: int
    end: int


def read_table(tokens: Sequence[Token], sources: Sequence[RowSource]) -> Table:
    """Return a whole table; `sources` are its head and its rows, without the line between."""
    groups = _cell_tokens(tokens)
    count = len(groups[0]) // 2
    rows = [
        _row(group, source, count, *((_HEAD,) if at == 0 else ()))
        for at, (group, source) in enumerate(zip(groups, sources, strict=False))
    ]
    limit = rows[0].start + BASIS_CHARS
    basis = [row for at, row in enumerate(rows) if at == 0 or row.end <= limit]
    across = list(zip(*(row.cells for row in basis), strict=True))
    columns = ColumnWidths(
        tuple(max(longest_line_cells(cell.text) for cell in column) for column in across),
        tuple(max(longest_word_cells(cell.text) for cell in column) for column in across),
        tuple(_alignment(token) for token in groups[0][::2]),
        tuple(cell.text for cell in rows[0].cells),
    )
    return Table(columns, tuple(row.packed() for row in rows), has_head=True)


def read_row(tokens: Sequence[Token], columns: ColumnWidths, source: RowSource) -> Table:
    """Return a row that continues a table of these columns."""
    (group,) = _cell_tokens(tokens)
    return Table(columns, (_row(group, source, len(columns.natural)).packed(),), has_head=False)


def _cell_tokens(tokens: Sequence[Token]) -> list[list[Token]]:
    """Return row by row the tokens that open cells or hold their text, in pairs."""
    rows: list[list[Token]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open", "inline", "literal"):
            rows[-1].append(token)
    return rows


def _row(group: Sequence[Token], source: RowSource, count: int, *base: str) -> TableRow:
    """Return a row of so many cells, the missing ones empty."""
    cells = [
        inline_text(token.children or (), *base)
        if token.type == "inline"
        else in_one_style(token.content, *base)
        for token in group[1::2]
    ]
    missing = (StyledText(),) * (count - len(cells))
    return TableRow((*cells, *missing), source.start, source.end)


def _alignment(token: Token) -> str:
    return str(token.attrGet("style") or "").removeprefix("text-align:")


@lru_cache
def column_widths(columns: ColumnWidths, available: int) -> tuple[int, ...]:
    """Return the width of each column, empty when they cannot stand side by side."""
    room = available - len(_BETWEEN) * (len(columns.natural) - 1)
    wanted = [max(1, cells) for cells in columns.natural]
    if sum(wanted) <= room:
        return tuple(wanted)
    least = [min(want, MIN_COLUMN_CELLS) for want in wanted]
    if sum(least) > room:
        return ()
    # narrow columns get what they want, the wide ones share the rest
    widths = list(least)
    open_columns = sorted(range(len(wanted)), key=lambda at: wanted[at])
    room -= sum(least)
    for position, at in enumerate(open_columns):
        share = room // (len(open_columns) - position)
        extra = min(wanted[at] - least[at], share)
        widths[at] += extra
        room -= extra
    return tuple(widths)


_StackedLine = tuple[int, StyledText, int, int]
"""The number of a cell, what it says with its head before it, and from and up to where."""


class TableRows:
    """A table laid out; its rows are made when they are asked for."""

    __slots__ = ("_is_tight", "_stacked_last", "_table", "_tops", "_width", "_widths")

    def __init__(self, table: Table, width: int) -> None:
        self._table = table
        self._width = width
        self._widths = column_widths(table.columns, width)
        self._is_tight = sum(self._widths) < sum(table.columns.natural)
        self._stacked_last: tuple[int, Sequence[_StackedLine]] = (-1, ())
        """The row of the table that was told last as lines below each other."""
        # where the cells break is found again for what is drawn: a long table would be mostly that
        heights = (
            self._height(at) + self._has_line_below(at) for at in range(len(table.packed_rows))
        )
        self._tops = tuple(accumulate(heights, initial=0))
        """Where each row begins, and where the last one ends."""

    def __len__(self) -> int:
        return self._tops[-1]

    def row(self, y: int) -> Row:
        at = self._at(y)
        if self._has_line_below(at) and y + 1 == self._tops[at + 1]:
            return (self._line_across(),)
        line = y - self._tops[at]
        if not self._widths:
            _, styled, start, end = self._stacked(at)[line]
            return styled.between(start, end)
        pieces: list[Piece] = []
        for column, cell in enumerate(self._table.row(at).cells):
            if column:
                pieces.append(Piece(_BETWEEN, _LINES))
            pieces += self._cell_line(cell, column, line)
        return tuple(pieces)

    def source_range(self, y: int) -> tuple[int, int]:
        """Return the place of a row in the source, the whole line of it."""
        row = self._table.row(self._at(y))
        return row.start, row.end

    def lines_of_cell(self, cell: int) -> range:
        """Return the rows of the table row that holds a cell, the cells counted from the top."""
        at = min(cell // len(self._table.columns.natural), len(self._tops) - 2)
        return range(self._tops[at], self._tops[at + 1])

    def cells_in(self, y: int) -> Iterator[tuple[int, str, int, int, int]]:
        """Yield what a row shows of each cell.

        The number of the cell, its text, from and up to which character, and at which character
        of the row.
        """
        at = self._at(y)
        line = y - self._tops[at]
        if self._has_line_below(at) and y + 1 == self._tops[at + 1]:
            return
        first = at * len(self._table.columns.natural)
        if not self._widths:
            yield from self._stacked_cell(at, line, first)
            return
        column = 0
        for number, cell in enumerate(self._table.row(at).cells):
            pieces = self._cell_line(cell, number, line)
            breaks = wrap_words(cell.text, self._widths[number])
            if line < len(breaks):
                start, end = breaks[line]
                left = self._left_blanks(number, cell.text[start:end])
                yield first + number, cell.text, start, end, column + left
            column += sum(len(piece.text) for piece in pieces) + len(_BETWEEN)

    def _stacked_cell(
        self, at: int, line: int, first: int
    ) -> Iterator[tuple[int, str, int, int, int]]:
        number, styled, start, end = self._stacked(at)[line]
        cell = self._table.row(at).cells[number]
        label = len(styled.text) - len(cell.text)
        start, end = start - label, end - label
        yield first + number, cell.text, max(0, start), max(0, end), max(0, -start)

    def _at(self, y: int) -> int:
        return bisect_right(self._tops, y, hi=len(self._tops) - 1) - 1

    def _has_line_below(self, at: int) -> bool:
        """The head has; the rows have where cells may take several lines."""
        return self._is_tight or (self._table.has_head and at == 0)

    def _height(self, at: int) -> int:
        if not self._widths:
            return sum(len(wrap_words(styled.text, self._width)) for styled in self._records(at))
        cells = zip(self._table.row(at).cells, self._widths, strict=True)
        filled = ((cell.text, width) for cell, width in cells if cell.text)
        return max((len(wrap_words(text, width)) for text, width in filled), default=1)

    def _cell_line(self, cell: StyledText, column: int, line: int) -> list[Piece]:
        breaks = wrap_words(cell.text, self._widths[column])
        shown = cell.between(*breaks[line]) if line < len(breaks) else ()
        room = self._widths[column] - sum(cell_len(piece.text) for piece in shown)
        left = self._left_blanks(column, "".join(piece.text for piece in shown))
        pad = (Piece(" " * max(0, left)), *shown, Piece(" " * max(0, room - left)))
        return [piece for piece in pad if piece.text]

    def _left_blanks(self, column: int, shown: str) -> int:
        room = max(0, self._widths[column] - cell_len(shown))
        alignment = self._table.columns.alignments[column]
        return {"right": room, "center": room // 2}.get(alignment, 0)

    def _line_across(self) -> Piece:
        if not self._widths:
            return Piece("─" * MIN_COLUMN_CELLS, _LINES)
        return Piece(_CROSSING.join("─" * cells for cells in self._widths), _LINES)

    def _records(self, at: int) -> Iterator[StyledText]:
        """Yield a row as `head: cell` lines, for a table that is too wide to stand."""
        row = self._table.row(at)
        if self._table.has_head and at == 0:
            yield from row.cells
            return
        for head, cell in zip(self._table.columns.heads, row.cells, strict=True):
            label = f"{head}: ".replace("\n", " ")
            moved = tuple(start + len(label) for start in cell.starts)
            yield StyledText(
                label + cell.text,
                (0, *moved),
                ((_HEAD,), *cell.styles),
                ("", *cell.hrefs),
            )

    def _stacked(self, at: int) -> Sequence[_StackedLine]:
        """Return the lines of a row; they are asked for one by one, and one after the other."""
        known, lines = self._stacked_last
        if known != at:
            lines = [
                (number, styled, start, end)
                for number, styled in enumerate(self._records(at))
                for start, end in wrap_words(styled.text, self._width)
            ]
            self._stacked_last = (at, lines)
        return lines
