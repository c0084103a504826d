"""Speakers of a conversation: what each is called, and where."""

from __future__ import annotations

from msgspec import Struct

from tui.model import Message, Role


class Speaker(Struct, frozen=True):
    name: str
    """In a text that is handed on; the same words as servers write."""
    label: str
    """To whoever reads it here, on the screen and in a terminal."""
    sign: str


SPEAKERS = {
    Role.USER: Speaker("User", "You", "❯"),
    Role.ASSISTANT: Speaker("Assistant", "Bot", "◆"),
    Role.SYSTEM: Speaker("System", "Note", "ⓘ"),
}


def label_of(message: Message, *, of_customers: bool, bot_name: str = "") -> str:
    """Return who speaks, to whoever reads it here.

    Who asked in a session `of_customers` of a bot is not the one who reads it, but for what was
    asked here. `bot_name` is for answers that do not tell theirs, and may be empty.
    """
    speaker = SPEAKERS[message.role]
    if message.role is Role.ASSISTANT:
        asked = message.origin.bot_name if message.origin is not None else ""
        return asked or bot_name or speaker.label
    if message.role is Role.USER and of_customers and message.origin is None:
        return speaker.name
    return speaker.label
