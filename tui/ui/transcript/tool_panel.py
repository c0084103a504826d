"""Tool panel: one tool call, with state in its title and arguments and result folded away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from tui.formatting.search_pattern import SearchPattern
from tui.formatting.times import duration
from tui.model import ToolPart, ToolState
from tui.safe_text import clean_line
from tui.ui.search.matches import IN_ARGUMENTS, IN_NAME, result_of
from tui.ui.widgets.expandable_text import ExpandableText
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.highlighting import highlighted
from tui.ui.widgets.plain_text import Plain

PROGRESS_CHARS = 60
"""Of what a running tool says of itself, in its title; inside stands all of it."""

_LOOKS = {
    ToolState.RUNNING: ("●", "running", "$accent"),
    ToolState.DONE: ("✓", "done", "$success"),
    ToolState.FAILED: ("✗", "failed", "$error"),
    ToolState.UNANSWERED: ("–", "no result came", "$warning"),
}
_NAME_AT = len("● ")


class ToolPanel(FoldingPanel):
    """Name, state and duration in the title; arguments and result inside.

    It opens by itself when the tool fails and is folded otherwise.
    """

    def __init__(self, part: ToolPart) -> None:
        # first, because the stock panel already watches itself while it is made
        self._is_filled = False
        self._pattern: SearchPattern | None = None
        super().__init__(_title(part), collapsed=part.state is not ToolState.FAILED)
        self.part = part

    def compose_contents(self) -> ComposeResult:
        self._is_filled = not self.collapsed
        # what is folded costs nothing until somebody looks into it
        yield from self._inside() if self._is_filled else ()

    def _inside(self) -> Iterator[Widget]:
        yield Plain("arguments", classes="label")
        yield ExpandableText(self.part.arguments, self._pattern, classes="arguments")
        yield Plain("result", classes="label")
        yield ExpandableText(result_of(self.part), self._pattern, classes="result")

    def watch_collapsed(self, collapsed: bool) -> None:
        super().watch_collapsed(collapsed)
        if not collapsed and not self._is_filled and self.is_mounted:
            self._is_filled = True
            self.query_one(self.Contents).mount(*self._inside())
        elif not collapsed:
            self._highlight_inside()

    async def show(self, part: ToolPart) -> None:
        """Show `part`, the same call at a later time."""
        if part == self.part:
            return
        failed_now = part.state is ToolState.FAILED and self.part.state is not ToolState.FAILED
        self.part = part
        self._draw_title()
        if self._is_filled:
            await self.query_one(".arguments", ExpandableText).show(part.arguments)
            await self.query_one(".result", ExpandableText).show(result_of(part))
        if failed_now:
            self.collapsed = False

    # Highlights

    @property
    def is_drawn(self) -> bool:
        texts = self.query(ExpandableText)
        return self.is_laid_out and all(each.is_drawn for each in texts)

    def highlight(self, pattern: SearchPattern | None) -> None:
        """Highlight the matches of `pattern` in name, arguments and result, `None` for none."""
        if pattern != self._pattern:
            self._pattern = pattern
            self._draw_title()
            if not self.collapsed:
                self._highlight_inside()

    def find_row(self, passage: int, at: int) -> int:
        """Highlight the match at `at` of a passage as the current one; return its row here.

        The row of the title when they stand there or the panel is folded.
        """
        for each in self.query(ExpandableText):
            each.clear_current()
        is_in_title = passage == IN_NAME
        self._draw_title(at if is_in_title else None)
        if is_in_title or self.collapsed:
            return 0
        inside = ".arguments" if passage == IN_ARGUMENTS else ".result"
        text = self.query_one(inside, ExpandableText)
        return text.region.y - self.region.y + text.find_row(at)

    def _highlight_inside(self) -> None:
        for each in self.query(ExpandableText):
            each.highlight(self._pattern)

    def _draw_title(self, current: int | None = None) -> None:
        title = _title(self.part)
        if self._pattern is not None:
            places = [
                (start + _NAME_AT, end + _NAME_AT)
                for start, end in self._pattern.spans(self.part.name)
            ]
            title = highlighted(title, places, None if current is None else current + _NAME_AT)
        self.retitle(title)


def toggle_all(panels: Sequence[ToolPanel]) -> None:
    """Unfold all panels, or fold them all when any is open."""
    fold = any(not panel.collapsed for panel in panels)
    for panel in panels:
        panel.collapsed = fold


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
