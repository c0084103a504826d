"""Screen that is emulated eight times as fast: its text alone, without colours and the like."""

from __future__ import annotations

from typing import Any

import pyte
from pyte import modes
from pyte.charsets import LAT1_MAP
from pyte.screens import Char
from wcwidth import wcwidth


class QuickScreen(pyte.Screen):
    """As `pyte.Screen`, which makes each cell anew; here all of one letter are one."""

    def __init__(self, columns: int, lines: int) -> None:
        self._narrow: dict[str, Char] = {}
        super().__init__(columns, lines)

    def draw(self, data: str) -> None:
        """Draw what is as usual, letters of one cell on one line, in one go."""
        begin = self.cursor.x
        fits = begin + len(data) <= self.columns and modes.IRM not in self.mode
        is_latin = self.charset == 0 and self.g0_charset is LAT1_MAP
        if not fits or not is_latin or not all(map(self._is_narrow, {*data})):
            super().draw(data)
            return
        line, cells = self.buffer[self.cursor.y], self._narrow
        for x, letter in enumerate(data, begin):
            line[x] = cells[letter]
        self.cursor.x += len(data)
        self.dirty.add(self.cursor.y)

    def select_graphic_rendition(self, *attrs: int, **kwargs: Any) -> None:
        """Leave it: nobody asks how a cell looks."""

    def _is_narrow(self, letter: str) -> bool:
        if letter not in self._narrow and wcwidth(letter) == 1:
            self._narrow[letter] = Char(letter)
        return letter in self._narrow
