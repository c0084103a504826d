"""Column of one answer: whose it is, facts of it, and its text as the transcript shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from tui.model import Message
from tui.ui.transcript.message_view import Folds, MessageContext, MessageView
from tui.ui.transcript.mounted import MountedMessages
from tui.ui.transcript.next_keys import NextKeys
from tui.ui.widgets.plain_text import Plain

if TYPE_CHECKING:
    # with the first answers, not with the chat
    from tui.checks.side_by_side import Side


class ColumnScroll(VerticalScroll, can_focus=False):
    """Tells `moved` of the row at its top."""

    def __init__(self, moved: Callable[[int], None]) -> None:
        super().__init__()
        self._moved = moved

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._moved(round(new_value))


class AnswerColumn(Vertical):
    """Shows a side; `show` brings it in line with what came."""

    DEFAULT_CSS = """
    AnswerColumn {
        width: 1fr; height: 1fr;
        & > .name { text-style: bold; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & > .facts { color: $foreground-muted; height: auto; max-height: 2; padding: 0 2; }
        & ColumnScroll { height: 1fr; scrollbar-size-vertical: 1; padding: 0 1 0 0; }
        & MessageView { margin: 0; }
    }
    """

    def __init__(
        self, side: Side, now: Callable[[], datetime], moved: Callable[[int], None]
    ) -> None:
        super().__init__()
        self.side = side
        self._title, self._facts = Plain("", classes="name"), Plain("", classes="facts")
        self._head = Plain("")
        self.scroll_area = ColumnScroll(moved)
        self._mounted = MountedMessages(self.scroll_area, self._head, self._view_of)
        self._shown_with = MessageContext(
            now, lambda _: NextKeys(), lambda: 0, tuple, lambda: side.bot_name
        )

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._facts
        with self.scroll_area:
            yield self._head

    def _view_of(self, message: Message, folds: Folds) -> MessageView:
        return MessageView(message, self._shown_with, folds)

    def mark(self, *, is_current: bool) -> None:
        """Say whether it is the one that keys act on."""
        self._title.update(f"{'▸' if is_current else ' '} {self.side.name}")

    async def show(self) -> None:
        messages = self.side.messages
        self._facts.update(self.side.facts)
        self._mounted.rename(self.side.current_id)
        self._head.display = not messages
        await self._mounted.show(messages)
