"""Dimmed screen behind a dialog, where colours are the terminal's own and cannot be mixed."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen

_DIM = Style(dim=True, bold=False)


class DimmedScreen(BackgroundScreen):
    """Draws a screen faintly instead of tinting it."""

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterable[Segment]:
        for text, style, control in segments:
            plain = style.clear_meta_and_links() if style is not None else Style.null()
            yield Segment(text, None if control else plain + _DIM, control)
