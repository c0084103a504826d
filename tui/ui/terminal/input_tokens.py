"""Tokens of terminal input: what a read of bytes is made of, before anything has a meaning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Typed:
    """One character that stands for itself."""

    character: str


@dataclass(frozen=True, slots=True)
class Control:
    """A C0 control or DEL."""

    code: int


@dataclass(frozen=True, slots=True)
class Escape:
    """ESC that nothing belongs to."""


@dataclass(frozen=True, slots=True)
class Alt:
    """ESC and a character, in one piece."""

    character: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A whole sequence; `introducer` is `[`, `O` or, from the Linux console, `[[`."""

    introducer: str
    parameters: str
    intermediates: str
    final: str
    follows_escape: bool = False
    """Another ESC stood right before it."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What stood between the brackets of a paste, character for character."""

    text: str


@dataclass(frozen=True, slots=True)
class Ground:
    """The answer to OSC 11: the colour of the terminal's ground, as X writes colours."""

    colour: str


Token = Typed | Control | Escape | Alt | Sequence | Pasted | Ground

PASTE_START = Sequence("[", "200", "", "~")
