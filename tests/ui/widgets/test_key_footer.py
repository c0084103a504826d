from __future__ import annotations

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from tui.ui.widgets.key_footer import KeyFooter, ShownKey


class Bell(Static, can_focus=True):
    BINDINGS = [("a,z", "app.bell", "Ring")]


class Blank(Static, can_focus=True):
    pass


class Page(App[None]):
    BINDINGS = [
        Binding("b", "open", "Open", id="page.open"),
        Binding("c", "close", "Schließen", id="page.close"),
    ]

    can_open = True
    opened = 0

    def compose(self) -> ComposeResult:
        yield Bell("one")
        yield Bell("two")
        yield Blank("three")
        yield KeyFooter(last_to_go=("page.close", "page.open"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return True if action != "open" or self.can_open else None

    def action_open(self) -> None:
        self.opened += 1

    @property
    def footer(self) -> KeyFooter:
        return self.query_one(KeyFooter)

    @property
    def hovered(self) -> ShownKey | None:
        return self.footer.hovered

    @property
    def line(self) -> str:
        return self.footer.render_line(0).text


async def test_keys_change_with_the_focus_and_with_what_an_action_allows() -> None:
    app = Page()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.line.rstrip() == " a Ring  b Open  c Schließen"
        assert len(app.line) == app.size.width
        keys = app.footer.keys
        await pilot.press("tab")
        assert app.focused is list(app.query(Bell))[1]
        assert app.footer.keys is keys
        await pilot.press("tab")
        assert app.line.rstrip() == " b Open  c Schließen"
        await pilot.press("shift+tab")
        app.can_open = False
        app.refresh_bindings()
        await pilot.pause()
        assert app.line.rstrip() == " a Ring  b Open  c Schließen"
        dim = [segment.text for segment in app.footer.render_line(0) if segment.style.dim]  # type: ignore[union-attr]
        assert dim == [" b ", "Open "]


async def test_a_click_on_any_cell_of_a_key_presses_it_and_beside_them_nothing() -> None:
    app = Page()
    async with app.run_test() as pilot:
        await pilot.pause()
        ring, opens, closes = app.footer.keys
        ground = app.footer.render_line(0).crop(8, 15)
        for x, hovered in (
            (0, ring),
            (7, ring),
            (8, opens),
            (15, opens),
            (16, closes),
            (28, closes),
            (29, None),
        ):
            await pilot.hover(KeyFooter, (x, 0))
            assert app.hovered == hovered
            assert (app.footer.render_line(0).crop(8, 15) != ground) is (hovered == opens)
            await pilot.click(KeyFooter, (x, 0))
            assert app.opened == (0 if x < 8 else 1 if x < 15 else 2)
        await pilot.hover(KeyFooter, (0, 0))
        await pilot.hover(Bell)
        assert app.hovered is None
        app.can_open = False
        app.refresh_bindings()
        await pilot.click(KeyFooter, (8, 0))
        assert app.opened == 2


async def test_where_there_is_no_room_whole_keys_go_and_those_that_are_kept_go_last() -> None:
    app = Page()
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        seen = [app.line.split()]
        for width in range(40, 4, -1):
            await pilot.resize_terminal(width, 10)
            await pilot.pause()
            assert len(app.line) == width
            if app.line.split() != seen[-1]:
                seen.append(app.line.split())
        assert seen == [
            ["a", "Ring", "b", "Open", "c", "Schließen"],
            ["b", "Open", "c", "Schließen"],
            ["c", "Schließen"],
            [],
        ]
        await pilot.resize_terminal(80, 10)
        await pilot.pause()
        assert app.line.split() == seen[0]
