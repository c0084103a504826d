from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Static
from textual.widgets._footer import FooterKey

from tui.ui.widgets.key_footer import KeyFooter


class Bell(Static, can_focus=True):
    BINDINGS = [("a", "app.bell", "Ring")]


class Blank(Static, can_focus=True):
    pass


class Page(App[None]):
    BINDINGS = [
        Binding("b", "open", "Open", id="page.open"),
        Binding("c", "close", "Schließen"),
    ]

    can_open = True

    def compose(self) -> ComposeResult:
        yield Bell("one")
        yield Bell("two")
        yield Blank("three")
        yield KeyFooter(last_to_go=("page.open",))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return True if action != "open" or self.can_open else None

    @property
    def keys(self) -> Sequence[FooterKey]:
        return list(self.query(FooterKey))


async def test_keys_that_stay_the_same_stay_where_they_are() -> None:
    app = Page()
    async with app.run_test() as pilot:
        await pilot.pause()
        keys = app.keys
        assert [key.description for key in keys] == ["Ring", "Open", "Schließen"]
        await pilot.press("tab")
        assert app.focused is list(app.query(Bell))[1]
        assert app.keys == keys


async def test_keys_change_with_the_focus_and_with_what_an_action_allows() -> None:
    app = Page()
    async with app.run_test() as pilot:
        await pilot.press("shift+tab")
        assert [key.description for key in app.keys] == ["Open", "Schließen"]
        await pilot.press("tab")
        assert [key.description for key in app.keys] == ["Ring", "Open", "Schließen"]
        app.can_open = False
        app.refresh_bindings()
        await pilot.pause()
        assert [(key.description, key.has_class("-disabled")) for key in app.keys] == [
            ("Ring", False),
            ("Open", True),
            ("Schließen", False),
        ]


async def test_where_there_is_no_room_whole_keys_go_and_those_that_are_kept_go_last() -> None:
    app = Page()
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        seen: list[list[str]] = [[key.description for key in app.keys]]
        for width in range(40, 4, -1):
            await pilot.resize_terminal(width, 10)
            await pilot.pause()
            keys = app.keys
            # none is cut
            assert all(key.region.right <= width for key in keys)
            if [key.description for key in keys] != seen[-1]:
                seen.append([key.description for key in keys])
        assert seen == [["Ring", "Open", "Schließen"], ["Ring", "Open"], ["Open"], []]
        await pilot.resize_terminal(80, 10)
        await pilot.pause()
        assert [key.description for key in app.keys] == seen[0]
