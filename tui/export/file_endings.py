"""Endings of the names of exported files, and the formats that they tell."""

from __future__ import annotations

from pathlib import PurePath

FORMATS = ("md", "json", "jsonl", "csv", "html")
"""As `Format` spells them, which takes longer to import."""
_OTHERS = {"htm": "html", "markdown": "md", "txt": "md"}


def ending_of(name: str | PurePath) -> str:
    """Return how the name of a file ends, in small letters and without the dot; may be empty."""
    return PurePath(name).suffix.removeprefix(".").lower()


def told_format(name: str | PurePath) -> str | None:
    """Return the format that the name of a file tells, `None` for none of them."""
    ending = ending_of(name)
    return ending if ending in FORMATS else _OTHERS.get(ending)


def words_for_format(name: str | PurePath, written: str) -> str:
    """Return what is said behind a name of the format written, nothing where the name tells it."""
    return "" if told_format(name) == written else f" as {written}"
