from __future__ import annotations

from functools import partial

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Static

from tests.waiting import until
from tui.ui.terminal.app import DirtyRowsScreen
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
    asked = 0
    """How often it was asked what can be done."""

    def compose(self) -> ComposeResult:
        yield Bell("one")
        yield Bell("two")
        yield Blank("three")
        yield KeyFooter(last_to_go=("page.close", "page.open"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        self.asked += action == "open"
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


class PageOfFrames(Page):
    def get_default_screen(self) -> Screen[object]:
        return DirtyRowsScreen()


async def test_keys_are_read_once_for_a_frame_however_often_they_may_have_changed() -> None:
    app = PageOfFrames()
    async with app.run_test() as pilot:
        await pilot.pause()
        before = app.asked
        app.screen.refresh_bindings()
        await pilot.pause()
        once = app.asked - before
        for can_open in [False, True] * 10 + [False]:
            app.can_open = can_open
            app.screen.refresh_bindings()
        await pilot.pause()
        assert (once, app.asked - before) == (1, 2)
        assert [key.enabled for key in app.footer.keys] == [True, False, True]


async def test_keys_that_changed_under_another_screen_are_shown_behind_it() -> None:
    app = PageOfFrames()
    async with app.run_test() as pilot:
        await pilot.pause()
        below, footer = app.screen, app.footer
        await app.push_screen(DirtyRowsScreen())
        app.can_open = False
        below.refresh_bindings()
        await pilot.pause()
        await app.pop_screen()
        await pilot.pause()
        assert [key.enabled for key in footer.keys] == [True, False, True]


async def test_a_frame_comes_for_what_is_done_before_it_but_not_where_nothing_is_seen() -> None:
    app, done = PageOfFrames(), list[str]()
    async with app.run_test() as pilot:
        await pilot.pause()
        below, footer = app.screen, app.footer
        assert isinstance(below, DirtyRowsScreen)
        below.before_frame(partial(done.append, "on top"))
        await until(lambda: done == ["on top"])
        # one that is right under another may be seen through it
        await app.push_screen(DirtyRowsScreen())
        await app.push_screen(DirtyRowsScreen())
        below.before_frame(partial(done.append, "below"))
        below.draw_soon(footer)
        await pilot.pause()
        assert done == ["on top"]
        await app.pop_screen()
        await app.pop_screen()
        await until(lambda: done == ["on top", "below"])
