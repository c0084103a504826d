"""Typed text: which keys write something, and what is pasted, as it goes to the server."""

from __future__ import annotations

from textual import events

from tui.safe_text import sendable

_COMMAND_MODIFIERS = frozenset(("ctrl", "alt", "super", "meta", "hyper"))


class TypedText(events.Key):
    """A key that writes its character, whichever it is.

    Textual asks `str.isprintable`, which denies joiners, blanks other than the ASCII one, private
    use and every emoji newer than Python's tables.
    """

    @property
    def is_printable(self) -> bool:
        return True


# a key for all who handle keys
TypedText.handler_name = events.Key.handler_name


def as_typed(event: events.Key | events.Paste) -> events.Key | events.Paste:
    """Return what a terminal reported as what is to be written: any text, each line ended by LF."""
    if isinstance(event, events.Paste):
        return events.Paste(as_written(event.text))
    if event.character is None or not _writes(event.key, event.character):
        return event
    return TypedText(event.key, sendable(event.character))


def as_written(text: str) -> str:
    """Return a text from elsewhere as it is sent: its lines end at LF, its characters are UTF-8."""
    return sendable(text.replace("\r\n", "\n").replace("\r", "\n"))


def _writes(key: str, character: str) -> bool:
    if not _COMMAND_MODIFIERS.isdisjoint(key.split("+")[:-1]):
        return False
    return bool(character) and all(each >= " " and each != "\x7f" for each in character)
