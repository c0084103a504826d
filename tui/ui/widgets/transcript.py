"""The messages of one conversation, and the reader's place in them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.message import Message as TextualMessage
from textual.widget import MountError, Widget

from tui.conversation import Conversation
from tui.model import Message, Role
from tui.safe_text import SafeText
from tui.ui.pacer import FramePacer
from tui.ui.widgets.message_view import MessageView
from tui.ui.widgets.pinned_scroll import PinnedScroll
from tui.ui.widgets.plain import Plain
from tui.ui.widgets.tool_panel import ToolPanel

WINDOW = 24
"""Messages mounted when a conversation opens, and how many more each time its top is reached."""


class Transcript(PinnedScroll, can_focus=True):
    """Follows a conversation by its state: `sync` brings the widgets in line with it.

    Nothing is drawn per event, so events may come in any number and from any session.
    """

    DEFAULT_CSS = """
    Transcript { height: 1fr; padding: 1 1 0 1; scrollbar-size-vertical: 1; }
    Transcript > .empty { width: 1fr; height: auto; padding: 1 2; max-width: 104; }
    """

    class Moved(TextualMessage):
        """The reader's place or what is below it has changed."""

    def __init__(
        self,
        now: Callable[[], datetime],
        next_keys: Callable[[Message], str],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._now = now
        self._next_keys = next_keys
        self._conversation: Conversation | None = None
        self._views: dict[str, MessageView] = {}
        self._first = 0
        self._selected = ""
        self._marked: set[str] = set()
        self._empty = SafeText("")
        self._lock = asyncio.Lock()
        self._pacer = FramePacer(self.sync, self._spawn)

    def _spawn(self, frame: Awaitable[None]) -> object:
        return self.run_worker(frame, group="frames", exit_on_error=True)

    def compose(self) -> ComposeResult:
        yield Plain("", classes="empty")

    @property
    def conversation(self) -> Conversation | None:
        return self._conversation

    @property
    def empty_text(self) -> str:
        return self._empty

    @empty_text.setter
    def empty_text(self, text: SafeText) -> None:
        """What stands here while there is no message."""
        self._empty = text
        self.query_one(".empty", Plain).update(text)

    async def show(self, conversation: Conversation) -> None:
        """Show another conversation from its end."""
        async with self._lock:
            self._conversation = conversation
            await self._clear()
            self.follow()
        await self.sync()

    def request_sync(self) -> None:
        """Have the widgets brought in line soon, at the pace of the frames."""
        self._pacer.request()

    async def sync(self) -> None:
        """Bring the widgets in line with the conversation, touching only what differs."""
        async with self._lock:
            if self._conversation is None or self._is_ending:
                return
            try:
                await self._bring_in_line(self._conversation)
            except (NoMatches, MountError):
                # when the app ends, the widgets go before the frame that draws them
                if not self._is_ending:
                    raise

    @property
    def _is_ending(self) -> bool:
        return not (self.is_attached and self.app.is_running)

    async def _bring_in_line(self, conversation: Conversation) -> None:
        self._rename(conversation)
        visible = conversation.visible
        if not self._views:
            self._first = max(0, len(visible) - WINDOW)
        self._first = min(self._first, max(0, len(visible) - 1))
        self._marked &= {message.id for message in visible}
        wanted = visible[self._first :]
        self.query_one(".empty").display = not wanted
        with self.app.batch_update():
            await self._drop_all_but({message.id for message in wanted})
            await self._place(wanted)
        self.post_message(self.Moved())

    async def show_older(self) -> None:
        """Mount more of what came before, without moving what is being read."""
        if self._first > 0:
            self._first = max(0, self._first - WINDOW)
            await self.sync()

    async def _place(self, wanted: tuple[Message, ...]) -> None:
        before: Widget = self.query_one(".empty")
        for message in wanted:
            view = self._views.get(message.id)
            if view is None:
                view = self._views[message.id] = MessageView(message, self._now, self._next_keys)
                await self.mount(view, after=before)
                view.mark(message.id in self._marked)
            else:
                if self.children[self.children.index(before) + 1] is not view:
                    self.move_child(view, after=before)
                await view.show(message)
            before = view

    async def _drop_all_but(self, ids: set[str]) -> None:
        for message_id in [each for each in self._views if each not in ids]:
            await self._views.pop(message_id).remove()

    async def _clear(self) -> None:
        self._selected = ""
        self._marked.clear()
        await self._drop_all_but(set())

    def _rename(self, conversation: Conversation) -> None:
        """Let the widgets of our own messages go on as those of the server's."""
        self._selected = conversation.current_id(self._selected)
        self._marked = {conversation.current_id(old) for old in self._marked}
        self._views = {conversation.current_id(old): view for old, view in self._views.items()}

    # The selected message

    @property
    def selected(self) -> Message | None:
        """The message the keys act on: the selected one, else the last."""
        if self._selected in self._views:
            return self._views[self._selected].message
        views = self._in_order()
        return views[-1].message if views else None

    async def select_step(self, step: int) -> None:
        """Select the message `step` further down; the first step selects what is in sight."""
        views = self._in_order()
        if not views:
            return
        if self._selected in self._views:
            at = views.index(self._views[self._selected]) + step
        else:
            at = self._index_in_sight(views, last=step < 0)
        if at < 0 and self._first > 0:
            older = self._first
            await self.show_older()
            at += older - self._first
            views = self._in_order()
        self.select(views[max(0, min(at, len(views) - 1))].message.id)

    def select(self, message_id: str) -> None:
        """Mark a mounted message as the one the keys act on and bring it into sight."""
        if self._selected in self._views:
            self._views[self._selected].remove_class("-selected")
        self._selected = message_id
        view = self._views[message_id]
        view.add_class("-selected")
        last = self._in_order()[-1] is view
        if last:
            self.follow()
        else:
            self.release_anchor()
            # later, because a view that has just been mounted has no place yet
            self.call_after_refresh(self.scroll_to_widget, view, animate=False, top=True)

    def unselect(self) -> None:
        if self._selected in self._views:
            self._views[self._selected].remove_class("-selected")
        self._selected = ""

    @property
    def marked(self) -> Sequence[str]:
        """Ids of the marked messages, oldest first."""
        visible = self._conversation.visible if self._conversation is not None else ()
        return [message.id for message in visible if message.id in self._marked]

    def toggle_mark(self) -> None:
        """Mark the selected message and what belongs to its exchange, or unmark them."""
        if self._conversation is None or (message := self.selected) is None:
            return
        exchange = {each.id for each in self._conversation.exchange_of(message.id)}
        if message.id in self._marked:
            self._marked -= exchange
        else:
            self._marked |= exchange
        for message_id, view in self._views.items():
            view.mark(message_id in self._marked)

    async def reveal(self, message_id: str) -> None:
        """Select a message anywhere in the conversation, mounting down to it when needed."""
        if self._conversation is None:
            return
        ids = [message.id for message in self._conversation.visible]
        if message_id not in ids:
            return
        if ids.index(message_id) < self._first:
            self._first = max(0, ids.index(message_id) - WINDOW // 2)
            await self.sync()
        self.select(message_id)

    def _in_order(self) -> list[MessageView]:
        return [child for child in self.children if isinstance(child, MessageView)]

    def _index_in_sight(self, views: list[MessageView], *, last: bool) -> int:
        top = self.scroll_offset.y
        bottom = top + self.size.height
        in_sight = [
            index
            for index, view in enumerate(views)
            if view.virtual_region.bottom > top and view.virtual_region.y < bottom
        ]
        if not in_sight:
            return len(views) - 1
        return in_sight[-1] if last else in_sight[0]

    # Tools

    @property
    def tool_panels(self) -> list[ToolPanel]:
        return [panel for view in self._in_order() for panel in view.tool_panels]

    def toggle_tools(self) -> None:
        """Unfold all tool panels, or fold them all when any is open."""
        panels = self.tool_panels
        fold = any(not panel.collapsed for panel in panels)
        for panel in panels:
            panel.collapsed = fold

    def toggle_tool(self, message_id: str, call: int) -> None:
        """Fold or unfold one tool panel of a mounted message."""
        view = self._views.get(message_id)
        for panel in view.tool_panels if view is not None else ():
            if panel.part.call == call:
                panel.collapsed = not panel.collapsed

    # The reader's place

    @property
    def older_hidden(self) -> int:
        """How many messages stand above what is mounted."""
        return self._first

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Moved())
            if new_value < self.size.height and new_value < old_value and self._first > 0:
                self.run_worker(self.show_older(), group="older", exclusive=True)

    @property
    def last_answer(self) -> Message | None:
        if self._conversation is None:
            return None
        answers = [m for m in self._conversation.visible if m.role is Role.ASSISTANT]
        return answers[-1] if answers else None
