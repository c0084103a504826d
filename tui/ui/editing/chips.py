"""Chips: one thing in a text that stands for a large paste.

In a text a chip is a run of lone surrogates, which no text from outside holds: first one that
tells which chip it is, then one for each further character of its label. So it is as long as it is
wide, and nothing that is typed can look like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEAD, _LABEL = 0xDC00, 0xD800
_MAX_CHIPS = 0x400
_CHIP = re.compile("[\udc00-\udfff][\ud800-\udbff]*")
_PART = re.compile("[\ud800-\udfff]")
# the cells of one row take no more than one character for one; what has no picture takes a mark
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A)}
_PICTURES |= {0x7F: "\u2421", 0x2028: "\u2424", 0x2029: "\u2424"}
_PICTURES |= dict.fromkeys((*range(0x80, 0xA0), 0xFFFE, 0xFFFF), "\ufffd")
# what is not seen but sent, and stands alone: the cursor could not be seen on it
_UNSEEN = (0x61C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070))
_PICTURES |= dict.fromkeys((*_UNSEEN, 0xFEFF, *range(0xFFF9, 0xFFFC), 0xE0001), "\u00b7")


class Chips:
    """The chips of one text, those that were taken out of it too: they may come back.

    What is longer than `limit_chars` is made one.
    """

    def __init__(self, limit_chars: int) -> None:
        self._limit_chars = limit_chars
        self._pasted: list[str] = []

    def clear(self) -> None:
        self._pasted.clear()

    def shortened(self, text: str) -> str:
        """Return `text` as it goes into the text: a chip for it when it is large."""
        if len(text) <= self._limit_chars or len(self._pasted) == _MAX_CHIPS:
            return text
        self._pasted.append(text)
        label = f"[pasted text {len(self._pasted)}: {len(text):,} characters]"
        head = chr(_HEAD + len(self._pasted) - 1)
        return head + "".join(chr(_LABEL + ord(each)) for each in label[1:])

    def whole(self, text: str) -> str:
        """Return `text` with what was pasted in place of every chip."""
        return _CHIP.sub(lambda chip: self._pasted[ord(chip[0][0]) - _HEAD], text)


def drawn(line: str) -> str:
    """Return a line as it is drawn, character for character: chips by their labels."""
    if line.isprintable():
        return line
    return _PART.sub(_letter, line.translate(_PICTURES))


def _letter(part: re.Match[str]) -> str:
    code = ord(part[0])
    return "[" if code >= _HEAD else chr(code - _LABEL)


def chip_around(line: str, column: int) -> tuple[int, int] | None:
    """Return where the chip begins and ends that holds the character at `column`, if one does."""
    if not 0 <= column < len(line) or not _PART.match(line, column):
        return None
    start = column
    while start > 0 and ord(line[start]) < _HEAD:
        start -= 1
    chip = _CHIP.match(line, start)
    return chip.span() if chip else None


def chips_in(line: str) -> Iterator[tuple[int, int]]:
    """Yield where the chips of a line begin and end."""
    return (chip.span() for chip in _CHIP.finditer(line))
