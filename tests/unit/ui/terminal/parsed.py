"""What comes of bytes that a terminal sends, in pieces and with pauses."""

from __future__ import annotations

from textual import events
from textual.message import Message

from tui.ui.terminal.input_parser import InputParser

START, END = b"\x1b[200~", b"\x1b[201~"
"""Around what is pasted."""
MOST_WAITS = 4


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def read(*pieces: bytes) -> list[Message]:
    """Return what comes of pieces that follow each other at once, and then nothing."""
    parser = InputParser(Clock())
    messages = [message for piece in pieces for message in parser.feed(piece)]
    for _ in range(MOST_WAITS):
        if parser.deadline is not None:
            messages += parser.expire()
    assert parser.deadline is None
    return messages


def paused(pause_s: float, *pieces: bytes) -> list[Message]:
    """Return what comes of pieces with a pause between, as the driver feeds them, and after."""
    clock = Clock()
    parser = InputParser(clock)
    messages = []
    for piece in pieces:
        messages += parser.feed(piece)
        resumed_at_s = clock.now_s + pause_s
        while parser.deadline is not None and parser.deadline <= resumed_at_s:
            clock.now_s = parser.deadline
            messages += parser.expire()
        clock.now_s = resumed_at_s
    while parser.deadline is not None:
        clock.now_s = parser.deadline
        messages += parser.expire()
    return messages


def seen(messages: list[Message]) -> list[object]:
    """Return messages as they compare: Textual's compare by identity."""
    return [
        (message.key, message.character)
        if isinstance(message, events.Key)
        else message.text
        if isinstance(message, events.Paste)
        else repr(message)
        for message in messages
    ]


def keys(*pieces: bytes) -> list[str]:
    return keys_of(read(*pieces))


def keys_of(messages: list[Message]) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]


def typed(messages: list[Message]) -> str:
    characters = (m.character for m in messages if isinstance(m, events.Key))
    return "".join(character for character in characters if character)


def bytewise(data: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in data]
