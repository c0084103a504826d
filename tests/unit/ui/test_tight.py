from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from tui.ui.tight import TightUpdate


def written(text: str, *spans: tuple[int, int]) -> str:
    """Return what is written to draw these cells of one widget that begins in column 2."""
    strip = Strip([Segment(text)])
    chops = [{2: strip}]
    update = TightUpdate(chops, [(0, *span) for span in spans], [[2 + strip.cell_length]])
    return update.render_segments(Console(file=StringIO()))


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((2, 14), "\x1b[1;3Hwaiting 12 s"),
        ((10, 12), "\x1b[1;11H12"),
        ((10, 40), "\x1b[1;11H12 s"),
        ((0, 4), "\x1b[1;3Hwa"),
        ((14, 20), ""),
        ((0, 2), ""),
    ],
)
def test_only_the_cells_of_the_span_are_written(span: tuple[int, int], expected: str) -> None:
    assert written("waiting 12 s", span) == expected


def test_a_letter_of_two_cells_is_not_cut_in_half() -> None:
    assert written("a宽b", (4, 6)) == "\x1b[1;3Ha宽b"


def test_a_span_behind_a_letter_of_two_cells_begins_in_its_own_cell() -> None:
    assert written("a宽b", (5, 6)) == "\x1b[1;6Hb"
