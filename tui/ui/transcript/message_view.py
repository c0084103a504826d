"""Message view: one message of the transcript, with its heading, parts and failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from tui.formatting.search_pattern import SearchPattern
from tui.formatting.speakers import SPEAKERS
from tui.formatting.times import clock_time
from tui.model import (
    CitationsPart,
    Message,
    MessageStatus,
    NotePart,
    Part,
    Role,
    TextPart,
    ToolPart,
)
from tui.ui.markdown.scroll_anchor import ScrollAnchor
from tui.ui.transcript.failure_note import FailureNote
from tui.ui.transcript.next_keys import NextKeys
from tui.ui.transcript.question import Question
from tui.ui.transcript.reply import Reply
from tui.ui.transcript.sources import Sources
from tui.ui.transcript.tool_panel import ToolPanel
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.highlighted_text import HighlightedText
from tui.ui.widgets.highlighting import Findable
from tui.ui.widgets.plain_text import Plain
from tui.ui.widgets.tall_column import TallColumn

_STATUS_WORDS = {
    MessageStatus.STORED: "",
    MessageStatus.STREAMING: "",
    MessageStatus.PARTIAL: "incomplete",
    MessageStatus.UNCONFIRMED: "not confirmed by the server",
    MessageStatus.UNSENT: "not sent",
}

Folds = tuple[bool | None, ...]
"""For each part whether its panel is folded, `None` for a part that is no panel."""


@dataclass(frozen=True, slots=True)
class EndOfMessage:
    """How far a message goes: its last part, and what of a text ends it."""

    part: int
    anchor: ScrollAnchor | None


class MessageView(TallColumn):
    """Draws one message and follows its changes part by part, in the same widgets.

    `next_keys` tells what helps with a message that is not as it should be, `folds` how its
    panels stood when it was unmounted, `rows_ahead` how many empty rows to keep below a text
    that is coming.
    """

    DEFAULT_CSS = """
    MessageView {
        height: auto; width: 1fr; max-width: 104; padding: 0 1 0 1; margin: 0 0 1 0;
        border-left: blank;
        & > .who { height: 1; }
        & > .parts { height: auto; padding: 0 0 0 2; }
        & > .parts > .-below-text { margin-top: 1; }
        &.-selected { border-left: heavy $accent; }
    }
    """

    def __init__(
        self,
        message: Message,
        now: Callable[[], datetime],
        next_keys: Callable[[Message], NextKeys],
        folds: Folds = (),
        rows_ahead: Callable[[], int] = lambda: 0,
    ) -> None:
        super().__init__(classes=f"-{message.role}")
        self.message = message
        self._now = now
        self._next_keys = next_keys
        self._is_picked = False
        self._parts: list[Part] = []
        self._widgets: list[Widget] = []
        self._folds = folds
        self._rows_ahead = rows_ahead
        self._pattern: SearchPattern | None = None

    def compose(self) -> ComposeResult:
        yield Plain(self._heading(), classes="who")
        with TallColumn(classes="parts"):
            for index, part in enumerate(self.message.parts):
                widget = self._widget(index, part)
                if isinstance(widget, FoldingPanel) and index < len(self._folds):
                    widget.collapsed = bool(self._folds[index])
                self._parts.append(part)
                self._widgets.append(widget)
                yield widget
        yield FailureNote(self.message.failure, self._next_keys(self.message))

    async def show(self, message: Message) -> None:
        """Show `message`, this one at a later time; what is the same stays untouched."""
        if message == self.message:
            return
        before, self.message = self.message, message
        if not _stand_alike(before, message):
            self.query_one(".who", Plain).update(self._heading())
            self.query_one(FailureNote).show(message.failure, self._next_keys(message))
        for index, part in enumerate(message.parts):
            if index < len(self._parts) and await self._take_over(index, part):
                continue
            await self._drop_from(index)
            await self._append(index, part)
        await self._drop_from(len(message.parts))

    def show_picked(self, is_picked: bool) -> None:
        """Say in the heading whether this is picked for deletion."""
        if is_picked != self._is_picked:
            self._is_picked = is_picked
            if self.is_mounted:
                self.query_one(".who", Plain).update(self._heading())

    def highlight(self, pattern: SearchPattern | None) -> None:
        """Highlight the matches of `pattern` in the parts, `None` for none."""
        self._pattern = pattern
        for widget in self._widgets:
            if isinstance(widget, Findable):
                widget.highlight(pattern)

    def unfold(self, part: int) -> None:
        """Show what is in a part."""
        if part < len(self._widgets) and isinstance(panel := self._widgets[part], FoldingPanel):
            panel.collapsed = False

    @property
    def is_drawn(self) -> bool:
        """Nothing of the parts is still to be read or laid out."""
        return all(widget.is_drawn for widget in self._widgets if isinstance(widget, Findable))

    @property
    def empty_rows(self) -> int:
        """Rows at the end laid out for what comes next."""
        last = self._widgets[-1] if self._widgets else None
        return last.empty_rows if isinstance(last, Reply) else 0

    def find_row(self, part: int, passage: int, at: int) -> int:
        """Highlight the match at `at` of a passage as the current one; return its row."""
        if part >= len(self._widgets):
            return 0
        widget = self._widgets[part]
        row = widget.find_row(passage, at) if isinstance(widget, Findable) else 0
        return widget.region.y - self.region.y + row

    @property
    def end(self) -> EndOfMessage:
        """Where the message ends now."""
        last = self._widgets[-1] if self._widgets else None
        anchor = last.end_anchor if isinstance(last, Reply) else None
        return EndOfMessage(len(self._widgets) - 1, anchor)

    def end_at(self, row: int) -> EndOfMessage:
        """Return how far the message goes above a row of it."""
        seen = EndOfMessage(-1, None)
        for index, widget in enumerate(self._widgets):
            rows = row - (widget.region.y - self.region.y)
            if rows <= 0:
                break
            anchor = widget.anchor_at(rows - 1) if isinstance(widget, Reply) else None
            seen = EndOfMessage(index, anchor)
        return seen

    def rows_after(self, end: EndOfMessage | None) -> int:
        """Return how many rows the parts have after an end, `None` for all; 1 for a panel."""
        rows = 0
        for index, widget in enumerate(self._widgets):
            is_new = end is None or index > end.part
            if isinstance(widget, Reply) and end is not None and index == end.part:
                rows += widget.rows_after(end.anchor)
            elif isinstance(widget, Reply) and is_new:
                rows += widget.rows_after(None)
            elif is_new:
                rows += 1 if isinstance(widget, FoldingPanel) else widget.outer_size.height
        return rows

    @property
    def folds(self) -> Folds:
        """How the panels stand; empty when there is none."""
        folds = tuple(
            widget.collapsed if isinstance(widget, FoldingPanel) else None
            for widget in self._widgets
        )
        return folds if any(each is not None for each in folds) else ()

    @property
    def tool_panels(self) -> list[ToolPanel]:
        return [widget for widget in self._widgets if isinstance(widget, ToolPanel)]

    async def _take_over(self, index: int, part: Part) -> bool:
        """Let the widget at `index` show `part`; `False` when it is of another kind."""
        shown, widget = self._parts[index], self._widgets[index]
        if isinstance(widget, Reply) and isinstance(part, TextPart):
            # the same text too: that it is whole may be what is new
            widget.show(part.text, whole=self._is_whole(index))
            self._parts[index] = part
        elif shown != part:
            if isinstance(widget, ToolPanel) and isinstance(part, ToolPart):
                await widget.show(part)
            elif isinstance(widget, Sources) and isinstance(part, CitationsPart):
                await widget.show(part)
            else:
                return False
            self._parts[index] = part
        return True

    async def _append(self, index: int, part: Part) -> None:
        widget = self._widget(index, part)
        self._parts.append(part)
        self._widgets.append(widget)
        await self.query_one(".parts").mount(widget)

    async def _drop_from(self, index: int) -> None:
        for widget in self._widgets[index:]:
            await widget.remove()
        del self._parts[index:], self._widgets[index:]

    def _is_whole(self, index: int) -> bool:
        """Nothing more will come to this part."""
        is_last = index == len(self.message.parts) - 1
        return not is_last or self.message.status is not MessageStatus.STREAMING

    def _widget(self, index: int, part: Part) -> Widget:
        widget = self._widget_alone(index, part)
        if isinstance(widget, Findable):
            widget.highlight(self._pattern)
        above = self.message.parts[index - 1] if index else None
        widget.set_class(isinstance(above, TextPart), "-below-text")
        return widget

    def _widget_alone(self, index: int, part: Part) -> Widget:
        match part:
            case TextPart(text) if self.message.role is Role.USER:
                return Question(text)
            case TextPart(text):
                return Reply(text, whole=self._is_whole(index), rows_ahead=self._rows_ahead)
            case ToolPart():
                return ToolPanel(part)
            case CitationsPart():
                return Sources(part)
            case NotePart(text):
                return HighlightedText(
                    self._with_keys(text), classes="note", searched_chars=len(text)
                )

    def _with_keys(self, note: str) -> str:
        # beside a failure the keys stand there
        keys = "" if self.message.failure is not None else self._next_keys(self.message).keys
        return f"{note} {keys}".rstrip()

    def _heading(self) -> Content:
        speaker = SPEAKERS[self.message.role]
        # an answer of which nothing came is not incomplete: its failure says what it is
        status = _STATUS_WORDS[self.message.status] if self.message.parts else ""
        words = [
            word for word in (clock_time(self.message.created_at, self._now()), status) if word
        ]
        colour = "$primary" if self.message.role is Role.USER else "$secondary"
        return Content.assemble(
            (speaker.sign, f"bold {colour}"),
            " ",
            (speaker.label, "bold"),
            ("  ▣ marked" if self._is_picked else "", "bold $text-accent"),
            ("  " + " · ".join(words) if words else "", "$foreground-muted"),
        )


def _stand_alike(one: Message, other: Message) -> bool:
    """Say whether nothing but the text differs, as from frame to frame while it comes."""
    return (one.status, one.failure, one.created_at) == (
        other.status,
        other.failure,
        other.created_at,
    ) and bool(one.parts) == bool(other.parts)
