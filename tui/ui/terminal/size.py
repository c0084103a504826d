"""Size of the terminal, and the line that stands on one too small to be of use."""

from __future__ import annotations

import os

from textual.geometry import Size

from tui.ui.cells import cell_len

USABLE = Size(10, 5)
"""From this size on a person sees what they type."""
_LARGEST = Size(1000, 500)
"""What is claimed beyond this would take more memory than a person sees cells."""
_UNKNOWN = Size(80, 24)
_NEEDS = f"{USABLE.width}×{USABLE.height}"
_LINES = (
    f"This window is too small: Runnel needs {USABLE.width} columns and {USABLE.height} rows.",
    f"Too small: Runnel needs {_NEEDS}.",
    f"Needs {_NEEDS}.",
    "Too small",
    "Small",
    "…",
)


def terminal_size(file_number: int) -> Size:
    """Return what the terminal says of itself, whatever `COLUMNS` and `LINES` say."""
    try:
        columns, rows = os.get_terminal_size(file_number)
    except OSError:
        return _UNKNOWN
    return Size(columns or _UNKNOWN.width, rows or _UNKNOWN.height)


def is_usable(size: Size) -> bool:
    return size.width >= USABLE.width and size.height >= USABLE.height


def drawn_size(size: Size) -> Size:
    """Return what is drawn for, however small or large the terminal is."""
    return Size(
        min(max(size.width, USABLE.width), _LARGEST.width),
        min(max(size.height, USABLE.height), _LARGEST.height),
    )


def too_small_line(width: int) -> str:
    """Return as much as fits of a sentence that says so."""
    return next(line for line in _LINES if cell_len(line) <= max(1, width))
