from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.terminal.app import DirtyRowsScreen, TerminalApp
from tui.ui.terminal.drawn_soon import DrawnSoon

CELL, LATER = Region(1, 0, 1, 1), Region(3, 0, 1, 1)
PASSES = 50


class Letters(DrawnSoon):
    """A row that counts how often it was drawn."""

    DEFAULT_CSS = "Letters { height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.drawn = 0

    def render_line(self, y: int) -> Strip:
        self.drawn += 1
        return Strip.blank(self.size.width)


class Beside(Widget):
    """Is drawn as Textual does it, when the screen has its turn."""

    DEFAULT_CSS = "Beside { height: 1; }"


class Rows(DirtyRowsScreen[None]):
    def compose(self) -> ComposeResult:
        yield Letters()
        yield Beside()


class Lines(TerminalApp[None]):
    def get_default_screen(self) -> Rows:
        return Rows()


class Plain(App[None]):
    def compose(self) -> ComposeResult:
        yield Letters()


async def passes() -> None:
    for _ in range(PASSES):
        await asyncio.sleep(0)


async def test_cells_are_drawn_once_and_in_no_turn_of_the_screen() -> None:
    app = Lines()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        letters = app.screen.query_one(Letters)
        app.screen._update_timer.stop()
        before = letters.drawn
        letters.refresh(CELL)
        letters.refresh(LATER)
        assert letters.drawn == before
        await passes()
        assert letters.drawn == before + 1
        with app.batch_update():
            letters.refresh(CELL)
            await passes()
            assert letters.drawn == before + 1
        letters.refresh(LATER)
        await passes()
        assert letters.drawn == before + 2


@pytest.mark.parametrize("how", [{}, {"layout": True}, {"repaint": False}])
async def test_all_else_goes_the_way_of_textual(how: dict[str, Any]) -> None:
    app = Lines()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        letters = app.screen.query_one(Letters)
        app.screen._update_timer.stop()
        before = letters.drawn
        letters.refresh(*([CELL] if how else []), **how)
        # a layout that is due draws all there is
        letters.refresh(*([CELL] if "layout" in how else []))
        await passes()
        assert letters.drawn == before


async def test_on_another_screen_it_is_drawn_as_any_widget() -> None:
    app = Plain()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        letters = app.screen.query_one(Letters)
        before = letters.drawn
        letters.refresh(CELL)
        await pilot.pause(0.05)
        assert letters.drawn > before
