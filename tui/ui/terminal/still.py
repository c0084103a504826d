"""Still of a screen as SVG: the same picture for the same cells, however they came to be drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.app import App

_RUN = re.compile(r" +|[^ ]+")
_PLAIN = Style()


Rows = list[list[Segment]]


def rows_of(app: App[Any]) -> Rows:
    """Return the rows of the screen of `app` as it is now, with what is seen of those behind it."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)
    return [[each for strip in strips for each in strip] for strips in update.strips]


def still_of(rows: Rows, width: int, title: str) -> str:
    """Return rows of so many cells as SVG, in a window's frame."""
    console = Console(
        width=width,
        height=len(rows),
        file=StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
        safe_box=False,
    )
    console.print(Segments([each for row in rows for each in (*joined(row), Segment.line())]))
    return console.export_svg(title=title)


def joined(row: Iterable[Segment]) -> list[Segment]:
    """Return a row in the fewest pieces that look the same.

    Who drew a row cut it where it was convenient then, and blanks tell of colours that no letter
    has: neither is seen, and both hang on the frames that were drawn before.
    """
    pieces: list[tuple[str, Style]] = []
    for text, style in _runs(row):
        last = pieces[-1][1] if pieces else _PLAIN
        looks = last if text.isspace() and _as_blank(last) == _as_blank(style) else style
        if text.isspace() and looks is not last:
            looks = _as_blank(style)
        if pieces and looks == last:
            pieces[-1] = pieces[-1][0] + text, last
        else:
            pieces.append((text, looks))
    return [Segment(text, style) for text, style in pieces]


def _runs(row: Iterable[Segment]) -> Iterator[tuple[str, Style]]:
    """Yield blanks and words by themselves, with what is seen of their styles."""
    for text, style, control in row:
        if not control:
            seen = _seen(style or _PLAIN)
            for run in _RUN.findall(text):
                yield run, seen


def _seen(style: Style) -> Style:
    return style.clear_meta_and_links()


def _as_blank(style: Style) -> Style:
    """Return what is seen of a style where nothing is written."""
    if style.reverse or style.underline or style.strike:
        return style
    return Style(bgcolor=style.bgcolor)
