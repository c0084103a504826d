"""The blocks of a document, flat: what holds them is in the prefix of their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tui.ui.markdown.runs import Row, Runs

TAB = "    "
"""What a tab is shown as."""


@dataclass(frozen=True, slots=True)
class Prose:
    """Wrapped text: a paragraph, a heading, an empty list item."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Literal:
    """Source shown as it is, wrapped: what is too long, too deep or not finished."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code block. `is_open` while more lines may come: it is not highlighted yet."""

    info: str
    """What stands behind the opening marks; its first word is the language."""
    text: str
    is_open: bool = False

    @property
    def language(self) -> str:
        return (self.info.split() or [""])[0]


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide the cells of a table are, taken from its first rows."""

    natural: tuple[int, ...]
    """Cells of the longest line."""
    minimal: tuple[int, ...]
    """Cells of the longest word."""
    alignments: tuple[str, ...]
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[Runs, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    columns: Columns
    rows: tuple[TableRow, ...]
    has_head: bool
    """The first row is the head; without one this continues the table above."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


Body = Prose | Literal | Code | Table | Rule


@dataclass(frozen=True, slots=True)
class Block:
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


@dataclass(frozen=True, slots=True)
class InList:
    """The source goes on inside a list, at an item of this number."""

    ordered: bool
    markup: str
    number: int
    at: int = 0
    """How many items stand above it in the list."""

    def next_item(self) -> InList:
        return InList(self.ordered, self.markup, self.number + 1, self.at + 1)

    def is_same_list(self, ordered: bool, markup: str) -> bool:
        return (self.ordered, self.markup) == (ordered, markup)


@dataclass(frozen=True, slots=True)
class InTable:
    """The source goes on inside a table, at a row."""

    HEAD_LINES: ClassVar = 2

    columns: Columns

    @property
    def head(self) -> str:
        """Two lines of Markdown that make the rows after them rows of such a table."""
        count = len(self.columns.natural)
        return "|" + " x |" * count + "\n|" + " - |" * count + "\n"


Context = InList | InTable | None
"""What the parser must know to go on from the middle; `None` at the top of the document."""


@dataclass(slots=True)
class Unit:
    """A top-level block, list item or table row: what freezes as a whole."""

    start: int
    end: int
    context: Context
    blocks: tuple[Block, ...]
    is_parsed: bool = True
