"""Search pattern: words matched as they are read, whatever the case, the accents, the width.

Text and words are folded to a common form, and a match is told in characters of the text itself.
Capitals and accents in the words are meant, their absence is not: `cafe` finds `Café`, `é` finds
no `e`. A stroke through a letter is an accent, and two that are written as one are two: `lodz`
finds `Łódź`, `oeuvre` finds `œuvre`. Full and half width, composed and decomposed, ligatures,
typographic quotes and dashes are alike; what has no width is not there; blanks and line breaks of
any number are one.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import Protocol

from msgspec import Struct

from tui.formatting.letter_folding import DependentLetter, LetterFolding
from tui.formatting.marked_units import Span, marked_unit, marked_units, one_of, unit_signs

STRETCH_CHARS = 50_000
"""What of a text is folded and searched in one go."""
MAX_BLANKS = 1_000
"""In a row: more of them are no space between two words."""
MAX_WORDS_CHARS = 1_000
"""Longer words are cut: nobody types them."""

_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
"""Of Latin, Greek and Cyrillic, and the points of Hebrew and Arabic, which are mostly left out; the
marks of other scripts make other letters."""
_ALIKE = str.maketrans(
    dict.fromkeys("‘’‚‛ʼ′", "'")
    | dict.fromkeys("“”„‟″", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
    | dict.fromkeys(map(chr, range(0xFE00, 0xFE10)), "")
)
_STROKED = dict(zip("łŁøØđĐħĦŧŦƀɃɨƗʉɄɍɌɏɎƶƵǥǤı", "lLoOdDhHtTbBiIuUrRyYzZgGi", strict=True))
_STROKED |= {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
"""Letters that Unicode does not take apart into one and its accent, or into two, though they are
read so."""
_STROKES = re.compile(f"[{''.join(_STROKED)}]")
_ALIKE_BARE = _ALIKE | str.maketrans(_STROKED)
"""Where accents are left out."""
_UNLIKE = re.compile(f"[{re.escape(''.join(map(chr, _ALIKE_BARE)))}]")
_MADE_ALIKE = re.compile(f"{_ACCENTS.pattern}|{_UNLIKE.pattern}")
_FIRST_WORD = re.compile(r"^\S*\s+")
_LAST_WORD = re.compile(r"\s+\S*$")
_NO_LETTERS = re.compile(r"[\W_]+")


class SpanFinder(Protocol):
    """Tells what is to be marked in a text."""

    def spans(self, text: str) -> Sequence[Span]:
        """Return where, in characters, ascending and apart."""
        ...


class TextMatch(Struct, frozen=True):
    """Where the words stand in a text, in characters."""

    start: int
    end: int
    context: str
    """A part of the text around them."""
    context_start: int

    def around(self, chars: int) -> str:
        """Return the words as they stand there, with up to twice so many characters around them.

        As many on each side, unless there are fewer on one. What is left out of the text on a side
        is marked there with `…`, at the edge of a word.
        """
        start, end = self.start - self.context_start, self.end - self.context_start
        left, right = start, len(self.context) - end
        taken_left = min(left, chars + max(0, chars - right))
        taken_right = min(right, chars + max(0, chars - left))
        before = self.context[start - taken_left : start]
        after = self.context[end : end + taken_right]
        if taken_left < left or self.context_start:
            before = "…" + (_FIRST_WORD.sub("", before) or before)
        if taken_right < right:
            after = (_LAST_WORD.sub("", after) or after) + "…"
        return before + self.context[start:end] + after


class SearchPattern(Struct, frozen=True):
    """What is looked for."""

    regex: re.Pattern[str]
    """Of folded text."""
    letters: str
    """Of the words, folded loosely, without all else."""
    reach: int
    """Characters of a text in which a match that begins is surely whole."""
    folding: Folding

    def spans(self, text: str) -> list[Span]:
        """Return where in a text the words stand, ascending and apart."""
        return [(match.start, match.end) for match in self.search((text,)) if match is not None]

    def search(self, chunks: Iterable[str]) -> Iterator[TextMatch | None]:
        """Yield where in a text that comes in chunks the words stand, ascending and apart.

        `None` after each stretch that was searched.
        """
        source = iter(chunks)
        text, at, before, free_from = "", 0, 0, 0
        is_over = False
        while not is_over or at < len(text):
            if not is_over and len(text) - at < STRETCH_CHARS + self.reach:
                before += at
                text, is_over = self._refilled(text[at:], source)
                at = 0
            stop = self._stop(text, at, is_over)
            for start, end in self._spans_in(text[at : stop + self.reach]):
                if at + start >= stop:
                    break
                if before + at + start >= free_from:
                    free_from = before + at + end
                    yield TextMatch(before + at + start, free_from, text, before)
            at = stop
            yield None

    def _refilled(self, text: str, source: Iterator[str]) -> tuple[str, bool]:
        pieces, size = [text], len(text)
        for chunk in source:
            pieces.append(chunk)
            size += len(chunk)
            if size >= 2 * STRETCH_CHARS + self.reach:
                return "".join(pieces), False
        return "".join(pieces), True

    def _stop(self, text: str, start: int, is_over: bool) -> int:
        """Return where the matches of another stretch begin: at a letter, not at its accents."""
        stop = start + STRETCH_CHARS
        if is_over and stop + self.reach >= len(text):
            return len(text)
        while stop < len(text) and marked_unit().match(text, stop - 1):
            stop += 1
        return stop

    def _spans_in(self, context: str) -> Iterator[Span]:
        common = self.folding.fold(context)
        for match in self.regex.finditer(common.text):
            yield common.start_of(match.start()), common.end_of(match.end())


def pattern_of(words: str) -> SearchPattern | None:
    """Return what finds `words`, `None` for no words."""
    words = words[:MAX_WORDS_CHARS]
    parts_of_words = unicodedata.normalize("NFKD", words)
    folding = _folding(
        ignores_case=not any(each.isupper() for each in words),
        ignores_accents=not (_ACCENTS.search(parts_of_words) or _STROKES.search(parts_of_words)),
    )
    common = folding.fold(words).text
    if not common:
        return None
    parts = [r"\s+" if part.isspace() else re.escape(part) for part in re.split(r"(\s+)", common)]
    # a letter with one more accent is another letter, where accents are meant
    parts += [f"(?!{_ACCENTS.pattern})"]
    letters = _NO_LETTERS.sub("", folded(words))
    return SearchPattern(re.compile("".join(parts)), letters, 4 * len(words) + MAX_BLANKS, folding)


def any_of(patterns: Sequence[SearchPattern]) -> SearchPattern | None:
    """Return what finds what any of these finds, all of one folding; `None` for none."""
    if len(patterns) < 2:
        return next(iter(patterns), None)
    # of those that begin at one place the longest is marked
    parts = sorted((each.regex.pattern for each in patterns), key=len, reverse=True)
    regex = re.compile("|".join(f"(?:{part})" for part in parts))
    # which letters a text must hold cannot be said of several
    return SearchPattern(regex, "", max(each.reach for each in patterns), patterns[0].folding)


def folded(text: str) -> str:
    """Return a text in the form in which words are looked for whatever their case and accents.

    That is what `Folding` gives, in a fiftieth of the time, without where it comes from.
    """
    if text.isascii():
        return text.lower()
    if unicodedata.is_normalized("NFKD", text) and not _MADE_ALIKE.search(text):
        # as scripts without letters of two cases mostly are
        return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    with suppress(DependentLetter):
        return _letters().folded(text)
    return _folded_together(text)


@cache
def _letters() -> LetterFolding:
    return LetterFolding(_folded_together)


def _folded_together(text: str) -> str:
    # of the few characters that differ: to take all of a text apart and put it together takes long
    characters = "".join(set(text))
    unlike, parts = _UNLIKE.findall(characters), unicodedata.normalize("NFKD", characters)
    if _ACCENTS.search(parts) or sorted(_UNLIKE.findall(parts)) != sorted(unlike):
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
        unlike = _UNLIKE.findall("".join(set(text)))
    for each in unlike:
        text = text.replace(each, each.translate(_ALIKE_BARE))
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


class Folded(Struct, frozen=True):
    """A text in common form, and where its characters come from.

    From one of `starts` up to the next, each comes from one of the text, or all from several.
    """

    text: str
    starts: Sequence[int] = (0,)
    sources: Sequence[int] = (0,)
    merged: frozenset[int] = frozenset()
    """The starts, by index, from which all come from the same characters."""

    def start_of(self, at: int) -> int:
        part = bisect_right(self.starts, at) - 1
        return self.sources[part] + (0 if part in self.merged else at - self.starts[part])

    def end_of(self, end: int) -> int:
        part = bisect_right(self.starts, end - 1) - 1
        if part in self.merged:
            return self.sources[part + 1]
        return self.sources[part] + end - self.starts[part]


class Folding:
    """Brings text into a common form; characters are looked up once."""

    def __init__(self, *, ignores_case: bool, ignores_accents: bool) -> None:
        self._ignores_case = ignores_case
        self._ignores_accents = ignores_accents
        self._irregular: set[str] = set()
        """Characters that become none or several."""
        self._known = _Known(self._fold_character)

    def fold(self, text: str) -> Folded:
        if text.isascii():
            return Folded(text.lower() if self._ignores_case else text)
        parts: list[str] = []
        starts, sources, merged = [0], [0], set()
        at = size = 0
        for start, end in self._units(text):
            plain = text[at:start].translate(self._known)
            unit = self._fold_unit(text[start:end])
            parts += (plain, unit)
            size += len(plain)
            merged.add(len(starts))
            starts += (size, size + len(unit))
            sources += (start, end)
            size += len(unit)
            at = end
        parts.append(text[at:].translate(self._known))
        return Folded("".join(parts), starts, sources, frozenset(merged))

    def _units(self, text: str) -> Iterator[Span]:
        """Yield what becomes another number of characters, in order."""
        # looked up first, for only then it is known what is irregular
        characters = "".join(set(text))
        characters.translate(self._known)
        irregular = [*self._irregular.intersection(characters)]
        # most texts have no such marks
        signs = unit_signs(characters)
        marked = marked_units(text, signs) if signs else iter(())
        if not irregular:
            return marked
        return _merged(marked, (found.span() for found in one_of(irregular).finditer(text)))

    def _fold_character(self, character: str) -> str:
        common = self._fold_unit(character)
        if len(common) != 1:
            self._irregular.add(character)
        return common

    def _fold_unit(self, unit: str) -> str:
        text = unicodedata.normalize("NFKD", unit)
        if self._ignores_accents:
            text = _ACCENTS.sub("", text)
        alike = _ALIKE_BARE if self._ignores_accents else _ALIKE
        text = unicodedata.normalize("NFKC", text.translate(alike))
        return unicodedata.normalize("NFKC", text.casefold()) if self._ignores_case else text


class _Known(dict[int, str]):
    """What characters become, made when it is asked for."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        super().__init__()
        self._fold = fold

    def __missing__(self, code: int) -> str:
        self[code] = common = self._fold(chr(code))
        return common


def _merged(units: Iterator[Span], characters: Iterator[Span]) -> Iterator[Span]:
    """Yield the units, and the characters that stand in none of them, in order."""
    unit, at = next(units, None), 0
    for character in characters:
        while unit is not None and unit[0] <= character[0]:
            yield unit
            at, unit = unit[1], next(units, None)
        if character[0] >= at:
            yield character
    if unit is not None:
        yield unit
        yield from units


@cache
def _folding(*, ignores_case: bool, ignores_accents: bool) -> Folding:
    return Folding(ignores_case=ignores_case, ignores_accents=ignores_accents)
