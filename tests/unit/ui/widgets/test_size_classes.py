from __future__ import annotations

from textual.geometry import Size
from textual.screen import Screen

from tests.tables import each_row
from tui.ui.app import RunnelApp
from tui.ui.dialogs.dialog import Dialog, WholeScreenDialog
from tui.ui.widgets.size_classes import Breakpoints, size_classes

COLUMNS, ROWS = RunnelApp.HORIZONTAL_BREAKPOINTS, RunnelApp.VERTICAL_BREAKPOINTS


@each_row(
    ("columns", "rows"),
    [
        (COLUMNS, ROWS),
        (COLUMNS, Dialog.VERTICAL_BREAKPOINTS),
        (WholeScreenDialog.HORIZONTAL_BREAKPOINTS or [], WholeScreenDialog.VERTICAL_BREAKPOINTS),
        ([], []),
    ],
)
def test_they_are_those_that_textual_sets_once_a_screen_has_its_size(
    columns: Breakpoints, rows: Breakpoints
) -> None:
    screen = Screen[None]()
    for cells in (1, 11, 12, 29, 30, 31, 99, 100, 300):
        textuals = screen._get_breakpoint_classes(cells, list(columns))
        assert set(size_classes(columns, [], Size(cells, 1))) == textuals
        textuals = screen._get_breakpoint_classes(cells, list(rows))
        assert set(size_classes([], rows, Size(1, cells))) == textuals
