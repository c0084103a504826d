"""Tokens of terminal input: what a read of bytes is made of, before anything has a meaning."""

from __future__ import annotations

from msgspec import Struct


class Typed(Struct, frozen=True):
    """One character that stands for itself."""

    character: str


class Control(Struct, frozen=True):
    """A C0 control or DEL."""

    code: int


class Escape(Struct, frozen=True):
    """ESC that nothing belongs to."""


class Alt(Struct, frozen=True):
    """ESC and a character, in one piece."""

    character: str


class Sequence(Struct, frozen=True):
    """A whole sequence; `introducer` is `[`, `O` or, from the Linux console, `[[`."""

    introducer: str
    parameters: str
    intermediates: str
    final: str
    follows_escape: bool = False
    """Another ESC stood right before it."""


class Pasted(Struct, frozen=True):
    """What stood between the brackets of a paste, character for character."""

    text: str


class Ground(Struct, frozen=True):
    """The answer to OSC 11: the colour of the terminal's ground, as X writes colours."""

    colour: str


Token = Typed | Control | Escape | Alt | Sequence | Pasted | Ground

PASTE_START = Sequence("[", "200", "", "~")
