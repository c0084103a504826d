"""Counts as a person reads them: `1 line`, `2,400 characters`."""

from __future__ import annotations

from tui.formatting.graphemes import graphemes


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, `noun` as it is for one."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def characters(text: str) -> str:
    """Return how long a text is in what a person takes for characters: letters with accents."""
    count = len(text) if text.isascii() else sum(1 for _ in graphemes(text))
    return counted(count, "character")


def line_count(text: str) -> int:
    """Return how many lines a text has, whether its last one ends or not."""
    return text.count("\n") + (bool(text) and not text.endswith("\n"))
