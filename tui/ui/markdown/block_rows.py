"""Rows of blocks at one width."""

from __future__ import annotations

from typing import Protocol

from tui.ui.cells import cell_len
from tui.ui.markdown.blocks import Block, Body, Code, Literal, Prose, Rule, Table
from tui.ui.markdown.code import highlighted
from tui.ui.markdown.styled_text import Piece, Row, StyledText
from tui.ui.markdown.table import TableRows
from tui.ui.markdown.wrap import Break, fold, wrap_words

MIN_PADDED_CELLS = 4
"""Code stands on a ground wider than itself, unless the widest character would not fit then."""
_FENCE: tuple[str, ...] = (".fence",)


class Rows(Protocol):
    """The rows of one block without what stands before them; made when they are asked for."""

    def __len__(self) -> int: ...

    def row(self, y: int) -> Row: ...


class TextRows:
    """Wrapped text, whole or growing at its end."""

    __slots__ = ("_breaks", "_width", "text")

    def __init__(self, text: str, width: int) -> None:
        self.text = text
        self._width = width
        self._breaks = tuple(self._broken(0))

    def __len__(self) -> int:
        return len(self._breaks)

    def row(self, y: int) -> Row:
        start, end = self._breaks[y]
        return (Piece(self.text[start:end]),)

    def grow(self, text: str) -> int | None:
        """Take over a longer text; return how many rows stay, `None` when it is another text."""
        if not text.startswith(self.text):
            return None
        # what comes on may change the last row, and the one above where a blank that belonged to
        # neither of them gets an accent
        stay = len(self._breaks) - 1
        start, _ = self._breaks[stay]
        if stay and start == len(self.text) and not self.text.endswith("\n"):
            stay -= 1
            start, _ = self._breaks[stay]
        self.text = text
        self._breaks = (*self._breaks[:stay], *self._broken(start))
        return stay

    def offset(self, y: int, x: int) -> int:
        """Return the place in the text of a character of a row."""
        start, end = self._breaks[y]
        return min(start + max(0, x), end)

    def _broken(self, start: int) -> list[Break]:
        return wrap_words(self.text, self._width, start)


class ProseRows(TextRows):
    """Wrapped text with styles."""

    __slots__ = ("_styled",)

    def __init__(self, styled: StyledText, width: int) -> None:
        super().__init__(styled.text, width)
        self._styled = styled

    def row(self, y: int) -> Row:
        return self._styled.between(*self._breaks[y])


class CodeRows(TextRows):
    """Code on its own ground, under the name of its language."""

    __slots__ = ("_code", "_edge", "_label", "_styled")

    def __init__(self, code: Code, width: int) -> None:
        self._code = code
        self._styled: StyledText | None = None
        self._edge = " " if width >= MIN_PADDED_CELLS else ""
        super().__init__(code.text, width - 2 * len(self._edge))
        self._label = tuple(fold(code.info, self._width)) if code.info else ()

    def __len__(self) -> int:
        return self.label_rows + len(self._breaks)

    @property
    def label_rows(self) -> int:
        return len(self._label)

    def row(self, y: int) -> Row:
        if y < self.label_rows:
            start, end = self._label[y]
            return self._padded((Piece(self._code.info[start:end], (*_FENCE, ".language")),))
        return self._padded(self._line(*self._breaks[y - self.label_rows]))

    def grow_code(self, code: Code) -> int | None:
        if not code.is_open or code.info != self._code.info:
            return None
        stay = self.grow(code.text)
        self._code = code
        return None if stay is None else self.label_rows + stay

    def offset(self, y: int, x: int) -> int:
        return (
            0 if y < self.label_rows else super().offset(y - self.label_rows, x - len(self._edge))
        )

    def _line(self, start: int, end: int) -> Row:
        if self._code.is_open:
            return (Piece(self.text[start:end], _FENCE),)
        if self._styled is None:
            self._styled = highlighted(self._code.text, self._code.language)
        return self._styled.between(start, end)

    def _padded(self, pieces: Row) -> Row:
        used = sum(cell_len(piece.text) for piece in pieces)
        fill = " " * max(0, self._width - used)
        return (Piece(self._edge, _FENCE), *pieces, Piece(fill + self._edge, _FENCE))

    def _broken(self, start: int) -> list[Break]:
        return fold(self.text, self._width, start)


class RuleRows:
    """A line across the width."""

    __slots__ = ("_row",)

    def __init__(self, width: int) -> None:
        self._row: Row = (Piece("─" * width, (".rule",)),)

    def __len__(self) -> int:
        return 1

    def row(self, y: int) -> Row:
        return self._row


def rows_of(body: Body, width: int) -> Rows:
    """Lay a block out."""
    match body:
        case Prose():
            return ProseRows(body, width)
        case Literal(text):
            return TextRows(text, width)
        case Code():
            return CodeRows(body, width)
        case Table():
            return TableRows(body, width)
        case Rule():
            return RuleRows(width)


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
