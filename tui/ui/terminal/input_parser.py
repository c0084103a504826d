"""Parser of terminal input: bytes become the events that the application understands.

It stands where Textual has its own, which decodes strictly, types what it does not know, and
takes code points on trust.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from textual import events
from textual._xterm_parser import XTermParser
from textual.color import Color
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from tui.ui.terminal import key_codes
from tui.ui.terminal.input_tokenizer import InputTokenizer
from tui.ui.terminal.input_tokens import (
    Alt,
    Control,
    Escape,
    Ground,
    Pasted,
    Sequence,
    Token,
    Typed,
)
from tui.ui.terminal.key_codes import KeyPress

_MOUSE = re.compile(r"<\d{1,3};[1-9]\d{0,3};[1-9]\d{0,3}")
_MAX_BUTTON = 127
_WHEEL = 64
_WHOLE_FRAMES = re.compile(r"\?2026;[123]")


@dataclass(eq=False, repr=False)
class TerminalBackground(Message):
    """The terminal says what colour its ground is."""

    colour: Color


class TerminalReady(Message):
    """The terminal answers the question for its status."""


class InputParser:
    """Feeds on what was read; `expire` is due at `deadline` if nothing came until then."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._tokenizer = InputTokenizer(clock)
        self._mouse = XTermParser()
        self._is_blurred = False

    @property
    def deadline(self) -> float | None:
        """When to stop waiting for the rest of what was begun, `None` when nothing was."""
        return self._tokenizer.deadline

    def feed(self, data: bytes) -> list[Message]:
        return list(self._messages(self._tokenizer.feed(data)))

    def expire(self) -> list[Message]:
        return list(self._messages(self._tokenizer.expire()))

    def _messages(self, tokens: Iterable[Token]) -> Iterator[Message]:
        for token in tokens:
            for message in self._messages_of(token):
                if isinstance(message, events.Key | events.Paste) and self._is_blurred:
                    # not every terminal says when the focus has come back
                    self._is_blurred = False
                    yield events.AppFocus()
                yield message

    def _messages_of(self, token: Token) -> Iterator[Message]:
        match token:
            case Typed(character):
                yield _key(key_codes.typed_key(character))
            case Control(code):
                yield _key(key_codes.control_key(code))
            case Escape():
                yield events.Key("escape", None)
            case Alt(character):
                yield _key(key_codes.alt_key(character))
            case Pasted(text):
                yield events.Paste(text)
            case Ground(colour):
                yield TerminalBackground(_parsed(colour))
            case Sequence():
                yield from self._messages_of_sequence(token)

    def _messages_of_sequence(self, sequence: Sequence) -> Iterator[Message]:
        report = self._report(sequence)
        keys = [] if report is not None else key_codes.sequence_keys(sequence)
        if sequence.follows_escape and not keys:
            yield events.Key("escape", None)
        if report is not None:
            yield report
        yield from map(_key, keys)

    def _report(self, sequence: Sequence) -> Message | None:
        if sequence.introducer != "[":
            return None
        match sequence.final, sequence.parameters:
            case "I", "":
                self._is_blurred = False
                return events.AppFocus()
            case "O", "":
                self._is_blurred = True
                return events.AppBlur()
            case "y", modes if sequence.intermediates == "$" and _WHOLE_FRAMES.fullmatch(modes):
                return TerminalSupportsSynchronizedOutput()
            case "n", "0" | "3":
                return TerminalReady()
            case "M" | "m", place if _MOUSE.fullmatch(place):
                return self._mouse_event(place, sequence.final)
            case _:
                return None

    def _mouse_event(self, place: str, final: str) -> Message | None:
        button = int(place[1:].partition(";")[0])
        if button > _MAX_BUTTON or (button & _WHEEL and final == "m"):
            return None
        return self._mouse.parse_mouse_code(f"\x1b[{place}{final}")


def _parsed(colour: str) -> Color:
    """Return a colour as X writes it: `rgb:`, then red, green and blue in 1 to 4 hex digits."""
    parts = colour.partition(":")[2].split("/")[:3]
    red, green, blue = (round(int(part, 16) * 255 / (16 ** len(part) - 1)) for part in parts)
    return Color(red, green, blue)


def _key(press: KeyPress) -> events.Key:
    return events.Key(press.name, press.character)
