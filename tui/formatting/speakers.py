"""Speakers of a conversation: what each is called, and where."""

from __future__ import annotations

from dataclasses import dataclass

from tui.model import Role


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    """In a text that is handed on; the same words as servers write."""
    heading: str
    """In a list of messages, which is read by the one who asked."""
    label: str
    """On the screen, beside the sign."""
    sign: str


SPEAKERS = {
    Role.USER: Speaker("User", "You", "You", "❯"),
    Role.ASSISTANT: Speaker("Assistant", "Assistant", "Answer", "◆"),
    Role.SYSTEM: Speaker("System", "System", "Note", "ⓘ"),
}
