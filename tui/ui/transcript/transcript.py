"""The messages of one conversation, and the reader's place in them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.message import Message as TextualMessage
from textual.widget import MountError, Widget

from tui.conversation import Conversation
from tui.conversation.timeline import Timeline
from tui.formatting.counts import counted
from tui.formatting.search_pattern import SearchPattern
from tui.model import Message, Role
from tui.safe_text import SafeText
from tui.ui.search.matches import Match
from tui.ui.terminal.backpressure import is_behind
from tui.ui.transcript.arrivals import Arrivals
from tui.ui.transcript.message_view import Folds, MessageView
from tui.ui.transcript.pacer import FramePacer
from tui.ui.transcript.tool_panel import ToolPanel
from tui.ui.transcript.window import Edges, Room, Window, around, fitted, last_screen, tended
from tui.ui.widgets.pinned_scroll import PinnedScroll
from tui.ui.widgets.plain_text import Plain

ROOM_AHEAD = 2
"""A text that is followed moves up by this part of the view at a time, and not row by row."""


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below the view of a reader who does not follow the end."""

    rows: int = 0
    """Of what is mounted."""
    new_rows: int = 0
    """Of these, what a stream brought since the reader left the end."""
    messages: int = 0
    """Messages that are not mounted."""

    def told(self, key: str) -> str:
        """Return a line about it that names the key to the end; empty when there is nothing."""
        if self.messages:
            what = f"{counted(self.messages, 'more message')} below"
        elif self.new_rows:
            return f"{counted(self.new_rows, 'new line')} ↓ {key}"
        elif self.rows:
            what = f"{counted(self.rows, 'more line')} below"
        else:
            return ""
        return f"{what} · {key}"


