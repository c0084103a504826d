"""Scroll bar renderer that makes each of the few kinds of rows of a bar once."""

from __future__ import annotations

from rich.color import Color
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.css.styles import RulesMap
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

_BACK, _BAR = Color.parse("#555555"), Color.parse("bright_magenta")


class SharedRowsBar(ScrollBarRender, Visual):
    """Looks like Textual's own, which goes through Rich and makes every row anew.

    A bar changes with each step of a text that is followed, and its rows cost as much then as
    those of the text.
    """

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        return self.rows(width, height or 1, style)

    def rows(self, width: int, height: int, style: Style) -> list[Strip]:
        """Return the rows of a bar of this size, over the ground of `style`."""
        colours = RichStyle.parse(self.style) if isinstance(self.style, str) else self.style
        bar = self.render_bar(
            height if self.vertical else width,
            self.virtual_size,
            self.window_size,
            self.position,
            width if self.vertical else height,
            self.vertical,
            colours.bgcolor or _BACK,
            colours.color or _BAR,
        )
        base = style.rich_style
        if not self.vertical:
            cells = [Segment(text, base + own) for text, own, _ in bar.segments[:width] if own]
            return [Strip(cells)] * height
        rows: dict[Segment, Strip] = {}
        for segment in bar.segments:
            if segment not in rows:
                rows[segment] = Strip([Segment(segment.text, base + (segment.style or base))])
        return [rows[segment] for segment in bar.segments[:height]]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return self.thickness if self.vertical else container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self.window_size if self.vertical else self.thickness


def bar_lines(bar: ScrollBar, crop: Region) -> list[Strip]:
    """Return rows of a scroll bar, as its `render_lines` does at four times the cost.

    Textual puts each of its rows through what borders and padding need.
    """
    drawn = bar.render()
    if not isinstance(drawn, SharedRowsBar) or bar.styles.gutter or bar.opacity < 1:
        return bar.render_lines(crop)
    width, height = bar.region.size
    strips = drawn.rows(width, height, bar.visual_style)[crop.y : crop.bottom]
    ground = bar.background_colors[1]
    for line_filter in bar.get_line_filters():
        strips = [strip.apply_filter(line_filter, ground) for strip in strips]
    if crop.column_span != (0, width):
        strips = [strip.crop(*crop.column_span) for strip in strips]
    return strips
