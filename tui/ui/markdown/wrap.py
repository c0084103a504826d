"""Wrapping of text into rows of a width, and its measure, by terminal cells."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from rich.cells import cell_len, split_graphemes

Break = tuple[int, int]
"""Where a row begins and ends, in characters of the whole text."""
HANG_MARK = "↳ "
"""Stands before a row that goes on with a line of code."""
MIN_HANGING_CELLS = 12
"""In less room there is none left for it."""


def wrap_words(text: str, width: int, start: int = 0) -> list[Break]:
    """Break `text` from `start` on at newlines and between words; a longer word is folded.

    The space at which a row is broken belongs to no row.
    """
    return _wrap(text, width, start, words=True)


def fold(text: str, width: int, start: int = 0) -> list[Break]:
    """Break `text` from `start` on at newlines and wherever a row is full."""
    return _wrap(text, width, start, words=False)


def wrap_code(text: str, width: int, start: int = 0) -> list[Break]:
    """Break `text` from `start` on at newlines and, behind a blank if there is one, where a row
    is full; every character belongs to a row.

    Rows that go on with a line have `hang_cells` less room.
    """
    width = max(1, width)
    rows: list[Break] = []
    is_ascii = text.isascii()
    line = text.rfind("\n", 0, start) + 1
    while True:
        end = text.find("\n", start)
        stop = len(text) if end < 0 else end
        hang = _hang(text, line, width)
        room = width - hang if start > line else width
        if stop - start <= room and (is_ascii or cell_len(text[start:stop]) <= room):
            rows.append((start, stop))
        else:
            _wrap_code_line(text, start, stop, (room, width - hang), rows)
        if end < 0:
            return rows
        start = line = end + 1


def hang_cells(text: str, start: int, width: int) -> int:
    """Return how far a row of code is moved in that goes on with a line: to below its beginning."""
    if start == 0 or text[start - 1] == "\n":
        return 0
    return _hang(text, text.rfind("\n", 0, start) + 1, width)


def _hang(text: str, line: int, width: int) -> int:
    if width < MIN_HANGING_CELLS:
        return 0
    begin = text[line : line + width // 3]
    return len(begin) - len(begin.lstrip(" ")) + len(HANG_MARK)


def _wrap_code_line(
    text: str, start: int, stop: int, rooms: tuple[int, int], rows: list[Break]
) -> None:
    """Break what is left of a line; `rooms` are the cells of its first row and of the others."""
    # where each character begins, and how many cells stand before it
    places: Sequence[int] = range(start, stop + 1)
    before: Sequence[int] = range(stop - start + 1)
    if not text.isascii():
        graphemes, _ = split_graphemes(text[start:stop])
        places = [start + begin for begin, _, _ in graphemes] + [stop]
        before = [0, *accumulate(cells for _, _, cells in graphemes)]
    at, (room, others) = 0, rooms
    while at < len(places) - 1:
        row = places[at]
        end = max(at + 1, bisect_right(before, before[at] + room, at) - 1)
        if end < len(places) - 1:
            blank = text.rfind(" ", places[(at + end) // 2], places[end])
            if blank >= 0 and not text[row:blank].isspace():
                # a blank that carries an accent is one with it
                end = bisect_left(places, blank + 1, at)
        rows.append((row, places[end]))
        at, room = end, others


def _wrap(text: str, width: int, start: int, *, words: bool) -> list[Break]:
    width = max(1, width)
    rows: list[Break] = []
    is_ascii = text.isascii()
    while True:
        end = text.find("\n", start)
        stop = len(text) if end < 0 else end
        if stop - start <= width and (is_ascii or cell_len(text[start:stop]) <= width):
            rows.append((start, stop))
        elif is_ascii:
            _wrap_ascii(text, start, stop, width, words, rows)
        else:
            _wrap_wide(text, start, stop, width, words, rows)
        if end < 0:
            return rows
        start = end + 1


def _wrap_ascii(
    text: str, start: int, stop: int, width: int, words: bool, rows: list[Break]
) -> None:
    while stop - start > width:
        cut = text.rfind(" ", start, start + width + 1) if words else -1
        if cut <= start:
            rows.append((start, start + width))
            start += width
        else:
            rows.append((start, cut))
            start = cut + 1
    rows.append((start, stop))


def _wrap_wide(
    text: str, start: int, stop: int, width: int, words: bool, rows: list[Break]
) -> None:
    graphemes, _ = split_graphemes(text[start:stop])
    offset = row = start
    used = 0
    cut = resume = -1
    used_at_cut = 0
    was_wide = False
    for begin, end, cells in graphemes:
        begin, end = offset + begin, offset + end
        # a space that carries an accent is seen
        is_space = text[begin:end] == " "
        if words and begin > row and not is_space and (cells > 1 or was_wide):
            # between the characters of scripts without spaces
            cut, resume, used_at_cut = begin, begin, used
        if used + cells > width and begin > row:
            if words and is_space:
                rows.append((row, begin))
                row, used = end, 0
                cut, was_wide = -1, False
                continue
            if cut > row:
                rows.append((row, cut))
                row, used = resume, used - used_at_cut
            else:
                rows.append((row, begin))
                row, used = begin, 0
            cut = -1
        used += cells
        was_wide = cells > 1
        if words and is_space and begin > row:
            cut, resume, used_at_cut = begin, end, used
    rows.append((row, stop))


def longest_word_cells(text: str) -> int:
    return max((cell_len(word) for word in text.split()), default=0)


def longest_line_cells(text: str) -> int:
    return max((cell_len(line) for line in text.split("\n")), default=0)
