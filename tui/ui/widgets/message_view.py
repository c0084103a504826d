"""One message of the transcript: who and when, its parts, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from tui.model import (
    CitationsPart,
    Message,
    NotePart,
    Part,
    Role,
    Standing,
    TextPart,
    ToolPart,
)
from tui.ui.times import clock_time
from tui.ui.widgets.failure_note import FailureNote
from tui.ui.widgets.plain import Plain
from tui.ui.widgets.reply import Reply
from tui.ui.widgets.sources import Sources
from tui.ui.widgets.tool_panel import ToolPanel

_WHO = {
    Role.USER: ("❯", "You"),
    Role.ASSISTANT: ("◆", "Answer"),
    Role.SYSTEM: ("ⓘ", "Note"),
}
_STANDING_WORDS = {
    Standing.STORED: "",
    Standing.STREAMING: "",
    Standing.PARTIAL: "incomplete",
    Standing.UNCONFIRMED: "not confirmed by the server",
    Standing.UNSENT: "not sent",
}


class MessageView(Vertical):
    """Draws one message and follows its changes part by part, in the same widgets.

    `next_keys` tells which keys help with a message that is not as it should be.
    """

    DEFAULT_CSS = """
    MessageView {
        height: auto; width: 1fr; max-width: 104; padding: 0 1 0 1; margin: 0 0 1 0;
        border-left: blank;
        & > .who { height: 1; }
        & > .parts { height: auto; padding: 0 0 0 2; }
        &.-selected { border-left: heavy $accent; }
    }
    """

    def __init__(
        self,
        message: Message,
        now: Callable[[], datetime],
        next_keys: Callable[[Message], str],
    ) -> None:
        super().__init__(classes=f"-{message.role}")
        self.message = message
        self._now = now
        self._next_keys = next_keys
        self._marked = False
        self._parts: list[Part] = []
        self._widgets: list[Widget] = []

    def compose(self) -> ComposeResult:
        yield Plain(self._heading(), classes="who")
        with Vertical(classes="parts"):
            for part in self.message.parts:
                widget = self._widget(part)
                self._parts.append(part)
                self._widgets.append(widget)
                yield widget
        yield FailureNote(self.message.failure, self._next_keys(self.message))

    async def show(self, message: Message) -> None:
        """Show `message`, this one at a later time; what is the same stays untouched."""
        if message == self.message:
            return
        self.message = message
        self.query_one(".who", Plain).update(self._heading())
        self.query_one(FailureNote).show(message.failure, self._next_keys(message))
        for index, part in enumerate(message.parts):
            if index < len(self._parts) and await self._take_over(index, part):
                continue
            await self._drop_from(index)
            await self._append(part)
        await self._drop_from(len(message.parts))

    def mark(self, marked: bool) -> None:
        """Show whether this is among what the next action is about."""
        if marked != self._marked:
            self._marked = marked
            self.query_one(".who", Plain).update(self._heading())

    @property
    def tool_panels(self) -> list[ToolPanel]:
        return [widget for widget in self._widgets if isinstance(widget, ToolPanel)]

    async def _take_over(self, index: int, part: Part) -> bool:
        """Let the widget at `index` show `part`; `False` when it is of another kind."""
        shown, widget = self._parts[index], self._widgets[index]
        if shown != part:
            if isinstance(widget, Reply) and isinstance(part, TextPart):
                await widget.finish(part.text)
            elif isinstance(widget, ToolPanel) and isinstance(part, ToolPart):
                widget.show(part)
            elif isinstance(widget, Sources) and isinstance(part, CitationsPart):
                await widget.show(part)
            else:
                return False
            self._parts[index] = part
        return True

    async def _append(self, part: Part) -> None:
        widget = self._widget(part)
        self._parts.append(part)
        self._widgets.append(widget)
        await self.query_one(".parts").mount(widget)

    async def _drop_from(self, index: int) -> None:
        for widget in self._widgets[index:]:
            await widget.remove()
        del self._parts[index:], self._widgets[index:]

    def _widget(self, part: Part) -> Widget:
        match part:
            case TextPart(text) if self.message.role is Role.USER:
                return Plain(text, classes="question")
            case TextPart(text):
                return Reply(text)
            case ToolPart():
                return ToolPanel(part)
            case CitationsPart():
                return Sources(part)
            case NotePart(text):
                return Plain(self._with_keys(text), classes="note")

    def _with_keys(self, note: str) -> str:
        # beside a failure the keys stand there
        keys = "" if self.message.failure is not None else self._next_keys(self.message)
        return f"{note} {keys}".rstrip()

    def _heading(self) -> Content:
        glyph, who = _WHO[self.message.role]
        # an answer of which nothing came is not incomplete: its failure says what it is
        standing = _STANDING_WORDS[self.message.standing] if self.message.parts else ""
        words = [
            word for word in (clock_time(self.message.created_at, self._now()), standing) if word
        ]
        colour = "$primary" if self.message.role is Role.USER else "$secondary"
        return Content.assemble(
            (glyph, f"bold {colour}"),
            " ",
            (who, "bold"),
            ("  ▣ marked" if self._marked else "", "bold $accent"),
            ("  " + " · ".join(words) if words else "", "$foreground-muted"),
        )
