"""Finding words in the messages of a conversation, a little at a time."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from dataclasses import dataclass

from tui.model import CitationsPart, Message, NotePart, Part, TextPart, ToolPart
from tui.safe_text import JsonValue

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
    hits: list[Hit] = []
    count = 0
    began = time.monotonic()
    for found in _steps(messages, needle):
        if found is not None:
            hits.append(found)
            count += 1
        if time.monotonic() - began > SLICE_S:
            yield hits
            hits = []
            await asyncio.sleep(0)
            began = time.monotonic()
        if count == MAX_HITS:
            break
    yield hits


def _steps(messages: Iterable[Message], needle: Needle) -> Iterator[Hit | None]:
    """Yield each hit, and `None` after each stretch of text that was searched."""
    for message in messages:
        for index, part in enumerate(message.parts):
            text = searched_text(part)
            for stretch in range(0, len(text), STRETCH_CHARS):
                # a hit may begin in this stretch and end in the next
                end = stretch + STRETCH_CHARS + needle.length - 1
                for match in needle.pattern.finditer(text, stretch, end):
                    yield Hit(message.id, index, match.start())
                yield None


def searched_text(part: Part) -> str:
    """Return what of a part can be found, as it is shown."""
    match part:
        case TextPart(text) | NotePart(text):
            return text
        case ToolPart():
            return "\n".join((part.name, _told(part.arguments), _told(part.result)))
        case CitationsPart(citations):
            return "\n".join(
                text
                for each in citations
                for text in (each.marker, each.title, each.url, each.excerpt)
            )


def _told(value: JsonValue) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, indent=2, ensure_ascii=False)
