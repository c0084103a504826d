from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.widgets import Static
from textual.widgets._footer import FooterKey

from tui.ui.widgets.key_footer import KeyFooter


class Bell(Static, can_focus=True):
    BINDINGS = [("a", "app.bell", "Ring")]


class Blank(Static, can_focus=True):
    pass


class Page(App[None]):
    BINDINGS = [("b", "open", "Open")]

    can_open = True

    def compose(self) -> ComposeResult:
        yield Bell("one")
        yield Bell("two")
        yield Blank("three")
        yield KeyFooter(show_command_palette=False)

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
        assert [key.description for key in keys] == ["Ring", "Open"]
        await pilot.press("tab")
        assert app.focused is list(app.query(Bell))[1]
        assert app.keys == keys


async def test_keys_change_with_the_focus_and_with_what_an_action_allows() -> None:
    app = Page()
    async with app.run_test() as pilot:
        await pilot.press("shift+tab")
        assert [key.description for key in app.keys] == ["Open"]
        await pilot.press("tab")
        assert [key.description for key in app.keys] == ["Ring", "Open"]
        app.can_open = False
        app.refresh_bindings()
        await pilot.pause()
        assert [(key.description, key.has_class("-disabled")) for key in app.keys] == [
            ("Ring", False),
            ("Open", True),
        ]
