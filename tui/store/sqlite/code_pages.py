"""Code pages in which most texts with letters beyond ASCII are folded and taken apart by octets.

A table of octets does at once what takes a look at each letter otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from tui.formatting.search_pattern import folded

NAMES = ("latin-1", "cp1252", "cp1254", "cp1250", "cp1251", "cp1253", "cp1256")
"""Western, Turkish, Central European, Cyrillic, Greek, Arabic: those before are tried before."""
_BEYOND_ASCII = re.compile("[^\0-\x7f]")
_MISSING = "\ufffd"


class CodePage(Struct, frozen=True):
    """Characters of which each is folded by itself to such as are in the page too, or to none."""

    name: str
    characters: frozenset[str]
    single: bytes
    """Octets of which each becomes one."""
    several: Mapping[int, bytes]
    """What becomes of others; of none that are in neither."""
    words: bytes
    signs: bytes
    """What becomes of each octet where words, or runs of signs, are wanted alone."""

    def octets(self, text: str) -> bytes:
        """Return a text in this page, each octet one that becomes one.

        Raises:
            UnicodeEncodeError: not all its characters are in the page.
        """
        octets = text.encode(self.name)
        others = set(octets.translate(None, self.single))
        for octet in others - self.several.keys():
            at = octets.index(octet)
            raise UnicodeEncodeError(self.name, text, at, at + 1, "it is folded to others")
        for octet in others:
            octets = octets.replace(bytes((octet,)), self.several[octet])
        return octets


class CodePages:
    """Takes texts apart into words and runs of signs, of which a pattern matches one."""

    def __init__(self, signs: re.Pattern[str]) -> None:
        self._signs = signs
        self._made: dict[str, CodePage] = {}

    def words_and_signs(self, text: str) -> tuple[str, str] | None:
        """Return the words of an unfolded text, and its runs of signs, folded, in their places.

        `None` for a text of ASCII, and for one that is in no page.
        """
        beyond = _BEYOND_ASCII.search(text)
        if beyond is None:
            return None
        character = beyond[0]
        for name in NAMES:
            page = self._made.get(name) or self._page(name)
            # where this one is not, the whole text is not
            if character in page.characters:
                try:
                    octets = page.octets(text)
                except UnicodeEncodeError as error:
                    character = text[error.start]
                    continue
                words, signs = octets.translate(page.words), octets.translate(page.signs)
                return words.decode(name), signs.decode(name)
        return None

    def _page(self, name: str) -> CodePage:
        known = [bytes((octet,)).decode(name, "replace") for octet in range(256)]
        several: dict[int, bytes] = {}
        words, signs = bytearray(b" " * 256), bytearray(b" " * 256)
        single = bytearray()
        for octet, each in enumerate(known):
            common = folded(each)
            if each == _MISSING or not set(common) <= set(known):
                continue
            told = common.encode(name)
            if len(told) != 1:
                several[octet] = told
            else:
                single.append(octet)
                (signs if self._signs.match(common) else words)[octet] = told[0]
        characters = frozenset(known[octet] for octet in (*single, *several))
        page = CodePage(name, characters, bytes(single), several, bytes(words), bytes(signs))
        self._made[name] = page
        return page
