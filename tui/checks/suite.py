"""Suite of checks: cases with one or more turns, and what is expected of each answer."""

from __future__ import annotations

from dataclasses import dataclass

from tui.checks.expectations import Expectation


@dataclass(frozen=True, slots=True)
class Turn:
    """One question, with its variables filled in, and what its answer must hold."""

    question: str
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """Turns that are asked one after the other, in a session of their own."""

    name: str
    """On one line, and no other case of the suite has it."""
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Suite:
    name: str
    cases: tuple[Case, ...]
