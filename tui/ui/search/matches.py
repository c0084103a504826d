"""Search in the messages of a conversation, a little at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import aclosing
from typing import TypeVar

from msgspec import Struct

from tui.formatting.json_text import chunks_of
from tui.formatting.search_pattern import SearchPattern, TextMatch
from tui.model import (
    Citation,
    CitationsPart,
    Message,
    NotePart,
    Part,
    Role,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import JsonValue, SafeText
from tui.ui.markdown.passages import PassageCache
from tui.ui.search.source_filter import may_show

T = TypeVar("T")

MAX_MATCHES = 10_000
IN_NAME, IN_ARGUMENTS, IN_RESULT = range(3)
"""The passages of a tool."""
FIELDS = 4
"""The passages of each source."""
SLICE_S = 0.01
"""After so long other things have their turn."""


class Match(Struct, frozen=True):
    """One match in a conversation."""

    message_id: str
    part: int
    """Index of the part of the message."""
    passage: int
    """Which of the texts of the part it stands in."""
    start: int
    """Characters from the beginning of that text."""


class MessageSearch:
    """Searches messages; keeps the passages of short answers from one pattern to the next."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._passages_of_source = PassageCache()

    async def find(
        self, messages: Iterable[Message], pattern: SearchPattern
    ) -> AsyncGenerator[list[Match], None]:
        """Yield the matches in the order of the messages, `MAX_MATCHES` at most, some at a time."""
        steps = self._steps(messages, pattern)
        async with aclosing(in_slices(steps, MAX_MATCHES, self._clock)) as slices:
            async for matches in slices:
                yield matches

    def _steps(self, messages: Iterable[Message], pattern: SearchPattern) -> Iterator[Match | None]:
        """Yield each match, and `None` after each stretch of text that was searched."""
        for message in messages:
            for part, passage, match in self._matches(message, pattern):
                yield None if match is None else Match(message.id, part, passage, match.start)

    def _matches(
        self, message: Message, pattern: SearchPattern
    ) -> Iterator[tuple[int, int, TextMatch | None]]:
        """Yield part, passage and match of each match, and no match after each stretch searched."""
        for index, part in enumerate(message.parts):
            number = 0
            for passage in self._passages(message, part, pattern):
                if passage is None:
                    yield index, number, None
                    continue
                for match in pattern.search(passage):
                    yield index, number, match
                number += 1

    def _passages(
        self, message: Message, part: Part, pattern: SearchPattern
    ) -> Iterator[Iterable[str] | None]:
        """Yield the texts of a part as they are shown, each in chunks, and `None` in between."""
        match part:
            case TextPart(text) if message.role is not Role.USER:
                if (yield from may_show(text, pattern.letters)):
                    for passage in self._passages_of_source.passages_in(text):
                        yield None if passage is None else (passage,)
                yield None
            case TextPart(text) | NotePart(text):
                yield (text,)
            case ToolPart():
                yield (part.name,)
                yield chunks_of(part.arguments)
                yield chunks_of(result_of(part))
            case CitationsPart(citations):
                for citation in citations:
                    for field in fields_of(citation):
                        yield (field,)


async def in_slices(
    steps: Iterable[T | None], limit: int, clock: Callable[[], float] = time.monotonic
) -> AsyncGenerator[list[T], None]:
    """Yield what `steps` find, `limit` at most, and let other things have their turn.

    A step that found nothing is `None`. What is yielded is often empty.
    """
    batch: list[T] = []
    count = 0
    began = clock()
    for step in steps:
        if step is not None:
            batch.append(step)
            count += 1
        if clock() - began > SLICE_S:
            yield batch
            batch = []
            await asyncio.sleep(0)
            began = clock()
        if count == limit:
            break
    yield batch


def result_of(part: ToolPart) -> JsonValue:
    """Return what a call gave; of one that is running what it says of itself."""
    if part.state is ToolState.RUNNING:
        return part.progress or SafeText("still running")
    return part.result


def fields_of(citation: Citation) -> tuple[str, str, str, str]:
    """Return what is shown of a source: marker, title, address and excerpt, each as a passage."""
    url = citation.url if citation.url != citation.title else ""
    return citation.marker, citation.title, url, citation.excerpt
