"""Facts about a finished answer on one line: `3.1 s · 2.4 KB · 812 tokens · 2 sources`."""

from __future__ import annotations

from tui.formatting.counts import counted
from tui.formatting.times import duration, size
from tui.model import CitationsPart, Message, MessageStatus, Role


def facts_line(message: Message) -> str:
    """Return what is known of an answer that is over; empty for any other message.

    What is not known, or none, is left out.
    """
    if message.role is not Role.ASSISTANT or message.status is MessageStatus.STREAMING:
        return ""
    if not message.parts:
        return ""
    duration_s = message.origin.duration_s if message.origin is not None else None
    size_bytes = len(message.text.encode())
    sources = sum(len(part.citations) for part in message.parts if isinstance(part, CitationsPart))
    tools = len(message.tools)
    tokens = message.facts.total_tokens if message.facts is not None else None
    words = [
        duration(duration_s) if duration_s is not None else "",
        size(size_bytes) if size_bytes else "",
        counted(tokens, "token") if tokens else "",
        counted(tools, "tool") if tools else "",
        counted(sources, "source") if sources else "",
    ]
    return " · ".join(word for word in words if word)
