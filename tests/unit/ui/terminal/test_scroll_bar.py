from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import ScrollableContainer
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.style import Style
from textual.visual import RenderOptions
from textual.widgets import Static

from tests.tables import each_row
from tui.ui.terminal.scroll_bar import SharedRowsBar, bar_lines

OPTIONS = RenderOptions(lambda _: Style(), {})


class Tall(App[None]):
    CSS = "Static { width: 90; height: 300; }"

    def compose(self) -> ComposeResult:
        with ScrollableContainer():
            yield Static()


def rows(bar: ScrollBar, renderer: type[ScrollBarRender]) -> list[list[tuple[str, object]]]:
    """Return what stands in each row of a bar, with its style and what a click there does."""
    bar.__dict__["renderer"] = renderer
    bar.refresh()
    strips = bar.render_lines(Region(0, 0, *bar.size))
    return [[(segment.text, segment.style) for segment in strip.simplify()] for strip in strips]


@each_row("at", [0, 1, 7, 60, 137, 299])
async def test_a_bar_looks_and_acts_as_that_of_textual(at: int) -> None:
    app = Tall()
    async with app.run_test(size=(40, 20)) as pilot:
        scroll = app.query_one(ScrollableContainer)
        scroll.scroll_to(at, at, animate=False, immediate=True)
        await pilot.pause()
        for bar in (scroll.vertical_scrollbar, scroll.horizontal_scrollbar):
            assert rows(bar, SharedRowsBar) == rows(bar, ScrollBarRender)


def test_rows_that_look_alike_are_one_strip() -> None:
    bar = SharedRowsBar(300, 20, 100, style="red on blue")
    strips = bar.render_strips(1, 20, Style(), OPTIONS)
    assert len({id(strip) for strip in strips}) <= 5 < len(strips) == 20


@pytest.mark.parametrize("no_color", [False, True])
async def test_rows_are_drawn_as_by_the_bar_itself(
    monkeypatch: pytest.MonkeyPatch, no_color: bool
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    app = Tall()
    async with app.run_test(size=(40, 20)) as pilot:
        scroll = app.query_one(ScrollableContainer)
        bars = scroll.vertical_scrollbar, scroll.horizontal_scrollbar
        for at in (0, 7, 137):
            scroll.scroll_to(at, at, animate=False, immediate=True)
            await pilot.pause()
            for bar in bars:
                bar.__dict__["renderer"] = SharedRowsBar
                bar.refresh()
                width, height = bar.size
                for crop in (
                    Region(0, 0, width, height),
                    Region(0, height // 2, width, 1),
                    Region(width // 2, 0, width - width // 2, height),
                ):
                    assert bar_lines(bar, crop) == bar.render_lines(crop)
