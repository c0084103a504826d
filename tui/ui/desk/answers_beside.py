"""Answers side by side: columns where there is room, else below each other or one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content

from tui.ui.desk.answer_column import AnswerColumn
from tui.ui.terminal.backpressure import is_behind
from tui.ui.transcript.pacer import FramePacer
from tui.ui.widgets.plain_text import Plain

if TYPE_CHECKING:
    # with the first answers, not with the chat
    from tui.checks.side_by_side import SideBySide

COLUMN_CELLS = 60
"""So wide is each column at least: two from 120 cells on."""
_MOST_BELOW = 2
"""So many answers stand below each other where there is no room beside."""


class AnswersBeside(Container):
    """Shows what comes of a question on all sides, and how the others differ from the first.

    The columns scroll together. One of them is current: keys act on it, and where only one has
    room it is shown.
    """

    DEFAULT_CSS = """
    AnswersBeside {
        height: 1fr;
        & > .columns { height: 1fr; layout: horizontal; }
        &.-below > .columns { layout: vertical; }
        & > .tabs { display: none; height: auto; }
        &.-single > .tabs { display: block; }
        &.-single AnswerColumn { display: none; }
        &.-single AnswerColumn.-current { display: block; }
        & > .difference { height: auto; max-height: 30%; scrollbar-size-vertical: 1; }
        & > .difference Plain { color: $foreground; margin: 1 0 0 0; }
    }
    """

    def __init__(self, shown: SideBySide, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._shown = shown
        self._columns = [AnswerColumn(each, now, self._follow) for each in shown.sides]
        # what is asked for now is what a person does something with
        asked = (at for at, each in enumerate(shown.sides) if each.result is None)
        self._current = next(asked, 0)
        self._compared: Sequence[str] = ()
        """The texts that the difference on the screen is of."""
        self._is_following = False
        self._difference = Plain("")
        self._tabs = Plain("", classes="tabs")
        self.pacer = FramePacer(
            self._draw,
            lambda frame: self.run_worker(frame, group="frames", exit_on_error=True),
            is_behind=lambda: is_behind(self.app),
        )

    def compose(self) -> ComposeResult:
        yield self._tabs
        with Container(classes="columns"):
            yield from self._columns
        with VerticalScroll(classes="difference", can_focus=False):
            yield self._difference

    def on_mount(self) -> None:
        self._shown.changed = self._request
        self._mark()
        self._request()

    def on_unmount(self) -> None:
        self._shown.changed = lambda: None

    def on_resize(self, event: events.Resize) -> None:
        count = len(self._columns)
        is_beside = count * COLUMN_CELLS <= self.app.size.width
        self.set_class(not is_beside and count <= _MOST_BELOW, "-below")
        self.set_class(not is_beside and count > _MOST_BELOW, "-single")

    def _request(self) -> None:
        self.pacer.request()

    async def _draw(self) -> None:
        if not (self.is_attached and self.app.is_running):
            return
        with self.app.batch_update():
            for column in self._columns:
                await column.show()
        texts = [each.compared for each in self._shown.sides]
        if texts != self._compared:
            self._compared = texts
            # it takes a while for long ones
            differences = await asyncio.to_thread(lambda: self._shown.differences)
            first = self._shown.sides[0].name
            told = (_told(first, name, words) for name, words in differences)
            self._difference.update(Content("\n").join(told))
        if (trouble := self._shown.trouble) is not None:
            self._difference.update(f"{trouble.sentence} {trouble.hint}".rstrip())

    @property
    def current(self) -> AnswerColumn:
        return self._columns[self._current]

    def step(self, by: int) -> None:
        """Make the next (1) or previous (-1) one current."""
        self._current = (self._current + by) % len(self._columns)
        self._mark()

    def _mark(self) -> None:
        for at, column in enumerate(self._columns):
            column.set_class(at == self._current, "-current")
            column.mark(is_current=at == self._current)
        names = (
            f"{'▸' if each is self.current else ' '} {each.side.name}" for each in self._columns
        )
        self._tabs.update("  ".join(names))

    def scroll_all(self, rows: int) -> None:
        """Go down by so many rows, or up, everywhere; the longest answer says how far."""
        areas = [each.scroll_area for each in self._columns if each.display]
        longest = max(areas, key=lambda each: each.max_scroll_y)
        longest.scroll_to(y=longest.scroll_y + rows, animate=False, immediate=True)

    @property
    def page_rows(self) -> int:
        return max(1, self.current.scroll_area.size.height - 1)

    def _follow(self, row: int) -> None:
        """Have the other columns show the same row, as far as they go."""
        if self._is_following:
            return
        self._is_following = True
        try:
            for column in self._columns:
                column.scroll_area.scroll_to(y=row, animate=False, immediate=True)
        finally:
            self._is_following = False


def _told(first: str, name: str, difference: str) -> Content:
    return Content.assemble((f"{first} → {name}: ", "bold"), difference or "the same words")
