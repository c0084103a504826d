"""Page layout: which row of which block of a document stands where, at one width."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct

from tui.ui.cells import cell_len
from tui.ui.markdown.block_rows import READING_CELLS, marks_above, prefix_within, rows_of
from tui.ui.markdown.blocks import Block, Code, Literal
from tui.ui.markdown.code_rows import CodeKey, CodeRows
from tui.ui.markdown.styled_text import Row
from tui.ui.markdown.text_rows import Rows, TextRows


class PlacedBlock(Struct):
    """A block where it stands."""

    block: Block
    rows: Rows
    first: Row
    rest: Row
    top: int
    """The row of the page it begins at, with the gap above it."""
    above: tuple[Row, ...]
    """The rows above its text: an empty one, marks that have no room beside it."""

    @property
    def gap(self) -> int:
        """How many rows stand above its text."""
        return len(self.above)

    @property
    def height(self) -> int:
        return len(self.above) + len(self.rows)


class PageLayout:
    """Keeps the layout of blocks that change at their end only.

    Of `width` cells, of which text takes no more than can be read; `code_keys` are told in the
    heads of code.
    """

    def __init__(self, width: int, code_keys: Sequence[CodeKey] = ()) -> None:
        self.width = width
        self._code_keys = code_keys
        self._placed: list[PlacedBlock] = []
        self._tops: list[int] = []

    @property
    def placed(self) -> Sequence[PlacedBlock]:
        """The blocks where they stand, from the top."""
        return self._placed

    @property
    def height(self) -> int:
        return self._placed[-1].top + self._placed[-1].height if self._placed else 0

    def show(self, blocks: Sequence[Block], since: int) -> int:
        """Lay out `blocks`, unchanged before index `since`; return the first row that changed."""
        since = min(since, len(self._placed))
        while since < min(len(blocks), len(self._placed)):
            if self._placed[since].block != blocks[since]:
                break
            since += 1
        before = self.height
        grown = self._grow(blocks, since)
        changed = min(before, self._top(since)) if grown is None else grown
        if grown is not None:
            since += 1
        del self._placed[since:], self._tops[since:]
        for block in blocks[since:]:
            self._place(block)
        return changed

    def row(self, y: int) -> Row:
        """Return a row; empty below the last."""
        if not 0 <= y < self.height:
            return ()
        placed = self.at(y)
        line = y - placed.top - placed.gap
        if line < 0:
            return placed.above[line]
        return (placed.rest if line else placed.first) + placed.rows.row(line)

    def at(self, y: int) -> PlacedBlock:
        """Return the block that stands at a row of the page."""
        return self._placed[bisect_right(self._tops, y) - 1]

    def _top(self, index: int) -> int:
        return self._placed[index].top if index < len(self._placed) else self.height

    def _place(self, block: Block) -> None:
        width = min(self.width, READING_CELLS)
        first, rest = prefix_within(block, width)
        taken = sum(cell_len(piece.text) for piece in first)
        rows = rows_of(
            block.body, max(1, width - taken), max(1, self.width - taken), self._code_keys
        )
        gap = (block.gap,) if block.gap is not None and self._placed else ()
        above = (*gap, *marks_above(block, first, width))
        top = self.height
        self._placed.append(PlacedBlock(block, rows, first, rest, top, above))
        self._tops.append(top)

    def _grow(self, blocks: Sequence[Block], index: int) -> int | None:
        """Let the text of a block go on where it stands; return the first row that changed."""
        if index >= min(len(blocks), len(self._placed)):
            return None
        placed, block = self._placed[index], blocks[index]
        old = placed.block
        if (old.start, old.first, old.gap) != (block.start, block.first, block.gap):
            return None
        match placed.rows, block.body:
            case CodeRows() as rows, Code() as code:
                stay = rows.grow_code(code)
            case TextRows() as rows, Literal(text) if isinstance(old.body, Literal):
                stay = rows.grow(text)
            case _:
                return None
        if stay is None:
            return None
        placed.block = block
        return placed.top + placed.gap + stay
