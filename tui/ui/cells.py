"""Cells of the terminal: how many a text takes, and what fits in them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size

__all__ = ["cell_len", "cut", "cut_words", "whole_items", "whole_rows"]


def cut(text: str, width_cells: int) -> str:
    """Return as much of `text` as fits, with an ellipsis at the end where it does not."""
    if cell_len(text) <= width_cells:
        return text
    if width_cells < 1:
        return ""
    return set_cell_size(text, width_cells - 1).rstrip() + "…"


def cut_words(text: str, width_cells: int) -> str:
    """Return as many whole words as fit, with an ellipsis; a first one is cut."""
    if cell_len(text) <= width_cells:
        return text
    shown = set_cell_size(text, max(0, width_cells - 1)).rstrip()
    if not text.startswith(f"{shown} ") and " " in shown:
        shown = shown.rpartition(" ")[0].rstrip()
    return f"{shown}…" if width_cells > 0 else ""


def whole_items(items: Iterable[str], width_cells: int) -> str:
    """Return `items` with dots between them, the first ones as far as they fit whole."""
    [row] = whole_rows(items, [width_cells])
    return row


def whole_rows(items: Iterable[str], widths_cells: Iterable[int]) -> list[str]:
    """Return rows of these widths with `items` in them as in `whole_items`, one after the other."""
    waiting, rows = deque(items), list[str]()
    for width_cells in widths_cells:
        row = ""
        while waiting:
            longer = f"{row} · {waiting[0]}" if row else waiting[0]
            if cell_len(longer) > width_cells:
                break
            row = longer
            waiting.popleft()
        rows.append(row)
    return rows
