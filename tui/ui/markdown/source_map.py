"""Source map: from what is selected on the page back to the source it was made from."""

from __future__ import annotations

import re
from bisect import bisect_right

from textual.selection import Selection

from tui.ui.markdown.blocks import Prose
from tui.ui.markdown.code_rows import CodeRows
from tui.ui.markdown.page_layout import PageLayout, PlacedBlock
from tui.ui.markdown.styled_text import StyledText, in_one_style
from tui.ui.markdown.table import TableRows
from tui.ui.markdown.text_rows import TextRows

_WORD = re.compile(r"\S+")
_OPENING = "*_~`[!<"
_CLOSING = re.compile(r"[*_~`>]*(?:\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\]\[[^\]\n]*\])?[*_~]*")


def source_between(source: str, layout: PageLayout, selection: Selection) -> str:
    """Return the source of a selection; of rows of a table, whole rows."""
    start = 0
    if selection.start is not None:
        start = _offset(source, layout, selection.start.y, selection.start.x, is_end=False)
    end = len(source)
    if selection.end is not None:
        end = _offset(source, layout, selection.end.y, selection.end.x, is_end=True)
    return source[start : max(start, end)]


def _offset(source: str, layout: PageLayout, y: int, x: int, *, is_end: bool) -> int:
    """Return where the character at column `x` of a row stands in the source."""
    if not 0 <= y < layout.height:
        return len(source) if y > 0 else 0
    placed = layout.at(y)
    block, line = placed.block, y - placed.top - placed.gap
    if line < 0:
        return block.start
    match placed.rows:
        case TableRows() as rows:
            return rows.source_range(line)[1 if is_end else 0]
        case TextRows() as rows:
            return _offset_in_text(source, placed, rows, line, x, is_end)
        case _:
            return block.end if is_end else block.start


def _offset_in_text(
    source: str, placed: PlacedBlock, rows: TextRows, line: int, x: int, is_end: bool
) -> int:
    block = placed.block
    before = sum(len(piece.text) for piece in (placed.rest if line else placed.first))
    x -= before
    is_code = isinstance(rows, CodeRows)
    if isinstance(rows, CodeRows) and line < rows.head_rows:
        return block.start
    if line == 0 and (x < 0 or x == before) and not is_code:
        return block.start
    at = rows.offset(line, x)
    if is_end and at == len(rows.text) and not is_code:
        return block.end
    styled = block.body if isinstance(block.body, Prose) else in_one_style(rows.text)
    return _Alignment(source, placed, styled).offset(at, is_end)


class _Alignment:
    """Where the words of a block stand in its source: found one after the other."""

    def __init__(self, source: str, placed: PlacedBlock, styled: StyledText) -> None:
        self._source = source
        self._styled = styled
        self._begins: list[int] = []
        self._places: list[tuple[int, int]] = []
        """Of each word its place in the source and its length."""
        at = placed.block.start
        for start, piece in zip(styled.starts, styled.between(0, len(styled.text)), strict=True):
            for word in _WORD.finditer(piece.text):
                place = source.find(word[0], at, placed.block.end)
                if place >= 0:
                    at = place + len(word[0])
                    self._begins.append(start + word.start())
                    self._places.append((place, len(word[0])))
            if ".link" in piece.styles and (tail := _CLOSING.match(source, at)):
                # the address must not be taken for the words that follow
                at = tail.end()
        self._start = placed.block.start

    def offset(self, at: int, is_end: bool) -> int:
        """Return the place of a character, with the marks of emphasis and links around it."""
        word = bisect_right(self._begins, at - 1 if is_end else at) - 1
        if word < 0:
            return self._start
        place, length = self._places[word]
        beyond = at - self._begins[word]
        if beyond > length and not is_end and word + 1 < len(self._places):
            following, _ = self._places[word + 1]
            return max(place + length, following - (self._begins[word + 1] - at))
        position = place + min(beyond, length)
        return self._after_marks(position, at) if is_end else self._before_marks(position, at)

    def _before_marks(self, position: int, at: int) -> int:
        if at in self._styled.starts and self._styled.styles[self._styled.starts.index(at)]:
            while position > self._start and self._source[position - 1] in _OPENING:
                position -= 1
        return position

    def _after_marks(self, position: int, at: int) -> int:
        starts = self._styled.starts
        stretch = bisect_right(starts, at - 1) - 1
        end = starts[stretch + 1] if stretch + 1 < len(starts) else -1
        if (
            at == end
            and self._styled.styles[stretch]
            and (marks := _CLOSING.match(self._source, position))
        ):
            return marks.end()
        return position
