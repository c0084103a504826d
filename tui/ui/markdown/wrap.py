"""Wrapping of text into rows of a width, and its measure, by terminal cells."""

from __future__ import annotations

from rich.cells import cell_len, split_graphemes

Break = tuple[int, int]
"""Where a row begins and ends, in characters of the whole text."""


def wrap_words(text: str, width: int, start: int = 0) -> list[Break]:
    """Break `text` from `start` on at newlines and between words; a longer word is folded.

    The space at which a row is broken belongs to no row.
    """
    return _wrap(text, width, start, words=True)


def fold(text: str, width: int, start: int = 0) -> list[Break]:
    """Break `text` from `start` on at newlines and wherever a row is full."""
    return _wrap(text, width, start, words=False)


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
