from __future__ import annotations

import asyncio

import pytest
from textual.app import ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from tui.ui.terminal.app import DirtyRowsScreen, TerminalApp


class Counted(Static):
    def __init__(self) -> None:
        super().__init__("a letter")
        self.drawn = 0

    def render_lines(self, crop: Region) -> list[Strip]:
        self.drawn += 1
        return super().render_lines(crop)


class OneLine(DirtyRowsScreen[None]):
    def compose(self) -> ComposeResult:
        yield Counted()


class Lines(TerminalApp[None]):
    def get_default_screen(self) -> OneLine:
        return OneLine()


@pytest.mark.parametrize("is_hurried", [True, False])
async def test_what_a_key_changes_waits_for_no_turn_of_the_screen(is_hurried: bool) -> None:
    app = Lines()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        screen, line = app.screen, app.screen.query_one(Counted)
        assert isinstance(screen, OneLine)
        # no turn comes any more
        screen._update_timer.stop()
        before = line.drawn
        if is_hurried:
            screen.hurry()
        line.update("another")
        for _ in range(50):
            await asyncio.sleep(0)
        assert (line.drawn > before) is is_hurried
