from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.app import ComposeResult
from textual.color import Color
from textual.content import Content
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.strip import Strip
from textual.visual import RenderOptions, RichVisual
from textual.widgets import Static

from tests.tables import each_row
from tui.ui.dialogs.dimmed_screen import DimmedScreen
from tui.ui.terminal.app import TerminalApp
from tui.ui.terminal.screen_below import ScreenBelow

TEXT = Content.from_markup(
    "plain [b red]red[/] [on blue]ground[/] [@click=app.bell]acts[/] [dim i]faint[/] 日本 \u0301"
)
TINTS = [Color(9, 9, 9, 0.6), Color(200, 30, 30, 0.2), Color(0, 0, 0, 0), Color(1, 2, 3)]


class Below(Screen[None]):
    DEFAULT_CSS = "Below Static { border: round green; }"

    def compose(self) -> ComposeResult:
        yield Static(TEXT)
        yield Static("more", classes="more")


class OneScreen(TerminalApp[None]):
    def get_default_screen(self) -> Below:
        return Below()


def cells(strips: Sequence[Strip]) -> list[list[tuple[str, Style | None]]]:
    return [
        [(character, style) for text, style, _ in strip for character in text] for strip in strips
    ]


@each_row("tint", TINTS)
@each_row("kind", [BackgroundScreen, DimmedScreen])
async def test_a_screen_below_is_drawn_as_textual_would_draw_it(
    kind: type[BackgroundScreen], tint: Color
) -> None:
    app = OneScreen()
    async with app.run_test(size=(50, 9)) as pilot:
        await pilot.pause()
        screen, ground = app.screen, kind(app.screen, tint)
        options = RenderOptions(lambda name: screen.visual_style, {})
        for width, height in ((50, 9), (30, 4)):
            drawn = [
                visual.render_strips(width, height, screen.visual_style, options)
                for visual in (ScreenBelow(ground), RichVisual(screen, ground))
            ]
            assert cells(drawn[0]) == cells(drawn[1])
