from __future__ import annotations

from io import StringIO

import pyte
import pytest
from rich.console import Console
from rich.segment import Segment
from textual._compositor import (
    ChopsUpdate,
    Compositor,
    CompositorUpdate,
    InlineUpdate,
    LayoutUpdate,
)
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from tests.tables import each_row
from tui.ui.terminal.ansi_writer import AnsiWriter
from tui.ui.terminal.compositor import DirtyRowsCompositor, SpansUpdate, safe_update
from tui.ui.terminal.compositor import written as together


def written(text: str, *spans: tuple[int, int]) -> str:
    """Return what is written to draw these cells of one widget that begins in column 2."""
    strip = Strip([Segment(text)])
    chops = [{2: strip}]
    update = SpansUpdate(chops, [(0, *span) for span in spans], [[2 + strip.cell_length]])
    return update.render_segments(Console(file=StringIO()))


@each_row(
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


def placed(*strips: tuple[int, int, str]) -> str:
    return together(((x, y, Strip([Segment(text)])) for x, y, text in strips), AnsiWriter(None))


def test_the_cursor_moves_only_where_it_is_not_already() -> None:
    assert placed((2, 0, "ab"), (4, 0, "cd"), (4, 1, "e")) == "\x1b[1;3Habcd\x1b[2;5He"


def test_the_cursor_is_put_anew_behind_letters_a_terminal_may_see_wider() -> None:
    assert placed((0, 0, "▕宽"), (3, 0, "b")) == "\x1b[1;1H▕宽\x1b[1;4Hb"


class Asked(Static):
    """Notes of which of its rows it was asked, and in which columns."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text, id=name)
        self.crops: list[Region] = []

    def render_lines(self, crop: Region) -> list[Strip]:
        self.crops.append(crop)
        return super().render_lines(crop)


class Halves(App[None]):
    CSS = """
    Asked { height: 4; width: 1fr; }
    #right { background: red; }
    Horizontal { height: 4; layers: low high; }
    #over { layer: high; width: 4; height: 2; offset: 8 1; }
    """

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Asked("left\nleft\nleft\nleft", "left")
            yield Asked("right\nright\nright\nright", "right")
            yield Asked("ov\ner", "over")
        yield Asked("below", "below")

    def asked_for(self, compositor: DirtyRowsCompositor, crop: Region) -> dict[str, Region]:
        """Return by id of which rows a widget is asked when those in `crop` are drawn."""
        every = self.query(Asked).results()
        for each in (widgets := list(every)):
            each.crops.clear()
        compositor._render_chops(crop, lambda _: True)
        assert all(len(each.crops) < 2 for each in widgets)
        return {each.id or "": each.crops[0] for each in widgets if each.crops}


async def test_only_the_rows_that_are_seen_are_asked_for() -> None:
    app = Halves()
    async with app.run_test(size=(20, 8)) as pilot:
        await pilot.pause()
        usual, tight = app.screen._compositor, DirtyRowsCompositor()
        tight.reflow(app.screen, app.size)
        assert app.asked_for(tight, Region(3, 3, 4, 1)) == {"left": Region(0, 3, 10, 1)}
        across = app.asked_for(tight, Region(3, 1, 12, 3))
        halves = {"left": Region(0, 1, 10, 3), "right": Region(0, 1, 10, 3)}
        assert across == {"over": Region(0, 0, 4, 2), **halves}
        # what is behind another widget is not seen
        assert app.asked_for(tight, Region(8, 1, 4, 3)) == {
            "over": Region(0, 0, 4, 2),
            "left": Region(0, 3, 10, 1),
            "right": Region(0, 3, 10, 1),
        }
        assert [strip.text for strip in tight.render_strips()] == [
            strip.text for strip in usual.render_strips()
        ]


async def test_a_widget_that_is_covered_is_not_asked_for_any_row() -> None:
    app = Halves()
    async with app.run_test(size=(20, 8)) as pilot:
        await pilot.pause()
        whole = DirtyRowsCompositor()
        app.query_one("#over").styles.offset = (0, 0)
        app.query_one("#over").styles.width = 20
        app.query_one("#over").styles.height = 4
        await pilot.pause()
        whole.reflow(app.screen, app.size)
        assert app.asked_for(whole, app.size.region).keys() == {"over", "below"}


class Window(App[None]):
    CSS = """
    Screen { layers: below above; }
    #text { width: 1fr; height: 4; layer: below; }
    #over { width: 6; height: 2; layer: above; }
    """

    def compose(self) -> ComposeResult:
        yield Static("a灯台守b船の名\n灯台守は毎晩海を見て\nplain words\n", id="text")
        yield Static("over\n灯灯灯", id="over")


async def test_what_is_beside_a_window_is_cut_as_textual_cuts_it() -> None:
    app = Window()
    async with app.run_test(size=(20, 5)) as pilot:
        over = app.query_one("#over", Static)
        # with its edges in the middle of letters two cells wide, too, and beyond the screen
        for x in range(-3, 19):
            over.styles.offset = (x, x % 3)
            await pilot.pause()
            usual, tight = Compositor(), DirtyRowsCompositor()
            for compositor in (usual, tight):
                compositor.reflow(app.screen, app.size)
            texts = [strip.text for strip in usual.render_strips()]
            assert [strip.text for strip in tight.render_strips()] == texts, x
            assert [strip.text for strip in tight.render_strips()] == texts, "from what is kept"


async def test_what_is_looked_up_before_a_layout_is_drawn_with_it_all_the_same() -> None:
    app = Halves()
    async with app.run_test(size=(20, 8)) as pilot:
        await pilot.pause()
        tight, below = DirtyRowsCompositor(), app.query_one("#below", Static)
        tight.reflow(app.screen, app.size)
        tight.reflow_visible(app.screen, app.size)
        tight.render_update()
        assert tight.find_widget(below).region == Region(0, 4, 20, 4)
        assert not tight._dirty_regions, "nothing is elsewhere"
        tight.reflow_visible(app.screen, app.size)
        below.styles.height = 3
        app.screen._clear_arrangement_cache()
        assert tight.full_map[below].region == Region(0, 4, 20, 3)
        tight.reflow(app.screen, app.size)
        assert Region(0, 4, 20, 3) in tight._dirty_regions


async def test_a_frame_draws_all_that_is_asked_for_and_none_of_it_again() -> None:
    app = Halves()
    async with app.run_test(size=(20, 8)) as pilot:
        await pilot.pause()
        tight, left, below = DirtyRowsCompositor(), *map(app.query_one, ("#left", "#below"))
        tight.reflow(app.screen, app.size)
        tight.render_update()
        left.refresh(Region(0, 1, 4, 1))
        below.refresh()
        # as a layout does with what it finds elsewhere
        tight._dirty_regions.add(Region(0, 4, 20, 4))
        update = tight.render_update()
        assert isinstance(update, ChopsUpdate)
        assert list(update.spans) == [(1, 0, 4), *((row, 0, 20) for row in range(4, 8))]
        tight.update_widgets({left, below})
        assert tight.render_update() is None


async def test_a_whole_screen_is_written_row_by_row() -> None:
    app = Halves()
    async with app.run_test(size=(20, 8)) as pilot:
        await pilot.pause()
        tight = DirtyRowsCompositor()
        tight.reflow(app.screen, app.size)
        console = Console(file=StringIO(), color_system="truecolor", force_terminal=True)
        screens = []
        usual = app.screen._compositor.render_full_update()
        for update in (safe_update(tight.render_full_update()), usual):
            assert update is not None
            screens.append(pyte.Screen(20, 8))
            pyte.Stream(screens[-1]).feed(update.render_segments(console).replace("\n", ""))
        assert screens[0].display == screens[1].display
        assert screens[0].display[0].split() == ["left", "right"]
        assert screens[0].buffer[0][12].bg == screens[1].buffer[0][12].bg != "default"


def test_these_are_the_updates_of_a_screen_that_there_are() -> None:
    assert set(CompositorUpdate.__subclasses__()) >= {ChopsUpdate, LayoutUpdate, InlineUpdate}
    assert safe_update(None) is None
    with pytest.raises(TypeError):
        safe_update(InlineUpdate([]))
