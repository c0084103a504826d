from __future__ import annotations

from textual.app import ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from tui.ui.terminal.app import DirtyRowsScreen, TerminalApp


class Counted(Static, can_focus=True):
    DEFAULT_CSS = "Counted:focus { text-style: bold; }"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.drawn = 0

    def render_lines(self, crop: Region) -> list[Strip]:
        self.drawn += 1
        return super().render_lines(crop)


class ThreeLines(DirtyRowsScreen[None]):
    AUTO_FOCUS = None

    def compose(self) -> ComposeResult:
        yield from (Counted(text) for text in ("one", "two", "three"))


class Lines(TerminalApp[None]):
    def get_default_screen(self) -> ThreeLines:
        return ThreeLines()


async def test_a_focus_that_moves_has_drawn_what_lost_and_what_has_it_and_nothing_else() -> None:
    app = Lines()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        lines = [*app.screen.query(Counted)]
        lines[0].focus()
        await pilot.pause()
        before = [each.drawn for each in lines]
        lines[1].focus()
        await pilot.pause()
        assert [each.drawn > was for each, was in zip(lines, before, strict=True)] == [
            True,
            True,
            False,
        ]
        bold = [
            any(segment.style and segment.style.bold for segment in each.render_line(0))
            for each in lines
        ]
        assert bold == [False, True, False]
