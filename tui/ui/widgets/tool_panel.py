"""A tool call as a panel that folds."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from tui.model import ToolPart, ToolState
from tui.safe_text import JsonValue, SafeText, clean_line
from tui.ui.times import duration
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.pieces import Pieces
from tui.ui.widgets.plain import Plain

PROGRESS_CHARS = 60
"""Of what a running tool says of itself, in its title; inside stands all of it."""

_LOOKS = {
    ToolState.RUNNING: ("●", "running", "$accent"),
    ToolState.DONE: ("✓", "done", "$success"),
    ToolState.FAILED: ("✗", "failed", "$error"),
    ToolState.UNANSWERED: ("–", "no result came", "$warning"),
}


class ToolPanel(FoldingPanel):
    """Name, state and duration in the title; arguments and result inside.

    It opens by itself when the tool fails and is folded otherwise.
    """

    def __init__(self, part: ToolPart) -> None:
        # first, because the stock panel already watches itself while it is made
        self._is_filled = False
        super().__init__(_title(part), collapsed=part.state is not ToolState.FAILED)
        self.part = part

    def compose(self) -> ComposeResult:
        yield self._title
        self._is_filled = not self.collapsed
        with self.Contents():
            # what is folded costs nothing until somebody looks into it
            yield from self._inside() if self._is_filled else ()

    def _inside(self) -> Iterator[Widget]:
        yield Plain("arguments", classes="label")
        yield Pieces(self.part.arguments, classes="arguments")
        yield Plain("result", classes="label")
        yield Pieces(_result(self.part), classes="result")

    def watch_collapsed(self, collapsed: bool) -> None:
        if not collapsed and not self._is_filled and self.is_mounted:
            self._is_filled = True
            self.query_one(self.Contents).mount(*self._inside())

    async def show(self, part: ToolPart) -> None:
        """Show `part`, the same call at a later time."""
        if part == self.part:
            return
        failed_now = part.state is ToolState.FAILED and self.part.state is not ToolState.FAILED
        self.part = part
        self.retitle(_title(part))
        if self._is_filled:
            await self.query_one(".arguments", Pieces).show(part.arguments)
            await self.query_one(".result", Pieces).show(_result(part))
        if failed_now:
            self.collapsed = False


def _title(part: ToolPart) -> Content:
    glyph, word, colour = _LOOKS[part.state]
    words = [word]
    if part.state is ToolState.RUNNING and part.progress:
        words.append(clean_line(part.progress, PROGRESS_CHARS))
    if part.duration_s is not None:
        words.append(duration(part.duration_s))
    return Content.assemble(
        (glyph, colour), " ", (part.name, "bold"), "  ", (" · ".join(words), "$foreground-muted")
    )


def _result(part: ToolPart) -> JsonValue:
    if part.state is ToolState.RUNNING:
        return part.progress or SafeText("still running")
    return part.result
