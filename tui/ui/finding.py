"""Finding words in the messages of a conversation, a little at a time."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

from tui.model import (
    Citation,
    CitationsPart,
    Message,
    NotePart,
    Part,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import JsonValue, SafeText
from tui.ui.json_text import chunks_of

T = TypeVar("T")

MAX_HITS = 10_000
SLICE_S = 0.01
"""After so long other things have their turn."""
STRETCH_CHARS = 50_000
"""What of a text is searched in one go."""


@dataclass(frozen=True, slots=True)
class Needle:
    """What is looked for; every match of the pattern is `length` characters long."""

    pattern: re.Pattern[str]
    length: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One place of the words."""

    message_id: str
    part: int
    """Index of the part of the message."""
    start: int
    """Characters from the beginning of what is searched of the part."""


def needle_of(words: str) -> Needle | None:
    """Return what finds `words`, in any case unless they hold capitals; `None` for no words.

    A space finds a line break too: where lines break is not for the reader to know.
    """
    if not words:
        return None
    flags = re.NOFLAG if any(each.isupper() for each in words) else re.IGNORECASE
    pattern = "".join("[ \\n\\t]" if each == " " else re.escape(each) for each in words)
    return Needle(re.compile(pattern, flags), len(words))


async def find(messages: Iterable[Message], needle: Needle) -> AsyncGenerator[list[Hit], None]:
    """Yield the hits in the order of the messages, `MAX_HITS` at most, some at a time."""
    async with aclosing(in_slices(_steps(messages, needle), MAX_HITS)) as slices:
        async for hits in slices:
            yield hits


async def in_slices(steps: Iterable[T | None], limit: int) -> AsyncGenerator[list[T], None]:
    """Yield what `steps` find, `limit` at most, and let other things have their turn.

    A step that found nothing is `None`. What is yielded is often empty.
    """
    found: list[T] = []
    count = 0
    began = time.monotonic()
    for step in steps:
        if step is not None:
            found.append(step)
            count += 1
        if time.monotonic() - began > SLICE_S:
            yield found
            found = []
            await asyncio.sleep(0)
            began = time.monotonic()
        if count == limit:
            break
    yield found


def _steps(messages: Iterable[Message], needle: Needle) -> Iterator[Hit | None]:
    """Yield each hit, and `None` after each stretch of text that was searched."""
    for message in messages:
        for index, part in enumerate(message.parts):
            for found in _matches(part, needle):
                yield None if found is None else Hit(message.id, index, found[0])


def glimpse(message: Message, needle: Needle, around_chars: int) -> Iterator[str | None]:
    """Yield `None` after each stretch that was searched, and last what is around the first match.

    That is the match with up to `around_chars` characters on each side.
    """
    for part in message.parts:
        for found in _matches(part, needle):
            if found is not None:
                _, match = found
                yield match.string[
                    max(0, match.start() - around_chars) : match.end() + around_chars
                ]
                return
            yield None


def _matches(part: Part, needle: Needle) -> Iterator[tuple[int, re.Match[str]] | None]:
    """Yield each match and where it begins, and `None` after each stretch that was searched."""
    before, end_of_last = 0, ""
    for piece in _gathered(_texts(part)):
        text = end_of_last + piece
        for stretch in range(0, len(text), STRETCH_CHARS):
            # a hit may begin in this stretch and end in the next
            end = stretch + STRETCH_CHARS + needle.length - 1
            for match in needle.pattern.finditer(text, stretch, end):
                yield before + match.start(), match
            yield None
        end_of_last = text[max(0, len(text) - needle.length + 1) :]
        before += len(text) - len(end_of_last)


def _gathered(texts: Iterable[str]) -> Iterator[str]:
    """Yield the same text in pieces of `STRETCH_CHARS` or more, but for the last."""
    some: list[str] = []
    size = 0
    for text in texts:
        some.append(text)
        size += len(text)
        if size >= STRETCH_CHARS:
            yield "".join(some)
            some, size = [], 0
    yield "".join(some)


def searched_text(part: Part) -> str:
    """Return what of a part can be found, as it is shown."""
    return "".join(_texts(part))


def _texts(part: Part) -> Iterator[str]:
    match part:
        case TextPart(text) | NotePart(text):
            yield text
        case ToolPart():
            yield f"{part.name}\n"
            yield from chunks_of(part.arguments)
            yield "\n"
            yield from chunks_of(result_of(part))
        case CitationsPart(citations):
            yield "\n".join(map(text_of_citation, citations))


def result_of(part: ToolPart) -> JsonValue:
    """Return what a call gave; of one that is running what it says of itself."""
    if part.state is ToolState.RUNNING:
        return part.progress or SafeText("still running")
    return part.result


def text_of_citation(citation: Citation) -> str:
    return "\n".join((citation.marker, citation.title, citation.url, citation.excerpt))
