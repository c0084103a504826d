"""Counts as a person reads them: `1 line`, `2,400 characters`."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, `noun` as it is for one."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def characters(text: str) -> str:
    """Return how long a text is in what a person takes for characters: letters with accents."""
    if text.isascii():
        return counted(len(text), "character")
    # tables of all characters there are, which a command that only answers does without
    from wcwidth import iter_graphemes

    return counted(sum(1 for _ in iter_graphemes(text)), "character")


def line_count(text: str) -> int:
    """Return how many lines a text has, whether its last one ends or not."""
    return text.count("\n") + (bool(text) and not text.endswith("\n"))
