"""Memory size of messages, estimated: enough to say which histories are worth keeping."""

from __future__ import annotations

from collections.abc import Iterable
from sys import getsizeof

from tui.model import CitationsPart, Message, NotePart, Part, TextPart, ToolPart
from tui.safe_text import JsonValue

MESSAGE_BYTES = 800
"""Of one message without its texts: its values, and its places in history, copy and store."""
_VALUE_BYTES = 64


def size_of(messages: Iterable[Message]) -> int:
    """Return about how many bytes messages take in memory."""
    return sum(
        MESSAGE_BYTES + _raw_bytes(each) + sum(map(_part_bytes, each.parts)) for each in messages
    )


def _raw_bytes(message: Message) -> int:
    # mostly it is the very text of the message
    return getsizeof(message.raw) if message.raw and message.raw != message.text else 0


def _part_bytes(part: Part) -> int:
    match part:
        case TextPart(text) | NotePart(text):
            return getsizeof(text)
        case ToolPart():
            return _json_bytes(part.arguments) + _json_bytes(part.result)
        case CitationsPart(citations):
            return sum(
                _VALUE_BYTES + getsizeof(each.title) + getsizeof(each.url) + getsizeof(each.excerpt)
                for each in citations
            )


def _json_bytes(value: JsonValue) -> int:
    match value:
        case dict():
            inner = sum(getsizeof(key) + _json_bytes(each) for key, each in value.items())
            return getsizeof(value) + inner
        case list():
            return getsizeof(value) + sum(map(_json_bytes, value))
        case str():
            return getsizeof(value)
        case _:
            return _VALUE_BYTES
