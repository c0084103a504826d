"""Snippets of what was found: the words with what is around them, on one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui.formatting.search_pattern import SearchPattern, Span, folded, pattern_of
from tui.model import Message
from tui.query.document import Exchange, fields_of
from tui.query.matching import Matcher
from tui.safe_text import SafeText, clean_line

AROUND_CHARS = 60


@dataclass(frozen=True, slots=True)
class Snippet:
    message: Message
    text: SafeText
    """On one line; what was left out is marked with `…`."""
    marks: tuple[Span, ...]
    """Where the words stand in it, ascending and apart."""


@dataclass(frozen=True, slots=True)
class WordMarks:
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


def snippet_of(exchange: Exchange, matcher: Matcher, around_chars: int = AROUND_CHARS) -> Snippet:
    """Return the first words that were found in an exchange; without any, how it begins."""
    patterns = patterns_of(matcher)
    for message in filter(matcher.is_listened_to, exchange.messages):
        for text in fields_of(message):
            if (line := _around_first(text, patterns, around_chars)) is not None:
                return Snippet(message, line, marks_of(line, patterns))
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


def _around_first(
    text: str, patterns: Sequence[SearchPattern], around_chars: int
) -> SafeText | None:
    """Return what stands around the first of the words in a text, `None` where none does."""
    firsts = (
        next((match for match in pattern.search((text,)) if match is not None), None)
        for pattern in patterns
    )
    found = min(filter(None, firsts), key=lambda match: match.start, default=None)
    return None if found is None else clean_line(found.around(around_chars))
