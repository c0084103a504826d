"""Selection in the transcript: the message that keys act on, and those picked for deletion."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from textual.widget import Widget

from tui.conversation import Conversation
from tui.conversation.timeline import Timeline
from tui.model import Message
from tui.ui.transcript.message_view import MessageView


class Scroll(Protocol):
    """The scrolling view of the messages."""

    @property
    def ends_here(self) -> bool:
        """The last message of all is mounted."""
        ...

    def follow(self) -> None:
        """Go to the end and stay with it."""
        ...

    def keep(self, widget: Widget, row: int) -> None:
        """Stay with a widget at `row` of the view."""
        ...

    def release_anchor(self) -> None:
        """Stop following the end."""
        ...


class MountedViews(Protocol):
    @property
    def views(self) -> Mapping[str, MessageView]:
        """By id, in the order of the conversation."""
        ...

    @property
    def last(self) -> MessageView | None: ...

    def in_sight(self) -> Sequence[str]:
        """Return the ids of the messages that some is seen of."""
        ...


class Selection:
    """Selects any message of the conversation, mounted or not.

    `mount_around` mounts the messages around a position and calls back in the same frame.
    """

    def __init__(
        self,
        scroll: Scroll,
        mounted: MountedViews,
        conversation: Callable[[], Conversation | None],
        mount_around: Callable[[int, Callable[[], None]], Awaitable[None]],
    ) -> None:
        self._scroll = scroll
        self._mounted = mounted
        self._conversation = conversation
        self._mount_around = mount_around
        self._selected = ""
        self._picked: set[str] = set()

    def begin_anew(self) -> None:
        """Select and pick nothing: another conversation is shown."""
        self._selected = ""
        self._picked.clear()

    def keep_up_with(self, timeline: Timeline, current_id: Callable[[str], str]) -> None:
        """Take over ids that have changed, and let go of picked messages that are gone."""
        self._selected = current_id(self._selected)
        renamed = {current_id(old) for old in self._picked}
        self._picked = {each for each in renamed if timeline.position(each) is not None}

    def show_on(self, view: MessageView) -> None:
        """Have a view that is about to be mounted show what it is."""
        view.set_class(view.message.id == self._selected, "-selected")
        view.show_picked(view.message.id in self._picked)

    # The selected message

    @property
    def message(self) -> Message | None:
        """The message the keys act on: the selected one, else the last."""
        conversation = self._conversation()
        if conversation is None or not len(timeline := conversation.timeline):
            return None
        return timeline.find(self._selected) or timeline[-1]

    def position(self, *, last: bool) -> int:
        """Return the position of the selected message, else of the last or first in sight."""
        conversation = self._conversation()
        if conversation is None or not self._mounted.views:
            return 0
        selected = conversation.timeline.position(self._selected)
        return self._in_sight(conversation, last=last) if selected is None else selected

    async def step(self, step: int) -> None:
        """Select the message `step` further down; the first step selects what is in sight."""
        conversation = self._conversation()
        if conversation is None or not self._mounted.views:
            return
        timeline = conversation.timeline
        if not len(timeline):
            return
        at = timeline.position(self._selected)
        at = self._in_sight(conversation, last=step < 0) if at is None else at + step
        await self.reveal(timeline[max(0, min(at, len(timeline) - 1))].id)

    async def first(self) -> None:
        """Select the first message of all."""
        conversation = self._conversation()
        if conversation is not None and len(timeline := conversation.timeline):
            await self.reveal(timeline[0].id)

    async def reveal(self, message_id: str) -> None:
        """Select a message anywhere in the conversation, mounting what is around it."""
        conversation = self._conversation()
        if conversation is None:
            return
        at = conversation.timeline.position(message_id)
        if at is None:
            return
        if message_id in self._mounted.views:
            self._bring_into_sight(message_id)
            return
        # or the frame that comes would show the end again
        self._scroll.release_anchor()
        await self._mount_around(at, partial(self._bring_into_sight, message_id))

    def select_in_place(self, message_id: str) -> MessageView | None:
        """Select a message without moving anything; return its view, `None` if not mounted."""
        view = self._mounted.views.get(message_id)
        if view is not None:
            self.clear()
            self._selected = message_id
            view.add_class("-selected")
        return view

    def clear(self) -> None:
        """Select nothing: keys act on the last message."""
        if (view := self._mounted.views.get(self._selected)) is not None:
            view.remove_class("-selected")
        self._selected = ""

    def _bring_into_sight(self, message_id: str) -> None:
        view = self.select_in_place(message_id)
        if view is None:
            return
        if self._scroll.ends_here and view is self._mounted.last:
            self._scroll.follow()
        else:
            self._scroll.keep(view, 0)

    def _in_sight(self, conversation: Conversation, *, last: bool) -> int:
        """Return the position of the last or first message that some is seen of."""
        in_sight = self._mounted.in_sight() or list(self._mounted.views)[-1:]
        message_id = conversation.current_id(in_sight[-1] if last else in_sight[0])
        position = conversation.timeline.position(message_id)
        return len(conversation.timeline) - 1 if position is None else position

    # Picked for deletion

    @property
    def picked(self) -> Sequence[str]:
        """Ids of the messages picked for deletion, oldest first."""
        conversation = self._conversation()
        if conversation is None or not self._picked:
            return []
        return [each.id for each in conversation.timeline if each.id in self._picked]

    def toggle_picked(self) -> None:
        """Pick the selected message and what belongs to its exchange, or let go of them."""
        conversation = self._conversation()
        if conversation is None or (message := self.message) is None:
            return
        exchange = {each.id for each in conversation.stored.history.exchange_of(message.id)}
        if message.id in self._picked:
            self._picked -= exchange
        else:
            self._picked |= exchange
        for message_id, view in self._mounted.views.items():
            view.show_picked(message_id in self._picked)
