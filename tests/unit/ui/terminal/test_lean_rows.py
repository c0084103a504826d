from __future__ import annotations

import gc
import inspect
import re
import weakref
from collections.abc import Callable

import pytest
from rich.segment import Segment
from rich.style import Style
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.cache import FIFOCache
from textual.color import Color
from textual.filter import Monochrome
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from tests.tables import each_row
from tui.ui.terminal.lean_rows import CACHES, make_rows_lean

RED = Style(color="red")
GREY = Monochrome()


@pytest.fixture(autouse=True)
def lean() -> None:
    make_rows_lean()


def row() -> Strip:
    return Strip([Segment("one ", Style(bold=True)), Segment("two", RED)])


USES: list[Callable[[Strip], object]] = [
    lambda strip: strip.crop(1, 4),
    lambda strip: strip.crop_extend(1, 9, None),
    lambda strip: strip.divide([2, 7]),
    lambda strip: strip.adjust_cell_length(9, RED),
    lambda strip: strip.apply_style(RED),
    lambda strip: strip.apply_filter(GREY, Color(0, 0, 0)),
    lambda strip: strip.apply_offsets(1, 2),
]


def caches_of(strip: Strip) -> list[FIFOCache[object, object]]:
    return [each for each in gc.get_referents(strip) if isinstance(each, FIFOCache)]


def test_a_row_has_no_cache_before_it_is_asked_for_something() -> None:
    assert caches_of(row()) == []


@each_row("use", USES)
def test_what_a_row_was_asked_for_is_remembered(use: Callable[[Strip], object]) -> None:
    strip = row()
    first, second = use(strip), use(strip)
    assert len(caches_of(strip)) == 1
    if isinstance(first, list) and isinstance(second, list):
        assert [*map(id, first)] == [*map(id, second)]
    else:
        assert first is second


def test_a_row_has_all_that_textual_gives_it() -> None:
    source = inspect.getsource(Strip)
    made = re.findall(r"self\.(_\w+): FIFOCache\[.*?\] = FIFOCache\((\d+)\)", source, re.DOTALL)
    assert {name: int(size) for name, size in made} == CACHES
    for name in Strip.__slots__:
        assert getattr(row(), name) is not row
    with pytest.raises(AttributeError, match="_other"):
        assert row()._other  # type: ignore[attr-defined]


def test_the_colours_of_a_widget_do_not_keep_its_rows_when_it_is_gone() -> None:
    cache = StylesCache()
    inner, outer = cache.get_inner_outer(Color(0, 0, 0), Color(255, 255, 255, 0.5))
    assert (inner.background, outer.background) == (Color(127, 127, 127), Color(0, 0, 0))
    gone = weakref.ref(cache)
    del cache
    assert gone() is None


class Page(App[None]):
    CSS = "Static { height: 3; padding: 1; }"

    def compose(self) -> ComposeResult:
        yield Static("before")


async def test_all_of_a_widget_is_drawn_again_and_nothing_laid_out_for_that() -> None:
    app = Page()
    async with app.run_test(size=(20, 6)) as pilot:
        await pilot.pause()
        static, compositor = app.query_one(Static), app.screen._compositor
        compositor._full_map_invalidated, compositor._visible_map = True, None
        static.update("behind", layout=False)
        assert compositor._full_map_invalidated
        assert static._repaint_regions == {Region(0, 0, 20, 3)}
        drawn = [strip.text.strip() for strip in compositor.render_strips()]
        assert drawn == ["", "behind", "", "", "", ""]
