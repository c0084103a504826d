"""Plain text: of a conversation in the form in which servers write one, of drafts that meet."""

from __future__ import annotations

from collections.abc import Iterable

from tui.formatting.speakers import SPEAKERS
from tui.model import Message, Role
from tui.safe_text import SafeText


def plain_text_of(messages: Iterable[Message]) -> SafeText:
    """Return what was said, `User: …` and `Assistant: …`, a blank line before each question."""
    lines: list[str] = []
    for message in messages:
        if message.text:
            gap = "\n\n" if message.role is Role.USER else "\n"
            name = SPEAKERS[message.role].name
            lines.append(f"{gap if lines else ''}{name}: {message.text}")
    return SafeText("".join(lines))


def on_own_lines(*texts: str) -> str:
    """Return texts one after the other, each that is not empty on lines of its own."""
    return "\n".join(text for text in texts if text)
