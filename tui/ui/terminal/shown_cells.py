"""Shown cells: what stands on the terminal, so that only what differs from it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from textual.strip import Strip

from tui.ui.terminal.ansi_writer import codes_of, codes_on_blanks

PlacedStrip = tuple[int, int, Strip]
"""Column, row and what stands from there on."""
SMALL_GAP_CELLS = 5
"""To go on behind so many equal cells takes more bytes than to write them again."""


class ShownCells:
    """Cells by row and column, each with its letter and its codes; unknown ones are missing.

    Rows of letters that are not one cell wide are written whole: how wide a terminal takes them
    for is not known.
    """

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, tuple[str, str]]] = {}

    def forget(self) -> None:
        """Take nothing for known: something else was written, or may have been."""
        self._rows.clear()

    def differing(
        self, strips: Iterable[PlacedStrip], colours: ColorSystem
    ) -> Iterator[PlacedStrip]:
        """Yield the parts of strips that are not shown yet; from now on they are."""
        for x, y, strip in strips:
            row = self._rows.setdefault(y, {})
            if _is_cell_by_cell(strip):
                for begin, end in _runs(self._take_over(row, x, strip, colours)):
                    yield begin, y, strip.crop(begin - x, end - x)
            else:
                for at in range(x, x + strip.cell_length):
                    row.pop(at, None)
                yield x, y, strip

    @staticmethod
    def _take_over(
        row: dict[int, tuple[str, str]], x: int, strip: Strip, colours: ColorSystem
    ) -> list[int]:
        """Return the columns that differ, and keep what stands there now."""
        differing: list[int] = []
        at = x
        for text, style, _ in strip:
            codes = "" if style is None else codes_of(style, colours)
            blank = " ", codes_on_blanks(codes)
            for letter in text:
                cell = blank if letter == " " else (letter, codes)
                if row.get(at) != cell:
                    row[at] = cell
                    differing.append(at)
                at += 1
        return differing


def _runs(columns: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield where runs of ascending columns begin and end, those over small gaps together."""
    begin = end = -1
    for at in columns:
        if begin >= 0 and at - end > SMALL_GAP_CELLS:
            yield begin, end
            begin = at
        elif begin < 0:
            begin = at
        end = at + 1
    if begin >= 0:
        yield begin, end


def _is_cell_by_cell(strip: Strip) -> bool:
    text = strip.text
    if any(segment.style is not None and segment.style.link for segment in strip):
        return False
    return len(text) == strip.cell_length and (text.isascii() or _is_narrow(text))


@lru_cache(maxsize=1024)
def _is_narrow(text: str) -> bool:
    return all(get_character_cell_size(letter) == 1 for letter in text)
