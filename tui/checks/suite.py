"""Suite of checks: cases with one or more turns, and what is expected of each answer."""

from __future__ import annotations

from msgspec import Struct

from tui.checks.expectations import Expectation


class Turn(Struct, frozen=True):
    """One question, with its variables filled in, and what its answer must hold."""

    question: str
    expectations: tuple[Expectation, ...]


class Case(Struct, frozen=True):
    """Turns that are asked one after the other, in a session of their own."""

    name: str
    """On one line, and no other case of the suite has it."""
    turns: tuple[Turn, ...]


class Suite(Struct, frozen=True):
    name: str
    cases: tuple[Case, ...]
    file: str = ""
    """Where it stands, from the root; empty for nowhere."""
