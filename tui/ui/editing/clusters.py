"""Grapheme clusters and words of a line: where the cursor can stand, and how far it jumps.

Positions count characters from the beginning of the line.
"""

from __future__ import annotations

import enum
import unicodedata

from tui.formatting.graphemes import graphemes
from tui.ui.editing.chips import chip_around, chips_in
from tui.ui.editing.thai import is_thai, word_begins

_HAN = ((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
_HAN_BEYOND = (0x20000, 0x3FFFF)
_HIRAGANA = ((0x3040, 0x309F),)
_KATAKANA = ((0x30A0, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F))
_ZERO_WIDTH_SPACE = "\u200b"
_LOOK_BACK_CHARS = 64
_OUT_OF_STEP = 2
"""So many clusters may be wrong behind a beginning that is inside of one."""
_FLAG_LETTERS = ("\U0001f1e6", "\U0001f1ff")


class _Kind(enum.Enum):
    """Neighbours of one kind make a word."""

    BLANK = enum.auto()
    WORD = enum.auto()
    HAN = enum.auto()
    HIRAGANA = enum.auto()
    KATAKANA = enum.auto()
    THAI = enum.auto()
    SIGN = enum.auto()
    CHIP = enum.auto()


def before(line: str, column: int) -> int:
    """Return where the cluster begins that ends at `column`, or that it stands in."""
    if column <= 0:
        return 0
    if (chip := chip_around(line, column - 1)) is not None:
        return chip[0]
    if column > 1 and line[column - 2 : column].isascii() and line[column - 1] != "\n":
        return column - 1
    look_back_chars = _LOOK_BACK_CHARS
    while True:
        # from a little before on: a line may be long, and clusters hardly ever are
        first = _backwards_over_flags(line, max(0, column - look_back_chars))
        behind_chip = max((end for _, end in chips_in(line[first:column])), default=0)
        clusters = list(graphemes(line[first + behind_chip : column]))
        if first == 0 or behind_chip or len(clusters) > _OUT_OF_STEP:
            return column - len(clusters[-1])
        look_back_chars *= 2


def _backwards_over_flags(line: str, column: int) -> int:
    """Return the beginning of the flags around `column`: which letters pair depends on it."""
    first, last = _FLAG_LETTERS
    while column > 0 and first <= line[column - 1] <= last:
        column -= 1
    return column


def after(line: str, column: int) -> int:
    """Return where the cluster ends that begins at `column`, or that it stands in."""
    if column >= len(line):
        return len(line)
    if (chip := chip_around(line, column)) is not None:
        return chip[1]
    return column + len(next(iter(graphemes(_to_chip(line[column:])))))


def boundaries(line: str) -> list[int]:
    """Return where the cursor can stand, from 0 to the length of the line."""
    columns = [0]
    for start, end in (*chips_in(line), (len(line), len(line))):
        for cluster in graphemes(line[columns[-1] : start]):
            columns.append(columns[-1] + len(cluster))
        if end > start:
            columns.append(end)
    return columns


def around(line: str, start: int, end: int) -> tuple[int, int]:
    """Return the least span of whole clusters that holds this one."""
    if line.isascii():
        return start, end
    columns = boundaries(line)
    low = max((each for each in columns if each <= start), default=0)
    high = min((each for each in columns if each >= end), default=len(line))
    return low, high


def word_before(line: str, column: int) -> int:
    """Return where the word begins that ends before `column`; blanks between are jumped over."""
    at, kind = column, _Kind.BLANK
    while at > 0:
        start = before(line, at)
        now = _kind(line, start)
        if kind is not _Kind.BLANK and _parts_words(line, at, now, kind):
            break
        at, kind = start, now
        if kind is _Kind.CHIP:
            break
    return at


def word_after(line: str, column: int) -> int:
    """Return where the word ends that begins after `column`; blanks between are jumped over."""
    at, kind = column, _Kind.BLANK
    while at < len(line):
        now = _kind(line, at)
        if kind is not _Kind.BLANK and _parts_words(line, at, kind, now):
            break
        at, kind = after(line, at), now
        if kind is _Kind.CHIP:
            break
    return at


def _parts_words(line: str, column: int, left: _Kind, right: _Kind) -> bool:
    """Say whether a word ends at `column`, with characters of these kinds on its sides."""
    if left is not right:
        return True
    return left is _Kind.THAI and word_begins(line, column)


def _kind(line: str, start: int) -> _Kind:
    """Return what the cluster at `start` is, by its first character."""
    character = line[start]
    code = ord(character)
    if chip_around(line, start) is not None:
        return _Kind.CHIP
    if character.isspace() or character == _ZERO_WIDTH_SPACE:
        return _Kind.BLANK
    for kind, ranges in (
        (_Kind.HIRAGANA, _HIRAGANA),
        (_Kind.KATAKANA, _KATAKANA),
        (_Kind.HAN, (*_HAN, _HAN_BEYOND)),
    ):
        if any(low <= code <= high for low, high in ranges):
            return kind
    if character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M":
        return _Kind.THAI if is_thai(character) else _Kind.WORD
    return _Kind.SIGN


def _to_chip(line: str) -> str:
    """Return the beginning of a line up to its first chip."""
    return line[: next((start for start, _ in chips_in(line)), len(line))]
