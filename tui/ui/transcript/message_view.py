"""Message view: one message of the transcript, with its heading, parts and failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from textual.app import ComposeResult
from textual.widget import Widget

from tui.formatting.answer_facts import facts_line
from tui.formatting.fact_chips import chips_of
from tui.formatting.search_pattern import SearchPattern
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
from tui.ui.markdown.code_rows import CodeKey
from tui.ui.markdown.scroll_anchor import ScrollAnchor, end_anchor, rows_after
from tui.ui.transcript.failure_note import FailureNote
from tui.ui.transcript.message_frame import ChipLines, MessageFrame
from tui.ui.transcript.message_heading import heading_of
from tui.ui.transcript.next_keys import NextKeys
from tui.ui.transcript.question import Question
from tui.ui.transcript.reply import Reply
from tui.ui.transcript.sources import Sources, markers_of
from tui.ui.transcript.tool_panel import ToolPanel
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.highlighted_text import HighlightedText
from tui.ui.widgets.highlighting import Findable

Folds = tuple[bool | None, ...]
"""For each part whether its panel is folded, `None` for a part that is no panel."""


class EndOfMessage(Struct, frozen=True):
    """How far a message goes: its last part, and what of a text ends it."""

    part: int
    anchor: ScrollAnchor | None


class MessageContext(Struct, frozen=True):
    """What a message is shown with."""

    now: Callable[[], datetime]
    next_keys: Callable[[Message], NextKeys]
    """What helps with a message that is not as it should be."""
    rows_ahead: Callable[[], int]
    """How many empty rows to keep below a text that is coming."""
    code_keys: Callable[[], Sequence[CodeKey]]
    """Keys that the heads of code tell of."""
    bot_name: Callable[[], str]
    """What answers that do not tell it come from; empty when that is not known."""
    of_customers: Callable[[], bool] = lambda: False
    """Whether it is held with customers of a bot, not with who reads it."""
    marked: Callable[[Message], str] = lambda _: ""
    """What a person noted about the exchange that a message begins; empty for nothing."""


class MessageView(MessageFrame):
    """Draws one message and follows its changes part by part, in the same widgets.

    `folds` says how its panels stood when it was unmounted.
    """

    DEFAULT_CSS = """
    MessageView {
        margin: 0 0 1 0;
        & > * { max-width: 100; }
        & > Reply { max-width: 100%; }
        & > .-below-text { margin-top: 1; }
    }
    """

    def __init__(self, message: Message, context: MessageContext, folds: Folds = ()) -> None:
        super().__init__(has_bar=message.role is Role.USER, classes=f"-{message.role}")
        self.message = message
        self._shown_with = context
        self._is_picked = False
        self._note: FailureNote | None = None
        self._parts: list[Part] = []
        self._widgets: list[Widget] = []
        self._folds = folds
        self._pattern: SearchPattern | None = None

    def compose(self) -> ComposeResult:
        self._draw_frame()
        for index, part in enumerate(self.message.parts):
            widget = self._widget(index, part)
            if isinstance(widget, FoldingPanel) and index < len(self._folds):
                widget.collapsed = bool(self._folds[index])
            self._parts.append(part)
            self._widgets.append(widget)
            yield widget
        self._show_citations()
        if self.message.failure is not None:
            self._note = FailureNote(self.message.failure, self._shown_with.next_keys(self.message))
            yield self._note
        if chips := chips_of(self.message):
            self.chip_lines = ChipLines()
            self.chip_lines.show(facts_line(self.message), chips)
            yield self.chip_lines

    async def show(self, message: Message) -> None:
        """Show `message`, this one at a later time; what is the same stays untouched."""
        if message == self.message:
            return
        before, self.message = self.message, message
        if not _stand_alike(before, message):
            self._draw_frame()
            await self._show_failure(message)
            await self.show_chips(facts_line(message), chips_of(message))
        for index, part in enumerate(message.parts):
            if index < len(self._parts) and await self._take_over(index, part):
                continue
            await self._drop_from(index)
            await self._append(index, part)
        await self._drop_from(len(message.parts))
        self._show_citations()

    def _show_citations(self) -> None:
        """Have the citations in the texts lead to their sources, as far as these are there."""
        markers = markers_of(self.message)
        for widget in self._widgets:
            if isinstance(widget, Reply):
                widget.show_citations(markers)

    def show_picked(self, is_picked: bool) -> None:
        """Say in the heading whether this is picked for deletion."""
        if is_picked != self._is_picked:
            self._is_picked = is_picked
            self.show_name()

    def show_name(self) -> None:
        """Say in the heading who speaks, as far as that is known by now."""
        name, now = self._shown_with.bot_name(), self._shown_with.now()
        marked = self._shown_with.marked(self.message)
        heading = heading_of(
            self.message,
            name,
            now,
            is_picked=self._is_picked,
            of_customers=self._shown_with.of_customers(),
            marked=marked,
        )
        self.show_heading(heading)

    def _draw_frame(self) -> None:
        self.show_name()
        # from the beginning there is room for what is known in the end: no row comes in between
        is_coming = self.message.status is MessageStatus.STREAMING
        has_chips = bool(chips_of(self.message))
        self.show_foot("" if has_chips else facts_line(self.message), has_room=is_coming)

    async def _show_failure(self, message: Message) -> None:
        if message.failure is None:
            if self._note is not None:
                await self._note.remove()
            self._note = None
        elif self._note is None:
            self._note = FailureNote(message.failure, self._shown_with.next_keys(message))
            await self.mount(self._note, before=self.chip_lines)
        else:
            self._note.show(message.failure, self._shown_with.next_keys(message))

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
        anchor = end_anchor(last.page) if isinstance(last, Reply) else None
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
                rows += rows_after(widget.page, end.anchor)
            elif isinstance(widget, Reply) and is_new:
                rows += rows_after(widget.page, None)
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
        await self.mount(widget, before=self._note or self.chip_lines)

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
                return Reply(
                    text,
                    whole=self._is_whole(index),
                    rows_ahead=self._shown_with.rows_ahead,
                    code_keys=self._shown_with.code_keys(),
                )
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
        is_beside = self.message.failure is not None
        keys = "" if is_beside else self._shown_with.next_keys(self.message).keys
        return f"{note} {keys}".rstrip()


def _stand_alike(one: Message, other: Message) -> bool:
    """Say whether nothing but the text differs, as from frame to frame while it comes."""
    return _frame_of(one) == _frame_of(other)


def _frame_of(message: Message) -> tuple[object, ...]:
    """Return what stands around the parts of a message, apart from what these add up to."""
    is_begun = bool(message.parts)
    # what a person noted is found by the id
    told = message.id, message.status, message.failure, message.sent_at, message.origin
    return *told, message.facts, is_begun
