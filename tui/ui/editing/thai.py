"""Thai words: where one ends and the next begins, which nothing in the writing says."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from budoux import Parser

_FIRST, _LAST = "\u0e00", "\u0e7f"
_MODEL_CHARS = 3
"""The model decides by so many characters on either side."""


def is_thai(character: str) -> bool:
    return _FIRST <= character <= _LAST


def word_begins(line: str, column: int) -> bool:
    """Say whether a word of a Thai text begins at `column`, whatever it stands behind."""
    first = max(0, column - _MODEL_CHARS)
    words = _parser().parse(line[first : column + _MODEL_CHARS])
    begins = first
    for word in words:
        if begins >= column:
            break
        begins += len(word)
    return begins == column


@cache
def _parser() -> Parser:
    # only who writes Thai waits for it
    from budoux import load_default_thai_parser

    return load_default_thai_parser()
