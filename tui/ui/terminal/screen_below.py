"""Screen below a dialog, as the ground that the dialog lies on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.css.styles import RulesMap
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.visual import RenderOptions, Visual

Mix = Callable[[Iterable[Segment], Color], Iterable[Segment]]

LOOKS = 1024
"""So many looks are known: a theme has some hundred."""


class ScreenBelow(Visual):
    """Draws what `ground` would, each look mixed once and not once for each piece of text."""

    def __init__(self, ground: BackgroundScreen) -> None:
        self._ground = ground

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return self._ground.screen.size.width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._ground.screen.size.height

    def render_strips(
        self, width: int, height: int | None, style: VisualStyle, options: RenderOptions
    ) -> list[Strip]:
        mix, colour, base = self._ground.process_segments, self._ground.color, style.rich_style
        rows = self._ground.screen._compositor.render_strips()
        return [
            Strip(
                [Segment(text, _mixed(mix, look, colour, base)) for text, look, _ in row],
                row.cell_length,
            ).crop(0, width)
            for row in rows[:height]
        ]


@lru_cache(LOOKS)
def _mixed(mix: Mix, look: Style | None, colour: Color, base: Style) -> Style:
    """Return how text that looks so on the screen is drawn below a dialog."""
    (mixed,) = mix([Segment("", look)], colour)
    return base + mixed.style if mixed.style is not None else base
