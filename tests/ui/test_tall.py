from textual.app import App, ComposeResult
from textual.widgets import Static

from tui.ui.widgets.pinned_scroll import PinnedScroll
from tui.ui.widgets.tall import GRID_ROWS, TallColumn

ROWS = GRID_ROWS * 5


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
