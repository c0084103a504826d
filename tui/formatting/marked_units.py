"""Marked units: characters that are one with what stands behind them.

That is marks, the colour of a skin, what is joined; the letters of Hangul that are put together to
syllables, and the two letters of a flag.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

Span = tuple[int, int]
"""From and up to a character of a text."""

_JAMO_LETTERS = "\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\uffa1-\uffdc"
_JAMO = f"[\uac00-\ud7a3]?[{_JAMO_LETTERS}]+"
"""The letters of Hangul that are put together to syllables, or added to one."""
_FLAG_LETTERS = "\U0001f1e6-\U0001f1ff"


def unit_signs(characters: str) -> list[str]:
    """Return those of the characters without which a text holds no unit."""
    return _signs().findall(characters)


def marked_units(text: str, signs: list[str]) -> Iterator[Span]:
    """Yield the units in a text that holds these signs, in order and apart."""
    # each begins with a sign or the character before one: to try them all takes many times as long
    unit, at = marked_unit(), 0
    for sign in one_of(signs).finditer(text):
        place = sign.start()
        for start in (place - 1, place):
            found = unit.match(text, start) if start >= at else None
            if found:
                at = found.end()
                yield found.span()
                break


def one_of(characters: list[str]) -> re.Pattern[str]:
    """Return what finds each of the characters, of which there is one at least."""
    return re.compile(f"[{re.escape(''.join(sorted(characters)))}]")


@cache
def marked_unit() -> re.Pattern[str]:
    """Return what finds one unit."""
    return re.compile(f"{_JAMO}|[{_FLAG_LETTERS}]{{2}}|.(?:\u200d\\S|{_marks()})+", re.DOTALL)


@cache
def _signs() -> re.Pattern[str]:
    return re.compile(f"[\u200d{_JAMO_LETTERS}{_FLAG_LETTERS}]|{_marks()}")


@cache
def _marks() -> str:
    """Return what matches a mark, or the colour of a skin."""
    marks = [
        chr(code)
        for code in range(0x300, 0x1F000)
        if unicodedata.category(chr(code)).startswith("M")
    ]
    # two classes: one with characters of both kinds is many times slower
    near = "".join(re.escape(each) for each in marks if each <= "\uffff")
    far = "".join(re.escape(each) for each in marks if each > "\uffff")
    return f"[{near}\uff9e\uff9f]|[{far}\U0001f3fb-\U0001f3ff]"
