"""A text or a JSON value of any size, shown as far as somebody wants to read it."""

from __future__ import annotations

import asyncio

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from tui.safe_text import JsonValue
from tui.ui.json_text import JsonText, compact_chars
from tui.ui.widgets.plain import Plain

FIRST_CHARS = 4_000
MOST_CHARS = 16_000
"""A piece shown on request is twice as long as the one before, up to this."""


class More(Plain, can_focus=True):
    """The line under a cut text that shows more of it."""

    DEFAULT_CSS = """
    More { color: $foreground-muted; &:focus { color: $accent; text-style: bold; } }
    """
    BINDINGS = [Binding("enter,space", "more", "Show more", id="piece.more")]

    class Asked(Message):
        """Show the next piece."""

    def action_more(self) -> None:
        self.post_message(self.Asked())

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Asked())


class Pieces(Vertical):
    """Shows the beginning of `value`, and the next piece each time it is asked for."""

    DEFAULT_CSS = """
    Pieces { height: auto; width: 1fr; }
    """

    def __init__(self, value: JsonValue, *, classes: str) -> None:
        super().__init__(classes=classes)
        self.value = value
        self._text = JsonText(value)
        self._piece_chars = FIRST_CHARS

    def compose(self) -> ComposeResult:
        yield Plain(self._text.take(FIRST_CHARS))
        if not self._text.is_over:
            yield More(self._told(None))

    def on_mount(self) -> None:
        self._measure()

    async def show(self, value: JsonValue) -> None:
        """Show another value from its beginning."""
        if value is self.value or value == self.value:
            return
        self.value = value
        self._text = JsonText(value)
        self._piece_chars = FIRST_CHARS
        await self.recompose()
        self._measure()

    async def on_more_asked(self, event: More.Asked) -> None:
        event.stop()
        self._piece_chars = min(2 * self._piece_chars, MOST_CHARS)
        piece = self._text.take(self._piece_chars)
        if not piece:
            return
        more = self.query_one(More)
        await self.mount(Plain(piece), before=more)
        if self._text.is_over:
            # it stays, for taking it away would take the focus elsewhere
            more.update(Content("that is all"))
        else:
            self._measure()

    def _measure(self) -> None:
        """Find out beside the loop how much is left."""
        if self.query(More):
            self.run_worker(self._tell_size(self.value), group="size", exclusive=True)

    async def _tell_size(self, value: JsonValue) -> None:
        chars = await asyncio.to_thread(compact_chars, value)
        if not self._text.is_over and value is self.value:
            self.query_one(More).update(self._told(chars))

    def _told(self, chars: int | None) -> Content:
        if chars is None:
            size = ""
        elif isinstance(self.value, str):
            size = f": {chars - self._text.taken_chars:,} more characters"
        else:
            # the blanks that make it readable are not counted: nobody sent them
            size = f": {chars:,} characters of JSON in all"
        return Content(f"… show more{size}")
