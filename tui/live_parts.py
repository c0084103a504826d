"""Parts of a message that only those know who saw it arrive: kept when it is told again."""

from __future__ import annotations

from collections.abc import Sequence

from tui.model import Message, Part, TextPart, ToolPart
from tui.safe_text import SafeText
from tui.values import replace


def with_live_parts(told: Message, known: Message) -> Message:
    """Return a message as it is told now, with what was known of it and is not told again.

    That is how it came here, what was typed, tool panels where none are told, and why it is not
    whole where it is the same text.
    """
    told = as_written(told, known)
    if told.origin is None and known.origin is not None:
        told = replace(told, origin=known.origin)
    if known.tools and not told.tools:
        told = replace(told, parts=woven(known.parts, told))
    if told.failure is None and known.failure and told.text == known.text:
        return told.with_status(known.status, known.failure)
    return told


def as_written(told: Message, known: Message) -> Message:
    """Return `told` as it was written here, if it is the same but for what is not drawn."""
    same = known.raw and not told.raw and known.text == told.text
    return replace(told, raw=known.raw) if same else told


def woven(streamed: Sequence[Part], stored: Message) -> tuple[Part, ...]:
    """Return the parts of `stored`, split by the tool panels between those that were streamed."""
    if not any(isinstance(part, ToolPart) for part in streamed):
        return stored.parts
    rest: str = stored.text
    parts: list[Part] = []
    for part in streamed:
        if isinstance(part, ToolPart):
            parts.append(part)
        elif isinstance(part, TextPart) and rest:
            same = len(part.text) if rest.startswith(part.text) else len(rest)
            parts.append(TextPart(SafeText(rest[:same])))
            rest = rest[same:]
    if rest and parts and isinstance(last := parts[-1], TextPart):
        parts[-1] = TextPart(SafeText(last.text + rest))
    elif rest:
        parts.append(TextPart(SafeText(rest)))
    parts += [part for part in stored.parts if not isinstance(part, TextPart)]
    return tuple(parts)
