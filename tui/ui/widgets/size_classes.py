"""Size classes of a screen: which of its breakpoints its columns and rows reach."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size

Breakpoints = Sequence[tuple[int, str]]
"""From how many cells on a class holds, until the next one does."""


def size_classes(columns: Breakpoints, rows: Breakpoints, size: Size) -> list[str]:
    """Return the classes that Textual sets for a screen of this size.

    It sets them after the first frame, which then jumps, and is styled and laid out once more.
    """
    told = [(columns, size.width), (rows, size.height)]
    return [
        name
        for breakpoints, cells in told
        for name in [name for at, name in sorted(breakpoints) if at <= cells][-1:]
    ]
