from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.pilot import Pilot
from textual.widgets import Static

from tui.ui.terminal.app import DirtyRowsScreen, TerminalApp
from tui.ui.widgets.plain_text import Plain


class CountingScreen(DirtyRowsScreen[None]):
    layouts = 0

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        self.layouts += 1
        super()._refresh_layout(size, scroll)


class Page(CountingScreen):
    def compose(self) -> ComposeResult:
        with Vertical():
            yield Plain("one", id="one")
            with Vertical(id="inner"):
                yield Static("two", id="two")


class Growing(Page):
    """Asks for more room when it was told its own."""

    CSS = "#inner { height: auto; } #two { height: 1; }"

    def on_resize(self) -> None:
        self.query_one("#two").styles.height = 4


class Dialog(CountingScreen):
    def compose(self) -> ComposeResult:
        yield Static("asked")


class Opening(TerminalApp[None]):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page

    def get_default_screen(self) -> Page:
        return self.page


@asynccontextmanager
async def shown(page: Page) -> AsyncGenerator[Pilot[None], None]:
    async with Opening(page).run_test(size=(30, 12)) as pilot:
        await pilot.pause()
        yield pilot


def rows(pilot: Pilot[Any]) -> list[str]:
    return [strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips()]


async def test_a_screen_that_is_made_is_laid_out_once() -> None:
    page = Page()
    async with shown(page) as pilot:
        assert page.layouts == 1
        assert rows(pilot)[:2] == ["one", "two"]


async def test_what_asks_for_room_behind_a_layout_gets_it() -> None:
    page = Growing()
    async with shown(page) as pilot:
        assert page.query_one("#two").size.height == 4
        for height in (2, 7, 3):
            page.query_one("#two").styles.height = height
            await pilot.pause()
            assert page.query_one("#two").size.height == height


async def test_a_screen_is_as_it_was_when_what_lay_over_it_goes() -> None:
    page = Page()
    async with shown(page) as pilot:
        before, page.layouts = rows(pilot), 0
        await pilot.app.push_screen(Dialog())
        await pilot.pause()
        assert rows(pilot)[0] == "asked"
        pilot.app.pop_screen()
        await pilot.pause()
        assert (rows(pilot), page.layouts) == (before, 0)


@pytest.mark.parametrize("size", [(30, 12), (50, 20)])
async def test_what_changed_under_a_screen_is_seen_when_that_goes(size: tuple[int, int]) -> None:
    page = Page()
    async with shown(page) as pilot:
        await pilot.app.push_screen(Dialog())
        await pilot.pause()
        page.query_one("#one", Plain).update("one\nand more\nof it")
        await page.query_one("#inner").mount(Static("three"))
        await pilot.resize_terminal(*size)
        await pilot.pause()
        pilot.app.pop_screen()
        await pilot.pause()
        assert rows(pilot)[:5] == ["one", "and more", "of it", "two", "three"]
        assert page.size == size


async def test_what_is_taken_away_leaves_its_room() -> None:
    page = Page()
    async with shown(page) as pilot:
        await page.query_one("#one").remove()
        await pilot.pause()
        assert rows(pilot)[:2] == ["two", ""]
