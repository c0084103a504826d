"""A tool call as a panel that folds."""

from __future__ import annotations

import json

from textual.app import ComposeResult
from textual.content import Content

from tui.model import ToolPart, ToolState
from tui.safe_text import JsonValue, clean_line
from tui.ui.times import duration
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.plain import Plain

SHOWN_CHARS = 4_000
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
        super().__init__(_title(part), collapsed=part.state is not ToolState.FAILED)
        self.part = part

    def compose(self) -> ComposeResult:
        yield self._title
        with self.Contents():
            yield Plain("arguments", classes="label")
            yield Plain(pretty(self.part.arguments), classes="arguments")
            yield Plain("result", classes="label")
            yield Plain(_result(self.part), classes="result")

    def show(self, part: ToolPart) -> None:
        """Show `part`, the same call at a later time."""
        if part == self.part:
            return
        failed_now = part.state is ToolState.FAILED and self.part.state is not ToolState.FAILED
        self.part = part
        self.retitle(_title(part))
        self.query_one(".arguments", Plain).update(pretty(part.arguments))
        self.query_one(".result", Plain).update(_result(part))
        if failed_now:
            self.collapsed = False


def pretty(value: JsonValue) -> str:
    """Return JSON for reading, text as it is; what is cut says how much."""
    if value is None:
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    if len(text) > SHOWN_CHARS:
        return f"{text[:SHOWN_CHARS]}\n… {len(text) - SHOWN_CHARS:,} more characters"
    return text


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


def _result(part: ToolPart) -> str:
    if part.state is ToolState.RUNNING:
        return part.progress or "still running"
    return pretty(part.result)
