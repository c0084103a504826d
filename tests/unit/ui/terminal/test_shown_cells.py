from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.fuzz import FUZZ
from tui.ui.terminal.ansi_writer import AnsiWriter
from tui.ui.terminal.compositor import written
from tui.ui.terminal.shown_cells import PlacedStrip, ShownCells

COLUMNS, ROWS = 24, 4
STYLES = [
    None,
    Style(bold=True),
    Style(color="#ff8000", bgcolor="#000080"),
    Style(bgcolor="#000080"),
    Style(underline=True, color="red"),
    Style(link="https://example.com"),
]
COLOURS = ColorSystem.EIGHT_BIT


def strips() -> st.SearchStrategy[PlacedStrip]:
    texts = st.one_of(
        st.text("ab  ─", min_size=1, max_size=8), st.sampled_from(["宽", "a宽b", "é", "same"])
    )
    segment = st.builds(lambda text, style: Segment(text, style), texts, st.sampled_from(STYLES))
    segments = st.lists(segment, min_size=1, max_size=3)
    return st.builds(
        lambda x, y, made: (x, y, Strip(made).crop(0, COLUMNS - x)),
        st.integers(0, COLUMNS - 1),
        st.integers(0, ROWS - 1),
        segments,
    )


class Emulated:
    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.screen.reset_mode(pyte.modes.DECAWM)
        self._stream = pyte.Stream(self.screen)
        self.size = 0

    def feed(self, text: str) -> None:
        self.size += len(text)
        self._stream.feed(text)

    @property
    def cells(self) -> list[object]:
        # of a blank no more is seen than its ground and lines
        return [
            (cell.data, cell.bg, cell.underscore, cell.data != " " and (cell.fg, cell.bold))
            for row in range(ROWS)
            for cell in (self.screen.buffer[row][column] for column in range(COLUMNS))
        ]


@pytest.mark.slow
@given(st.lists(st.lists(strips(), max_size=3), max_size=8 * FUZZ))
def test_what_differs_makes_the_same_screen_as_everything(frames: list[list[PlacedStrip]]) -> None:
    everything, differing, shown = Emulated(), Emulated(), ShownCells()
    for frame in frames:
        everything.feed(written(frame, AnsiWriter(COLOURS)))
        differing.feed(written(shown.differing(frame, COLOURS), AnsiWriter(COLOURS)))
        assert differing.cells == everything.cells


def test_what_is_shown_is_not_written_again_until_it_is_forgotten() -> None:
    shown, frame = ShownCells(), [(0, 0, Strip([Segment("all of a row", Style(bold=True))]))]
    (first,) = shown.differing(frame, COLOURS)
    assert first[2].text == "all of a row"
    assert list(shown.differing(frame, COLOURS)) == []
    changed = [(0, 0, Strip([Segment("all of a now", Style(bold=True))]))]
    (part,) = shown.differing(changed, COLOURS)
    assert (part[0], part[2].text) == (9, "n")
    shown.forget()
    (again,) = shown.differing(changed, COLOURS)
    assert again[2].text == "all of a now"
