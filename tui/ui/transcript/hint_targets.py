"""Hint targets: links, citations, code and panels in sight that a typed label acts on."""

from __future__ import annotations

import string
from collections.abc import Iterator

from msgspec import Struct
from textual.geometry import Offset, Region
from textual.widget import Widget

from tui.ui.markdown.targets import CitationTarget, CodeTarget
from tui.ui.markdown.view import MarkdownView
from tui.ui.terminal.browser import is_openable
from tui.ui.transcript.sources import SourceList
from tui.ui.widgets.folding_panel import FoldingPanel

_HOME_ROW = "asdfghjkl"
LETTERS = _HOME_ROW + "".join(each for each in string.ascii_lowercase if each not in _HOME_ROW)


class ShownLink(Struct, frozen=True):
    """Opens in the browser."""

    url: str


class ShownCode(Struct, frozen=True):
    """Is copied as it was written."""

    source: str
    """The text that the code stands in."""
    target: CodeTarget


class ShownCitation(Struct, frozen=True):
    """Leads to its source."""

    text: MarkdownView
    marker: str


class Hint(Struct, frozen=True):
    """Where a label goes, and what typing it acts on."""

    cell: Offset
    """Of the screen; the label goes before it."""
    target: ShownLink | ShownCode | ShownCitation | FoldingPanel
    """A panel folds or unfolds."""


def hints_in_sight(transcript: Widget) -> list[Hint]:
    """Return what can be acted on in the view of the transcript, row by row."""
    view = transcript.content_region
    hints = [
        *_in_texts(transcript, view),
        *_panels(transcript, view),
        *_sources(transcript, view),
    ]
    return sorted(hints, key=lambda hint: (hint.cell.y, hint.cell.x))


def labels(count: int) -> list[str]:
    """Return so many labels, easy ones first; none begins with another."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    pairs = [first + second for first in LETTERS for second in LETTERS]
    return pairs[:count]


def _in_texts(transcript: Widget, view: Region) -> Iterator[Hint]:
    for text in transcript.query(MarkdownView):
        region = text.content_region
        in_sight = region.intersection(view)
        if not in_sight.area:
            continue
        for target in text.targets(in_sight.y - region.y, in_sight.bottom - region.y):
            y = region.y + target.row
            cell = Offset(region.x + target.cell, y)
            if isinstance(target, CodeTarget):
                yield Hint(cell, ShownCode(text.text, target))
            elif isinstance(target, CitationTarget):
                yield Hint(cell, ShownCitation(text, target.marker))
            elif is_openable(target.address):
                yield Hint(cell, ShownLink(target.address))


def _panels(transcript: Widget, view: Region) -> Iterator[Hint]:
    for panel in transcript.query(FoldingPanel):
        cell = panel.panel_title.region.offset
        if panel.region.area and view.contains_point(cell):
            yield Hint(cell, panel)


def _sources(transcript: Widget, view: Region) -> Iterator[Hint]:
    for sources in transcript.query(SourceList):
        for entry, url in sources.openable:
            cell = entry.region.offset
            if entry.region.area and view.contains_point(cell):
                yield Hint(cell, ShownLink(url))
