"""Snippets of what was found: the words with what is around them, on one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from tui.formatting.marked_units import Span
from tui.formatting.search_pattern import SearchPattern, TextMatch, any_of, folded, pattern_of
from tui.model import Message
from tui.query.document import Exchange, fields_of
from tui.query.matching import Matcher
from tui.safe_text import SafeText, clean_line

AROUND_CHARS = 60


class Snippet(Struct, frozen=True):
    message: Message
    text: SafeText
    """On one line; what was left out is marked with `…`."""
    marks: tuple[Span, ...]
    """Where the words stand in it, ascending and apart."""


class WordMarks(Struct, frozen=True):
    """Finds the words of a query in texts, to be marked there."""

    patterns: tuple[SearchPattern, ...]

    @classmethod
    def of(cls, matcher: Matcher) -> WordMarks:
        return cls(tuple(patterns_of(matcher)))

    def spans(self, text: str) -> Sequence[Span]:
        """Return where the words stand in a text, ascending and apart."""
        return marks_of(text, self.patterns)


def patterns_of(matcher: Matcher) -> list[SearchPattern]:
    """Return what finds the words of a query in a text, as the query finds them."""
    patterns = (pattern_of(folded(word)) for word in matcher.words)
    return [each for each in patterns if each is not None]


def pattern_of_words(matcher: Matcher) -> SearchPattern | None:
    """Return what finds each of the words of a query; `None` where it has none."""
    return any_of(patterns_of(matcher))


def snippet_of(exchange: Exchange, matcher: Matcher, around_chars: int = AROUND_CHARS) -> Snippet:
    """Return words that were found in an exchange, with what is around them.

    That is where the most of them stand in one text, of several such the first; without any words,
    how the exchange begins.
    """
    patterns = patterns_of(matcher)
    most, best = 0, None
    for message in filter(matcher.is_listened_to, exchange.messages):
        for text in fields_of(message):
            firsts = _firsts_in(text, patterns)
            if len(firsts) > most:
                first = min(firsts, key=lambda match: match.start)
                most, best = len(firsts), (message, clean_line(first.around(around_chars)))
            if most == len(patterns):
                break
    if best is not None:
        return Snippet(*best, marks_of(best[1], patterns))
    message = exchange.messages[0]
    return Snippet(message, clean_line(message.text, 2 * around_chars), ())


def marks_of(text: str, patterns: Sequence[SearchPattern]) -> tuple[Span, ...]:
    """Return where words stand in a text, ascending; those that overlap are one."""
    marks: list[Span] = []
    for start, end in sorted(_spans(text, patterns)):
        if marks and start <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
        else:
            marks.append((start, end))
    return tuple(marks)


def _spans(text: str, patterns: Sequence[SearchPattern]) -> Iterator[Span]:
    for pattern in patterns:
        yield from pattern.spans(text)


def _firsts_in(text: str, patterns: Sequence[SearchPattern]) -> list[TextMatch]:
    """Return where each of the words that stand in a text does so first."""
    firsts = (
        next((match for match in pattern.search((text,)) if match is not None), None)
        for pattern in patterns
    )
    return [each for each in firsts if each is not None]
