"""Folding of letters one by one, in texts of which none depends on the letters around it.

That is most texts with accents: to take all of such a text apart, and to put it together again,
takes from two to forty times as long.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple


class DependentLetter(ValueError):
    """What becomes of a letter is told by those around it."""


class _Latin(NamedTuple):
    """What becomes of the octets of Latin-1."""

    table: bytes
    """Of each, by its number."""
    wide: dict[bytes, bytes]
    """Of those that become none or several."""
    outside: tuple[bytes, ...]
    """Those that become something else than octets of Latin-1."""


class LetterFolding(dict[int, str]):
    """What letters become, made with `fold` when it is asked for.

    Raises:
        DependentLetter: it is a mark that stays, or a letter of Hangul that is put to others.
    """

    def __init__(self, fold: Callable[[str], str]) -> None:
        super().__init__()
        self._fold = fold

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        common = self._fold(letter)
        # an accent that is left out changes nothing
        if common and any(
            map(_is_dependent, (unicodedata.normalize("NFKD", letter)[0], common[0]))
        ):
            raise DependentLetter
        self[code] = common
        return common

    def folded(self, text: str) -> str:
        """Return a text with each letter folded.

        Raises:
            DependentLetter: there is one in it.
        """
        try:
            octets = text.encode("latin-1")
        except UnicodeEncodeError:
            return text.translate(self)
        table, wide, outside = self._latin
        if any(each in octets for each in outside):
            return text.translate(self)
        for each, common in wide.items():
            if each in octets:
                octets = octets.replace(each, common)
        return octets.translate(table).decode("latin-1")

    @cached_property
    def _latin(self) -> _Latin:
        table = bytearray(range(256))
        wide: dict[bytes, bytes] = {}
        outside: list[bytes] = []
        for code in range(256):
            octet = bytes((code,))
            try:
                common = self[code].encode("latin-1")
            except UnicodeEncodeError:
                outside.append(octet)
                continue
            if len(common) == 1:
                table[code] = common[0]
            else:
                wide[octet] = common
        return _Latin(bytes(table), wide, tuple(outside))


def _is_dependent(letter: str) -> bool:
    # vowels and ends of syllables: with those that begin one they become another letter
    is_jamo = "\u1160" <= letter <= "\u11ff" or "\ud7b0" <= letter <= "\ud7ff"
    return is_jamo or unicodedata.category(letter).startswith("M")
