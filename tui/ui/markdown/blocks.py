"""Blocks of a document, flat: what holds them is in the prefix of their rows."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from tui.ui.markdown.styled_text import Row, StyledText, StyleNames
from tui.values import replace

TAB = "    "
"""What a tab is shown as."""


class Prose(StyledText, frozen=True):
    """Wrapped text: a paragraph, a heading, an empty list item."""

    @classmethod
    def of(cls, styled: StyledText) -> Prose:
        return cls(styled.text, styled.starts, styled.styles, styled.hrefs)


class Literal(Struct, frozen=True):
    """Source shown as it is, wrapped: what is too long, too deep or not finished."""

    text: str


class Code(Struct, frozen=True):
    """A code block. `is_open` while more lines may come: it is not highlighted yet."""

    info: str
    """What stands behind the opening marks; its first word is the language."""
    text: str
    is_open: bool = False

    @property
    def language(self) -> str:
        return (self.info.split() or [""])[0]


class ColumnWidths(Struct, frozen=True):
    """How wide the cells of a table are, taken from its first rows."""

    natural: tuple[int, ...]
    """Cells of the longest line."""
    minimal: tuple[int, ...]
    """Cells of the longest word."""
    alignments: tuple[str, ...]
    heads: tuple[str, ...]


PackedCell = tuple[str, tuple[int, ...], tuple[StyleNames, ...], tuple[str, ...]]
_EMPTY_CELL: PackedCell = ("", (), (), ())
PackedRow = tuple[tuple[PackedCell, ...], int, int]
"""The cells, the start and the end of a row in bare tuples: once it has seen them, the
garbage collector leaves them alone, however many there are."""


class TableRow(Struct, frozen=True):
    """A row while it is worked with."""

    cells: tuple[StyledText, ...]
    start: int
    end: int

    def packed(self) -> PackedRow:
        cells = tuple(
            (cell.text, cell.starts, cell.styles, cell.hrefs) if cell.text else _EMPTY_CELL
            for cell in self.cells
        )
        return cells, self.start, self.end


class Table(Struct, frozen=True):
    columns: ColumnWidths
    packed_rows: tuple[PackedRow, ...]
    has_head: bool
    """The first row is the head; without one this continues the table above."""

    def row(self, at: int) -> TableRow:
        cells, start, end = self.packed_rows[at]
        return TableRow(tuple(StyledText(*cell) for cell in cells), start, end)


class ThematicBreak(Struct, frozen=True):
    """A line across."""


Body = Prose | Literal | Code | Table | ThematicBreak


class Block(Struct, frozen=True):
    """Something to lay out, and what stands before each of its rows."""

    body: Body
    start: int
    """Where it begins in the source, in characters."""
    end: int
    first: Row = ()
    """Before its first row: bullets, numbers, the bars of quotes."""
    rest: Row = ()
    """Before its other rows; as wide as `first`."""
    gap: Row | None = None
    """What stands in the empty row above it, `None` when there is no such row."""


class InList(Struct, frozen=True):
    """The source goes on inside a list."""

    ordered: bool
    markup: str
    first: int
    """The number of the first item, where the list is ordered."""
    count: int = 0
    """Of the items above; of a list that is not ordered 1 for any."""

    @property
    def has_begun(self) -> bool:
        """Items of the list stand above."""
        return self.count > 0

    def next_item(self) -> InList:
        if self.count and not self.ordered:
            return self
        return replace(self, count=self.count + 1)

    def shown_number(self, written: str) -> str:
        """Return the number of the next item: as written, counted where all are written alike."""
        is_counted = self.count > 0 and int(written) == self.first
        return str(self.first + self.count) if is_counted else written

    def is_same_list(self, ordered: bool, markup: str) -> bool:
        return (self.ordered, self.markup) == (ordered, markup)


class InTable(Struct, frozen=True):
    """The source goes on inside a table, at a row."""

    HEAD_LINES: ClassVar = 2

    columns: ColumnWidths

    @property
    def head(self) -> str:
        """Two lines of Markdown that make the rows after them rows of such a table."""
        count = len(self.columns.natural)
        return "|" + " x |" * count + "\n|" + " - |" * count + "\n"


Context = InList | InTable | None
"""What the parser must know to go on from the middle; `None` at the top of the document."""


class Unit(Struct):
    """A top-level block, list item or table row: what freezes as a whole."""

    start: int
    end: int
    context: Context
    blocks: tuple[Block, ...]
    is_parsed: bool = True
