"""The contrast of cells as they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, MONOKAI, TerminalTheme
from textual.widget import Widget

from tests.ui.harness import Stage
from tui.ui.themes.contrast import MARKS, TEXT

CONSOLE = TerminalTheme(
    (0, 0, 0),
    (170, 170, 170),
    [
        (red * 170, 85 if red and green and not blue else green * 170, blue * 170)
        for blue in (0, 1)
        for green in (0, 1)
        for red in (0, 1)
    ],
    [
        (85 + red * 170, 85 + green * 170, 85 + blue * 170)
        for blue in (0, 1)
        for green in (0, 1)
        for red in (0, 1)
    ],
)
"""The console of Linux."""
TERMINALS: Sequence[TerminalTheme] = (MONOKAI, CONSOLE, DEFAULT_TERMINAL_THEME)
"""What the sixteen colours are in two dark terminals and in a light one."""


_GLYPHS = "●✓✗…✎–▶▼▸❝▣›◆•☐☑»«❯❮"
"""Beside lines, bars and boxes, what is no text."""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    style: Style

    @property
    def is_mark(self) -> bool:
        return self.text in _GLYPHS or "─" <= self.text <= "▟"

    @property
    def least(self) -> float:
        """The contrast it needs."""
        return MARKS if self.is_mark else TEXT


def cells(it: Stage, widget: Widget | None = None) -> list[list[Cell]]:
    """Return the screen, or a widget, row by row; a character of two cells stands in both."""
    rows = []
    strips = it.app.screen._compositor.render_strips()
    if widget is not None:
        area = widget.region
        strips = [each.crop(area.x, area.right) for each in strips[area.y : area.bottom]]
    for strip in strips:
        row: list[Cell] = []
        for text, style, control in strip:
            if not control:
                row += [Cell(each, style or Style()) for each in _spread(text)]
        rows.append(row)
    return rows


def _spread(text: str) -> Iterator[str]:
    for each in text:
        yield from [each] * cell_len(each)


@cache
def contrast(style: Style, terminal: TerminalTheme) -> float:
    """Return the ratio of brightness of text and ground, 1 to 21."""
    ink, ground = colours(style, terminal)
    dark, bright = sorted((luminance(ink), luminance(ground)))
    return (bright + 0.05) / (dark + 0.05)


@cache
def colours(style: Style, terminal: TerminalTheme) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the colour of the text and that of the ground, as they come out."""
    ink = (style.color or Color.default()).get_truecolor(terminal)
    ground = (style.bgcolor or Color.default()).get_truecolor(terminal, foreground=False)
    if style.dim:
        ink = type(ink)(*((one + other) // 2 for one, other in zip(ink, ground, strict=True)))
    return (ground, ink) if style.reverse else (ink, ground)


def luminance(colour: Sequence[int]) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (each / 255 for each in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
