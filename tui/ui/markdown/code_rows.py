"""Rows of a code block: its head, and its lines on a ground of their own."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tui.formatting.counts import counted
from tui.ui.cells import cell_len
from tui.ui.markdown.blocks import Code
from tui.ui.markdown.code import highlighted
from tui.ui.markdown.styled_text import Piece, Row, StyledText
from tui.ui.markdown.text_rows import TextRows
from tui.ui.markdown.wrap import HANG_MARK, Break, hang_cells, wrap_code

MIN_PADDED_CELLS = 4
"""Code stands on a ground wider than itself, unless the widest character would not fit then."""
MIN_COUNTED_CELLS = 16
"""A narrower head is the name of the language only."""
_BEFORE_KEYS = "   "
_BETWEEN_KEYS = " · "
_FENCE: tuple[str, ...] = (".fence",)
_HEAD = (*_FENCE, ".code-head")


class CodeKey(Struct, frozen=True):
    """A key that acts on code, told in the head of each block, where a click does the same."""

    action_id: str
    key: str
    """As a person reads it."""
    verb: str

    @property
    def words(self) -> str:
        return f"{self.key} {self.verb}"


class CodeRows(TextRows):
    """Code on its own ground: `room` cells wide, `wide_room` where a line needs more.

    A line that does not fit even there goes on in the next row, behind a mark.
    """

    __slots__ = ("_code", "_edge", "_head", "_head_text", "_is_wide", "_keys", "_styled")

    def __init__(self, code: Code, room: int, wide_room: int, keys: Sequence[CodeKey] = ()) -> None:
        self._code = code
        self._styled: StyledText | None = None
        self._edge = " " if room >= MIN_PADDED_CELLS else ""
        edges = 2 * len(self._edge)
        super().__init__(code.text, room - edges)
        self._is_wide = room == wide_room
        if self._is_too_narrow:
            self._is_wide = True
            super().__init__(code.text, wide_room - edges)
        self._head_text = self._head_words()
        self._head = tuple(wrap_code(self._head_text, self._width))
        start, end = self._head[-1]
        used = cell_len(self._head_text[start:end]) + cell_len(_BEFORE_KEYS)
        told = _BETWEEN_KEYS.join(key.words for key in keys)
        self._keys = tuple(keys) if used + cell_len(told) <= self._width else ()

    def __len__(self) -> int:
        return self.head_rows + len(self._breaks)

    @property
    def _is_too_narrow(self) -> bool:
        """A line is broken though there is more room."""
        return not self._is_wide and len(self._breaks) > self.text.count("\n") + 1

    @property
    def head_rows(self) -> int:
        return len(self._head)

    def row(self, y: int) -> Row:
        if y < self.head_rows:
            return self._padded(self._head_row(y), _HEAD)
        start, end = self._breaks[y - self.head_rows]
        hang = self._hang(start)
        mark = (Piece(hang, (*_FENCE, ".muted")),) if hang else ()
        return self._padded((*mark, *self._line(start, end)), _FENCE)

    def grow_code(self, code: Code) -> int | None:
        """Take over a longer code; return how many rows stay, `None` when all are others."""
        if not code.is_open or code.info != self._code.info:
            return None
        stay = self.grow(code.text)
        self._code = code
        if stay is None or self._is_too_narrow:
            return None
        if (head := self._head_words()) == self._head_text:
            return self.head_rows + stay
        # the keys behind it may have no room any more
        return 0 if self._retitle(head) else None

    def offset(self, y: int, x: int) -> int:
        line = y - self.head_rows
        return 0 if line < 0 else super().offset(line, x - self.text_column(y))

    def text_column(self, y: int) -> int:
        """Return at which character of a row its code begins."""
        start, _ = self._breaks[y - self.head_rows]
        return len(self._edge) + len(self._hang(start))

    def key_at(self, y: int, x: int) -> CodeKey | None:
        """Return the key that a cell of a row tells of."""
        if y != self.head_rows - 1:
            return None
        start, end = self._head[y]
        x -= cell_len(self._edge + self._head_text[start:end] + _BEFORE_KEYS)
        for key in self._keys:
            if 0 <= x < cell_len(key.words):
                return key
            x -= cell_len(key.words + _BETWEEN_KEYS)
        return None

    # The head

    def _head_words(self) -> str:
        name = self._code.info or "code"
        return f"{name} · {self._size()}" if self._width >= MIN_COUNTED_CELLS else name

    def _size(self) -> str:
        lines = self.text.count("\n") + 1 if self.text else 0
        if not self._code.is_open or lines < 10:
            return counted(lines, "line")
        # in steps: a number that changes with every line draws the eye
        step = 10 if lines < 100 else 100
        return f"{lines // step * step:,}+ lines"

    def _retitle(self, head: str) -> bool:
        """Have another text in the head; `False` where that moves what is below or behind it."""
        rows = tuple(wrap_code(head, self._width))
        start, end = rows[-1]
        told = _BETWEEN_KEYS.join(key.words for key in self._keys)
        used = cell_len(head[start:end] + _BEFORE_KEYS + told)
        if len(rows) != len(self._head) or used > self._width:
            return False
        self._head, self._head_text = rows, head
        return True

    def _head_row(self, y: int) -> Row:
        start, end = self._head[y]
        name_end = max(start, min(end, len(self._code.info or "code")))
        pieces = [
            Piece(self._head_text[start:name_end], (*_HEAD, ".language")),
            Piece(self._head_text[name_end:end], (*_HEAD, ".muted")),
        ]
        if y == self.head_rows - 1:
            between = _BEFORE_KEYS
            for key in self._keys:
                pieces.append(Piece(between, (*_HEAD, ".muted")))
                pieces.append(Piece(key.key, (*_HEAD, ".key")))
                pieces.append(Piece(f" {key.verb}", (*_HEAD, ".muted")))
                between = _BETWEEN_KEYS
        return tuple(piece for piece in pieces if piece.text)

    # The code

    def _hang(self, start: int) -> str:
        """Return what stands before a row that goes on with a line; empty for other rows."""
        cells = hang_cells(self.text, start, self._width)
        return HANG_MARK.rjust(cells) if cells else ""

    def _line(self, start: int, end: int) -> Row:
        if self._code.is_open:
            return (Piece(self.text[start:end], _FENCE),)
        if self._styled is None:
            self._styled = highlighted(self._code.text, self._code.language)
        return self._styled.between(start, end)

    def _padded(self, pieces: Row, ground: tuple[str, ...]) -> Row:
        used = sum(cell_len(piece.text) for piece in pieces)
        fill = " " * max(0, self._width - used)
        return (Piece(self._edge, ground), *pieces, Piece(fill + self._edge, ground))

    def _broken(self, start: int) -> list[Break]:
        return wrap_code(self.text, self._width, start)
