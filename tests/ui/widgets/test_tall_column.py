from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widgets import Static

from tui.ui.widgets.pinned_scroll import PinnedScroll
from tui.ui.widgets.plain_text import Plain
from tui.ui.widgets.tall_column import GRID_ROWS, TallColumn

ROWS = GRID_ROWS + GRID_ROWS // 4


class Page(App[None]):
    def compose(self) -> ComposeResult:
        with PinnedScroll(), TallColumn() as column:
            column.styles.height = "auto"
            for number in range(3):
                child = Static("\n".join(f"{number}:{row}" for row in range(ROWS)), markup=False)
                child.styles.margin = (0, 0, 1, 0)
                yield child


async def test_a_tall_column_is_laid_out_as_any_other_with_few_squares() -> None:
    app = Page()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        column = app.query_one(TallColumn)
        assert [child.region.height for child in column.children] == [ROWS] * 3
        assert [child.virtual_region.y for child in column.children] == [0, ROWS + 1, 2 * ROWS + 2]
        for container in (app.query_one(PinnedScroll), column):
            squares = container.arrange(container.container_size).spatial_map._map
            assert 0 < len(squares) < 40


async def test_every_part_of_a_tall_column_is_drawn() -> None:
    app = Page()
    async with app.run_test(size=(40, 10)) as pilot:
        scroll = app.query_one(PinnedScroll)
        for row, first in ((0, "0:0"), (ROWS - 3, f"0:{ROWS - 3}"), (2 * ROWS, f"1:{ROWS - 1}")):
            scroll.scroll_to(y=row, animate=False, immediate=True)
            await pilot.pause()
            shown = app.screen._compositor.render_strips()
            assert shown[0].text.split()[0] == first


class Grower(TallColumn):
    DEFAULT_CSS = "Grower { height: auto; }"


class Growing(App[None]):
    """Counts how often the screen is laid out."""

    def __init__(self) -> None:
        super().__init__()
        self.layouts = 0

    def compose(self) -> ComposeResult:
        with PinnedScroll(), Grower():
            yield Plain("one row")

    def on_mount(self) -> None:
        self.screen.screen_layout_refresh_signal.subscribe(self, self._count, immediate=True)

    def _count(self, _: object) -> None:
        self.layouts += 1


async def test_what_grows_in_a_tall_column_is_laid_out_once() -> None:
    app = Growing()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        # until there is a scroll bar, of which the layout must know
        text = app.query_one(Plain)
        text.update("\n".join(map(str, range(20))))
        await pilot.pause()
        column = app.query_one(Grower)
        app.layouts = 0
        # nothing is mounted: Textual asks for a layout at the start of that and at its end
        text.update("\n".join(map(str, range(21))))
        await pilot.pause()
        assert app.query_one(PinnedScroll).max_scroll_y == 11
        assert column.size.height == column.virtual_size.height == 21
        assert app.layouts == 1


async def test_a_tall_column_has_the_rows_of_each_width_it_comes_back_to() -> None:
    app = Growing()
    async with app.run_test(size=(40, 10)) as pilot:
        app.query_one(Plain).update("word " * 50)
        await pilot.pause()
        heights = []
        for width in (40, 20, 30, 40, 20):
            await pilot.resize_terminal(width, 10)
            await pilot.pause()
            heights.append(app.query_one(Grower).size.height)
        assert heights[0] == heights[3] < heights[2] < heights[1] == heights[4]


async def test_all_rows_of_a_tall_column_look_as_they_did_on_their_own() -> None:
    app = Growing()
    async with app.run_test(size=(40, 10)) as pilot:
        column = app.query_one(Grower)
        for look in ("blank", "heavy"):
            column.styles.border_left = (look, "red")
            column.styles.padding = (1, 2)
            await pilot.pause()
            crop = column.outer_size.region
            alone = column._styles_cache.render_widget(column, crop)
            assert [list(strip.simplify()) for strip in column.render_lines(crop)] == [
                list(strip.simplify()) for strip in alone
            ]
            part = column.render_lines(Region(1, 1, 5, 1))
            assert [strip.text for strip in part] == [alone[1].crop(1, 6).text]
        assert column.render_lines(Region(0, 0, 0, 0)) == []
