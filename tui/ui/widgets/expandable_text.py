"""Expandable text: a text or JSON value of any size, shown as far as somebody wants to read."""

from __future__ import annotations

import asyncio

from msgspec import Struct
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from tui.formatting.counts import counted
from tui.formatting.json_text import JsonText, compact_chars
from tui.formatting.marked_units import Span
from tui.formatting.search_pattern import SearchPattern
from tui.safe_text import JsonValue
from tui.ui.widgets.highlighting import highlighted
from tui.ui.widgets.json_colours import coloured_json
from tui.ui.widgets.plain_text import Plain

FIRST_CHARS = 4_000
MOST_CHARS = 16_000
"""A piece shown on request is twice as long as the one before, up to this."""
FOUND_CHARS = 64_000
"""How far beyond what is shown words are brought into sight; further on a person has to ask."""


class More(Plain, can_focus=True):
    """The line under a cut text that shows more of it."""

    FOCUS_ON_CLICK = False

    DEFAULT_CSS = """
    More { color: $foreground-muted; &:focus { color: $text-accent; text-style: bold; } }
    """
    BINDINGS = [Binding("enter,space", "more", "Show more", id="piece.more")]

    class Asked(Message):
        """Show the next piece."""

    def action_more(self) -> None:
        self.post_message(self.Asked())

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Asked())


class _Piece(Struct, frozen=True):
    start: int
    """Characters of the text before it."""
    text: str
    content: Content
    """The text as it looks without matches."""
    shown: Plain


class ExpandableText(Vertical):
    """Shows the beginning of `value`, and the next piece each time it is asked for.

    Matches of `pattern` in it are highlighted.
    """

    DEFAULT_CSS = """
    ExpandableText { height: auto; width: 1fr; }
    """

    def __init__(
        self, value: JsonValue, pattern: SearchPattern | None = None, *, classes: str
    ) -> None:
        super().__init__(classes=classes)
        self._pattern = pattern
        self._start(value)

    def _start(self, value: JsonValue) -> None:
        self.value = value
        self._text = JsonText(value)
        self._piece_chars = FIRST_CHARS
        self._pieces: list[_Piece] = []
        self._compact_chars: int | None = None
        self._current: int | None = None

    def compose(self) -> ComposeResult:
        yield self._take(FIRST_CHARS)
        if not self._text.is_over:
            yield More(self._told())

    def on_mount(self) -> None:
        self._highlight()
        self._measure()

    async def show(self, value: JsonValue) -> None:
        """Show another value from its beginning."""
        if value is self.value or value == self.value:
            return
        self._start(value)
        await self.recompose()
        self._highlight()
        self._measure()

    def _take(self, chars: int) -> Plain:
        start = self._text.taken_chars
        text = self._text.take(chars)
        is_json = not isinstance(self.value, str)
        content = coloured_json(text) if is_json else Content(text)
        shown = Plain(content)
        self._pieces.append(_Piece(start, text, content, shown))
        return shown

    def _take_more(self) -> Plain:
        self._piece_chars = min(2 * self._piece_chars, MOST_CHARS)
        return self._take(self._piece_chars)

    async def on_more_asked(self, event: More.Asked) -> None:
        event.stop()
        if not self._text.is_over:
            await self.mount(self._take_more(), before=self.query_one(More))
            self._highlight()
            self._tell()

    # How much is left

    def _measure(self) -> None:
        """Find out beside the loop how much is left."""
        if self.query(More):
            self.run_worker(self._tell_size(self.value), group="size", exclusive=True)

    async def _tell_size(self, value: JsonValue) -> None:
        chars = await asyncio.to_thread(compact_chars, value)
        if value is self.value:
            self._compact_chars = chars
            self._tell()

    def _tell(self) -> None:
        # at the end it stays, for taking it away would take the focus elsewhere
        for more in self.query(More):
            more.update(self._told())

    def _told(self) -> Content:
        if self._text.is_over:
            return Content("that is all")
        chars, taken = self._compact_chars, self._text.taken_chars
        if chars is None:
            size = ""
        elif isinstance(self.value, str):
            size = f": {counted(chars - taken, 'more character')}"
        else:
            # the blanks that make it readable are not counted: nobody sent them
            size = f": {counted(chars, 'character')} of JSON in all"
        further = ""
        if self._current is not None and self._current >= taken:
            further = f" · found {counted(self._current - taken, 'character')} further down"
        return Content(f"… show more{size}{further}")

    # Words that are looked for

    @property
    def is_drawn(self) -> bool:
        """What is shown has its place."""
        return bool(self._pieces) and all(each.shown.region.width for each in self._pieces)

    def highlight(self, pattern: SearchPattern | None) -> None:
        """Highlight the matches of `pattern`, `None` for none."""
        if pattern != self._pattern:
            self._pattern, self._current = pattern, None
            self._highlight()
            self._tell()

    def clear_current(self) -> None:
        """Let no match be the current one any more."""
        if self._current is not None:
            self._current = None
            self._highlight()
            self._tell()

    def find_row(self, at: int) -> int:
        """Highlight the match at `at` of the text as the current one; return the row it begins in.

        When they are further down than what is shown, more is shown. Beyond `FOUND_CHARS` it is
        the row of the line that says how far that is.
        """
        self._current = at
        self._reach(at)
        self._highlight()
        self._tell()
        row = 0
        for piece in self._pieces:
            rows = piece.shown.rows_at(self.content_size.width)
            if at < piece.start + len(piece.text) + 1 and at < self._text.taken_chars:
                return row + piece.shown.row_of_character(at - piece.start)
            row += rows
        return row

    def _reach(self, at: int) -> None:
        """Show more until the character at `at` is, unless that is too far."""
        if at - self._text.taken_chars >= FOUND_CHARS:
            return
        fresh: list[Plain] = []
        while self._text.taken_chars <= at and not self._text.is_over:
            fresh.append(self._take_more())
        if fresh:
            self.mount(*fresh, before=self.query_one(More))

    def _highlight(self) -> None:
        places = self._places()
        for piece in self._pieces:
            end = piece.start + len(piece.text)
            inside = [
                (max(first, piece.start) - piece.start, min(last, end) - piece.start)
                for first, last in places
                if first < end and last > piece.start
            ]
            current = None if self._current is None else self._current - piece.start
            # the same content again draws nothing
            piece.shown.update(highlighted(piece.content, inside, current), layout=False)

    def _places(self) -> list[Span]:
        """Return where in the text the words stand, as far as it is shown."""
        if self._pattern is None:
            return []
        # a line break between two pieces is shown by their being two
        text = "".join(
            piece.text.ljust(after - piece.start, "\n")
            for piece, after in zip(self._pieces, self._ends(), strict=True)
        )
        return self._pattern.spans(text)

    def _ends(self) -> list[int]:
        return [*(piece.start for piece in self._pieces[1:]), self._text.taken_chars]
