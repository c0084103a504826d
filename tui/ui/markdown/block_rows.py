"""Rows of blocks at one width."""

from __future__ import annotations

from collections.abc import Sequence

from tui.ui.cells import cell_len
from tui.ui.markdown.blocks import Block, Body, Code, Literal, Prose, Table, ThematicBreak
from tui.ui.markdown.code_rows import CodeKey, CodeRows
from tui.ui.markdown.styled_text import Piece, Row
from tui.ui.markdown.table import TableRows
from tui.ui.markdown.text_rows import ProseRows, Rows, TextRows
from tui.ui.markdown.wrap import fold

READING_CELLS = 100
"""Longer rows of text are hard to follow; code and tables take what they need."""


class RuleRows:
    """A line across the width."""

    __slots__ = ("_row",)

    def __init__(self, width: int) -> None:
        self._row: Row = (Piece("─" * width, (".rule",)),)

    def __len__(self) -> int:
        return 1

    def row(self, y: int) -> Row:
        return self._row


def rows_of(body: Body, room: int, wide_room: int, keys: Sequence[CodeKey] = ()) -> Rows:
    """Lay a block out in so many cells, of code and tables in more where they need it."""
    match body:
        case Prose():
            return ProseRows(body, room)
        case Literal(text):
            return TextRows(text, room)
        case Code():
            return CodeRows(body, room, wide_room, keys)
        case Table():
            return TableRows(body, wide_room)
        case ThematicBreak():
            return RuleRows(room)


def prefix_within(block: Block, width: int) -> tuple[Row, Row]:
    """Return what stands before the rows, of deep nesting the innermost, in half the width."""
    return _innermost(block.first, width // 2), _innermost(block.rest, width // 2)


def marks_above(block: Block, first: Row, width: int) -> tuple[Row, ...]:
    """Return rows for the bullets and numbers that have no room in `first`."""
    left_out = block.first[: len(block.first) - len(first)]
    marks = "".join(piece.text for piece in left_out if ".bullet" in piece.styles).rstrip()
    return tuple(
        (Piece(marks[start:end], (".bullet",)),) for start, end in fold(marks, width) if marks
    )


def _innermost(prefix: Row, cells: int) -> Row:
    fitting: list[Piece] = []
    for piece in reversed(prefix):
        cells -= cell_len(piece.text)
        if cells < 0:
            return tuple(fitting)
        fitting.insert(0, piece)
    return prefix
