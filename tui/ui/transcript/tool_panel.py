"""Tool panel: one tool call, with state in its title and arguments and result folded away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.widget import Widget

from tui.formatting.search_pattern import SearchPattern
from tui.model import ToolPart, ToolState
from tui.ui.search.matches import IN_ARGUMENTS, IN_NAME, result_of
from tui.ui.transcript.tool_head import NAME_AT, tool_head
from tui.ui.widgets.expandable_text import ExpandableText
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.highlighting import highlighted
from tui.ui.widgets.plain_text import Plain

UNMEASURED_CELLS = 92
"""Of the head, before the panel is laid out."""


class ToolPanel(FoldingPanel):
    """The call on one line in the title; arguments and result inside.

    It opens by itself when the tool fails and is folded otherwise.
    """

    DEFAULT_CSS = """
    ToolPanel.-failed { border-left: outer $error; }
    """

    def __init__(self, part: ToolPart) -> None:
        # first, because the stock panel already watches itself while it is made
        self._is_filled = False
        self._pattern: SearchPattern | None = None
        has_failed = part.state is ToolState.FAILED
        super().__init__(tool_head(part, UNMEASURED_CELLS), collapsed=not has_failed)
        self.part = part
        self._current: int | None = None
        """Where in the name the current match begins."""
        self.set_class(has_failed, "-failed")

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
        self.set_class(part.state is ToolState.FAILED, "-failed")
        self._draw_title()
        if self._is_filled:
            await self.query_one(".arguments", ExpandableText).show(part.arguments)
            await self.query_one(".result", ExpandableText).show(result_of(part))
        if failed_now:
            self.collapsed = False

    @property
    def is_running(self) -> bool:
        return self.part.state is ToolState.RUNNING

    def on_resize(self) -> None:
        self._draw_title()

    # Highlights

    @property
    def is_drawn(self) -> bool:
        texts = self.query(ExpandableText)
        return self.is_laid_out and all(each.is_drawn for each in texts)

    def highlight(self, pattern: SearchPattern | None) -> None:
        """Highlight the matches of `pattern` in name, arguments and result, `None` for none."""
        if pattern != self._pattern:
            self._pattern, self._current = pattern, None
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
        self._current = at if is_in_title else None
        self._draw_title()
        if is_in_title or self.collapsed:
            return 0
        inside = ".arguments" if passage == IN_ARGUMENTS else ".result"
        text = self.query_one(inside, ExpandableText)
        return text.region.y - self.region.y + text.find_row(at)

    def _highlight_inside(self) -> None:
        for each in self.query(ExpandableText):
            each.highlight(self._pattern)

    def _draw_title(self) -> None:
        title = tool_head(self.part, self.panel_title.label_cells or UNMEASURED_CELLS)
        if self._pattern is not None:
            places = [
                (start + NAME_AT, end + NAME_AT)
                for start, end in self._pattern.spans(self.part.name)
            ]
            current = None if self._current is None else self._current + NAME_AT
            title = highlighted(title, places, current)
        self.retitle(title)


def toggle_all(panels: Sequence[ToolPanel]) -> None:
    """Unfold all panels, or fold them all when any is open."""
    fold = any(not panel.collapsed for panel in panels)
    for panel in panels:
        panel.collapsed = fold
