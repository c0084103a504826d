"""Mounted messages of a conversation: one view each, kept in line with what is to be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from textual.widget import Widget

from tui.model import Message, Role
from tui.ui.terminal.safety_net import enduring
from tui.ui.transcript.message_view import Folds, MessageView
from tui.ui.transcript.tool_panel import ToolPanel


class MountedMessages:
    """The views in `parent`, touched only where they differ from the messages they are to show.

    They stand below the widget `head`. `make` makes the view of a message, with its
    panels as they stood when it was unmounted.
    """

    def __init__(
        self,
        parent: Widget,
        head: Widget,
        make: Callable[[Message, Folds], MessageView],
    ) -> None:
        self._parent = parent
        self._head = head
        self._make = make
        self._views: dict[str, MessageView] = {}
        self._left_over: list[MessageView] = []
        """Of the conversation shown before, or of a message that has another: they go in the next
        frame.
        """
        self._folds: dict[str, Folds] = {}
        """By id, of messages that were unmounted."""

    @property
    def views(self) -> Mapping[str, MessageView]:
        """By id, in the order of the conversation."""
        return MappingProxyType(self._views)

    @property
    def ids(self) -> Sequence[str]:
        return list(self._views)

    @property
    def last(self) -> MessageView | None:
        return next(reversed(self._views.values()), None)

    @property
    def last_question(self) -> MessageView | None:
        from_last = reversed(self._views.values())
        return next((view for view in from_last if view.message.role is Role.USER), None)

    @property
    def tool_panels(self) -> list[ToolPanel]:
        return [panel for view in self._views.values() for panel in view.tool_panels]

    def extents(self) -> Sequence[tuple[int, int]]:
        """Return the rows at which each view begins and ends, counted from the content's top."""
        regions = [view.virtual_region for view in self._views.values()]
        return [(region.y, region.bottom) for region in regions]

    def in_sight(self) -> Sequence[str]:
        """Return the ids of the messages that the parent shows some of."""
        top = self._parent.scroll_offset.y
        bottom = top + self._parent.size.height
        return [
            message_id
            for message_id, (begin, end) in zip(self._views, self.extents(), strict=True)
            if end > top and begin < bottom
        ]

    def begin_anew(self) -> None:
        """Have all views go with the next frame: they are of another conversation."""
        self._left_over += self._views.values()
        self._views = {}
        self._folds.clear()

    def rename(self, current_id: Callable[[str], str]) -> None:
        """Let the views of our own messages go on as those of the server's.

        Of two that turn out to be of one message the later stays.
        """
        views: dict[str, MessageView] = {}
        for old_id, view in self._views.items():
            message_id = current_id(old_id)
            if (double := views.get(message_id)) is not None:
                self._left_over.append(double)
            views[message_id] = view
        self._views = views

    async def show(self, messages: Sequence[Message]) -> None:
        """Have just these messages mounted, in this order and as they are now."""
        await self._drop_all_but({message.id for message in messages})
        await self._place(messages)

    async def _drop_all_but(self, ids: set[str]) -> None:
        dropped, self._left_over = self._left_over, []
        for message_id in [each for each in self._views if each not in ids]:
            view = self._views.pop(message_id)
            if view.folds:
                self._folds[message_id] = view.folds
            dropped.append(view)
        if not dropped:
            return
        if any(view.has_focus_within for view in dropped):
            self._parent.focus(scroll_visible=False)
        await self._parent.remove_children(dropped)

    async def _place(self, messages: Sequence[Message]) -> None:
        """Mount the messages that are not, and bring the others in line and in order."""
        mounted = [child for child in self._parent.children if isinstance(child, MessageView)]
        staying = [view for each in messages if (view := self._views.get(each.id)) is not None]
        if mounted != staying:
            self._order(staying)
        above = self._head
        views: dict[str, MessageView] = {}
        fresh: list[MessageView] = []
        for message in messages:
            view = self._views.get(message.id)
            if view is None:
                view = self._make(message, self._folds.pop(message.id, ()))
                fresh.append(view)
            else:
                if fresh:
                    await self._parent.mount(*fresh, after=above)
                    fresh = []
                if view.message is not message:
                    # what cannot be shown of one does not keep the others from being shown
                    with enduring(view):
                        await view.show(message)
                above = view
            views[message.id] = view
        if fresh:
            await self._parent.mount(*fresh, after=above)
        self._views = views

    def _order(self, views: Sequence[MessageView]) -> None:
        above = self._head
        for view in views:
            self._parent.move_child(view, after=above)
            above = view