class Transcript(PinnedScroll, can_focus=True):
    """Follows a conversation by its state: `sync` brings the widgets in line with it.

    Nothing is drawn per event, so events may come in any number and from any session. Only the
    messages around the reader's place are mounted, however many there are.
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
        """By id, in the order of the conversation."""
        self._left_over: list[MessageView] = []
        """Of the conversation shown before; they go in the frame in which the next one comes."""
        self._folds: dict[str, Folds] = {}
        """How the panels of messages stood when they were unmounted."""
        self._window = Window(0, 0)
        self._is_whole = True
        self._is_tending = False
        self._owed_rows = 0
        """How far up a person wanted to go beyond what was mounted; down is negative."""
        self._arrivals = Arrivals()
        self._selected = ""
        self._pattern: SearchPattern | None = None
        self._wanted: Match | None = None
        """The words to bring into sight once they are laid out."""
        self._marked: set[str] = set()
        self._empty = SafeText("")
        self._lock = asyncio.Lock()
        self._pacer = FramePacer(
            self.sync,
            self._spawn,
            is_behind=lambda: is_behind(self.app),
            is_unseen=lambda: not self.following and (self.rows_below > 0 or not self.ends_here),
        )

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
            self._left_over += self._views.values()
            self._views = {}
            self._selected = ""
            self._marked.clear()
            self._folds.clear()
            self._owed_rows = 0
            self._is_whole = True
            self._arrivals.begin_anew()
            self.begin_anew()
        await self.sync()

    def request_sync(self) -> None:
        """Have the widgets brought in line soon, at the pace of the frames."""
        self._pacer.request()

    def note_key(self) -> None:
        """Let a key pressed just now be drawn before anything else."""
        self._pacer.note_key()

    async def sync(self) -> None:
        """Bring the widgets in line with the conversation, touching only what differs."""
        await self._put(self._fitted)

    async def _put(
        self, choose: Callable[[Timeline], Window], then: Callable[[], None] | None = None
    ) -> None:
        """Mount the window that `choose` picks and call `then`, all in one frame."""
        async with self._lock:
            if self._conversation is None or self._is_ending:
                return
            try:
                await self._bring_in_line(self._conversation, choose, then)
            except (NoMatches, MountError):
                # when the app ends, the widgets go before the frame that draws them
                if not self._is_ending:
                    raise

    @property
    def _is_ending(self) -> bool:
        return not (self.is_attached and self.app.is_running)

    async def _bring_in_line(
        self,
        conversation: Conversation,
        choose: Callable[[Timeline], Window],
        then: Callable[[], None] | None,
    ) -> None:
        self._rename(conversation)
        timeline = conversation.timeline
        window = choose(timeline)
        wanted = timeline[window.first : window.end]
        self._arrivals.note(wanted, conversation.current_id)
        self._marked = {each for each in self._marked if timeline.position(each) is not None}
        with self.app.batch_update():
            self.query_one(".empty").display = not wanted
            await self._drop_all_but({message.id for message in wanted})
            await self._place(wanted)
            self._window, self._is_whole = window, window.reaches(timeline)
            if self._owed_rows:
                self.shift(self._owed_rows)
                self._owed_rows = 0
            if then is not None:
                then()
        self.post_message(self.Moved())

    async def _place(self, wanted: Sequence[Message]) -> None:
        """Mount the messages that are not, and bring the others in line and in order."""
        mounted = [child for child in self.children if isinstance(child, MessageView)]
        kept = [view for each in wanted if (view := self._views.get(each.id)) is not None]
        if mounted != kept:
            self._order(kept)
        before: Widget = self.query_one(".empty")
        views: dict[str, MessageView] = {}
        fresh: list[MessageView] = []
        for message in wanted:
            view = self._views.get(message.id)
            if view is None:
                view = self._view(message)
                fresh.append(view)
            else:
                if fresh:
                    await self.mount(*fresh, after=before)
                    fresh = []
                if view.message is not message:
                    await view.show(message)
                before = view
            views[message.id] = view
        if fresh:
            await self.mount(*fresh, after=before)
        self._views = views

    def _view(self, message: Message) -> MessageView:
        folds = self._folds.pop(message.id, ())
        view = MessageView(message, self._now, self._next_keys, folds, self._room_ahead)
        view.set_class(message.id == self._selected, "-selected")
        view.highlight(self._pattern)
        view.mark(message.id in self._marked)
        return view

    def _order(self, views: Sequence[MessageView]) -> None:
        before: Widget = self.query_one(".empty")
        for view in views:
            self.move_child(view, after=before)
            before = view

    async def _drop_all_but(self, ids: set[str]) -> None:
        gone, self._left_over = self._left_over, []
        for message_id in [each for each in self._views if each not in ids]:
            view = self._views.pop(message_id)
            if view.folds:
                self._folds[message_id] = view.folds
            gone.append(view)
        if not gone:
            return
        if any(view.has_focus_within for view in gone):
            self.focus(scroll_visible=False)
        await self.remove_children(gone)

    def _rename(self, conversation: Conversation) -> None:
        """Let the widgets of our own messages go on as those of the server's."""
        self._selected = conversation.current_id(self._selected)
        self._marked = {conversation.current_id(old) for old in self._marked}
        self._views = {conversation.current_id(old): view for old, view in self._views.items()}

    # The window

    @property
    def older_hidden(self) -> int:
        """How many messages stand above what is mounted."""
        return self._window.first

    @property
    def ends_here(self) -> bool:
        return self._is_whole

    @property
    def _room(self) -> Room:
        # before the first layout there is no size yet
        return Room(self.size.width or self.app.size.width, self.size.height or 40)

    def _fitted(self, timeline: Timeline) -> Window:
        """Return the window that shows what was mounted before, or the end."""
        window = fitted(self._window, timeline, self._views, was_whole=self._is_whole)
        if not self._views or (self.following and not window.reaches(timeline)):
            return last_screen(timeline, self._room)
        return window

    def _tended(self, timeline: Timeline) -> Window:
        """Return the window with what the reader comes near to, and without what is far."""
        window = self._fitted(timeline)
        if window != self._window or not self.size.height:
            return window
        views = list(self._views.values())
        top = round(self.scroll_y) - self._owed_rows
        edges = Edges(
            [view.virtual_region.y - top for view in views],
            [view.virtual_region.bottom - top for view in views],
            round(self.scroll_y + self.rows_below) + self.size.height - top,
        )
        return tended(window, len(timeline), edges, self.size.height)

    def look_around(self) -> None:
        """Mount more where the reader comes near an edge, and unmount what is far."""
        self.post_message(self.Moved())
        if self._conversation is None or self._is_tending or self._is_ending:
            return
        if self._owed_rows or self._tended(self._conversation.timeline) != self._window:
            self._is_tending = True
            self.run_worker(self._tend(), group="window")

    async def _tend(self) -> None:
        try:
            await self._put(self._tended)
        finally:
            self._is_tending = False
        if self._owed_rows:
            self.look_around()

    def _page(self, rows: int) -> None:
        """Go on by so many rows, also to where nothing is mounted yet; up is positive."""
        self.release_anchor()
        self._owed_rows += rows
        self.look_around()

    def action_page_up(self) -> None:
        rows = self.container_size.height
        if self.scroll_y >= rows or not self.older_hidden:
            super().action_page_up()
        else:
            self._page(rows)

    def action_page_down(self) -> None:
        rows = self.container_size.height
        if self.rows_below >= rows or self.ends_here:
            super().action_page_down()
        else:
            self._page(-rows)

    def action_scroll_home(self) -> None:
        self.run_worker(self.go_to_first(), group="first", exclusive=True)

    async def go_to_first(self) -> None:
        """Select the first message of all."""
        if self._conversation is not None and len(timeline := self._conversation.timeline):
            await self.reveal(timeline[0].id)

    # The end

    def _room_ahead(self) -> int:
        """Return how many empty rows are to follow a text that is coming.

        It fills the view, and goes on by a part of the view at a time.
        """
        if not self.following:
            return 0
        return self._rows_left if self._rows_left > 0 else self.size.height // ROOM_AHEAD

    @property
    def empty_rows(self) -> int:
        return next(reversed(self._views.values())).empty_rows if self._views else 0

    def follow(self) -> None:
        super().follow()
        if not self.ends_here:
            self._pacer.request()
        self._pacer.hurry()

    def release_anchor(self) -> None:
        if self.following and self._views:
            last_id, last = next(reversed(self._views.items()))
            self._arrivals.leave(last_id, last)
        super().release_anchor()

    @property
    def below(self) -> Below:
        """What the reader does not see yet."""
        if self.following or self._conversation is None:
            return Below()
        if not self.ends_here:
            return Below(self.rows_below, 0, len(self._conversation.timeline) - self._window.end)
        return Below(self.rows_below, min(self._arrivals.rows(self._views), self.rows_below))

    def _note_seen(self) -> None:
        bottom = round(self.scroll_y) + self.size.height
        for message_id, view in reversed(self._views.items()):
            if view.virtual_region.y < bottom:
                end = view.end_at(bottom - view.virtual_region.y)
                self._arrivals.see(self._views, message_id, end)
                return

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            # not with a layout: then some places are those of another width
            self._note_seen()
            self._pacer.hurry()
            self.look_around()

    # The selected message

    @property
    def selected(self) -> Message | None:
        """The message the keys act on: the selected one, else the last."""
        if self._conversation is None or not len(timeline := self._conversation.timeline):
            return None
        return timeline.find(self._selected) or timeline[-1]

    async def select_step(self, step: int) -> None:
        """Select the message `step` further down; the first step selects what is in sight."""
        if self._conversation is None or not self._views:
            return
        timeline = self._conversation.timeline
        at = timeline.position(self._selected)
        if at is None:
            at = self._position_in_sight(last=step < 0)
        else:
            at += step
        await self.reveal(timeline[max(0, min(at, len(timeline) - 1))].id)

    async def reveal(self, message_id: str) -> None:
        """Select a message anywhere in the conversation, mounting what is around it."""
        if self._conversation is None:
            return
        at = self._conversation.timeline.position(message_id)
        if at is None:
            return
        if message_id in self._views:
            self._select(message_id)
            return
        # or the frame that comes would show the end again
        self.release_anchor()
        await self._put(
            lambda timeline: around(timeline, at, self._room), partial(self._select, message_id)
        )

    def _select(self, message_id: str) -> None:
        """Mark a mounted message as the one the keys act on and bring it into sight."""
        view = self._point_at(message_id)
        if view is None:
            return
        if self.ends_here and view is next(reversed(self._views.values())):
            self.follow()
        else:
            self.keep(view, 0)

    def _point_at(self, message_id: str) -> MessageView | None:
        """Mark a message as the one the keys act on where it is; `None` when it is not mounted."""
        view = self._views.get(message_id)
        if view is not None:
            self.unselect()
            self._selected = message_id
            view.add_class("-selected")
        return view

    def unselect(self) -> None:
        if self._selected in self._views:
            self._views[self._selected].remove_class("-selected")
        self._selected = ""

    @property
    def marked(self) -> Sequence[str]:
        """Ids of the marked messages, oldest first."""
        if self._conversation is None or not self._marked:
            return []
        return [each.id for each in self._conversation.timeline if each.id in self._marked]

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

    # Words that are looked for

    def highlight(self, pattern: SearchPattern | None) -> None:
        """Highlight the matches of `pattern` in every text, `None` for none."""
        if pattern != self._pattern:
            self._pattern, self._wanted = pattern, None
            for view in self._views.values():
                view.highlight(pattern)

    async def reveal_words(self, match: Match) -> None:
        """Select a message and bring words of it into sight, moving only when they are not."""
        if self._conversation is None:
            return
        message_id = self._conversation.current_id(match.message_id)
        if message_id in self._views:
            self._point_at(message_id)
        else:
            await self.reveal(message_id)
        if (view := self._views.get(message_id)) is not None:
            view.unfold(match.part)
            self._wanted = replace(match, message_id=message_id)
            self.call_after_refresh(self._bring_into_sight, self._wanted)

    def _bring_into_sight(self, match: Match) -> None:
        view = self._views.get(match.message_id)
        if match is not self._wanted or view is None:
            return
        if not view.is_drawn:
            self.call_after_refresh(self._bring_into_sight, match)
            return
        row = view.find_row(match.part, match.passage, match.start)
        in_view = view.virtual_region.y - round(self.scroll_y) + row
        if not 0 <= in_view < self.size.height:
            self.keep(view, self.size.height // 3 - row)

    def position_in_sight(self, *, last: bool) -> int:
        """Return the position of the selected message, else of the last or first in sight."""
        if self._conversation is None or not self._views:
            return 0
        selected = self._conversation.timeline.position(self._selected)
        return self._position_in_sight(last=last) if selected is None else selected

    def _position_in_sight(self, *, last: bool) -> int:
        """Return the position of the last or first message that the view shows some of."""
        top = self.scroll_offset.y
        bottom = top + self.size.height
        in_sight = [
            at
            for at, view in enumerate(self._views.values(), start=self._window.first)
            if view.virtual_region.bottom > top and view.virtual_region.y < bottom
        ]
        if not in_sight:
            return self._window.end - 1
        return in_sight[-1] if last else in_sight[0]

    # Tools

    @property
    def tool_panels(self) -> list[ToolPanel]:
        return [panel for view in self._views.values() for panel in view.tool_panels]

    def toggle_tools(self) -> None:
        """Unfold all tool panels, or fold them all when any is open."""
        panels = self.tool_panels
        fold = any(not panel.collapsed for panel in panels)
        for panel in panels:
            panel.collapsed = fold

    @property
    def last_answer(self) -> Message | None:
        if self._conversation is None:
            return None
        newest_first = reversed(self._conversation.timeline)
        return next((each for each in newest_first if each.role is Role.ASSISTANT), None)
