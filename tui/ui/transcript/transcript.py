"""Transcript of one conversation: its messages on the screen, and the reader's place in them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime

from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.message import Message as TextualMessage
from textual.widget import MountError, Widget

from tui.conversation import Conversation
from tui.conversation.timeline import Timeline
from tui.model import Message, MessageStatus
from tui.ui.markdown.code_rows import CodeKey
from tui.ui.terminal.app import DirtyRowsScreen
from tui.ui.terminal.backpressure import is_behind
from tui.ui.terminal.link import Link
from tui.ui.transcript.arrivals import ArrivedMessages, ContentBelow
from tui.ui.transcript.followed_steps import FollowedSteps
from tui.ui.transcript.head_line import question_above
from tui.ui.transcript.message_heading import bot_name_of, is_of_customers, marks_of
from tui.ui.transcript.message_view import Folds, MessageContext, MessageView
from tui.ui.transcript.mounted import MountedMessages
from tui.ui.transcript.next_keys import NextKeys
from tui.ui.transcript.pacer import LAST_S, FramePacer
from tui.ui.transcript.paged_scroll import PagedScroll
from tui.ui.transcript.search_highlights import SearchHighlights
from tui.ui.transcript.selection import Selection
from tui.ui.transcript.window import Window
from tui.ui.widgets.view_anchor import PinnedWidget


class Transcript(PagedScroll, can_focus=True):
    """Follows a conversation by its state: `sync` brings the widgets in line with it.

    Nothing is drawn per event, so events may come in any number and from any session. Only the
    messages around the reader's place are mounted, however many there are, and `first_screen`
    where there are none.
    """

    DEFAULT_CSS = """
    Transcript { height: 1fr; padding: 0 1 0 1; scrollbar-size-vertical: 1; }
    """

    # what is typed after a click goes on to the composer
    FOCUS_ON_CLICK = False

    class Moved(TextualMessage):
        """The reader's place or what is below it has changed."""

    def __init__(
        self,
        now: Callable[[], datetime],
        next_keys: Callable[[Message], NextKeys],
        code_keys: Callable[[], Sequence[CodeKey]],
        first_screen: Widget,
        link: Link,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        self.mounted = MountedMessages(self, first_screen, self._view_of)
        super().__init__(self.mounted, id=id)
        self._shown_with = _message_context(self, now, next_keys, self._rows_ahead, code_keys)
        self.offers: dict[str, str] = {}
        """What can be done about an exchange since something became of it, by its first message."""
        self._first_screen = first_screen
        self._conversation: Conversation | None = None
        self.selection = Selection(
            self,
            self.mounted,
            lambda: self._conversation,
            lambda position, then: self._put(self.paging.around(position), then),
        )
        self.highlights = SearchHighlights(
            self, self.mounted, self.selection, lambda: self._conversation
        )
        self._arrivals = ArrivedMessages()
        self._steps = FollowedSteps()
        self._is_held = False
        self._told: tuple[object, ...] = ()
        """What `Moved` was posted for last after the widgets were brought in line."""
        self._headed: tuple[object, ...] = ("", date.min)
        """The name that answers of unknown origin were headed by last, the day, and the marks."""
        self._lock = asyncio.Lock()
        self.pacer = FramePacer(
            self.sync,
            lambda frame: self.run_worker(frame, group="frames", exit_on_error=True),
            pace=lambda: link.terms.pace,
            is_behind=lambda: is_behind(self.app),
            is_unseen=lambda: not self.following and (self.rows_below > 0 or not self.ends_here),
            # the gate of the frames holds back what that draws
            keep_up=self.sync,
        )

    def compose(self) -> ComposeResult:
        yield self._first_screen

    @property
    def conversation(self) -> Conversation | None:
        return self._conversation

    async def show(self, conversation: Conversation) -> None:
        """Show another conversation from its end."""
        async with self._lock:
            self._conversation = conversation
            self.mounted.begin_anew()
            self.selection.begin_anew()
            self.paging.begin_anew()
            self._arrivals.begin_anew()
            self.begin_anew()
        await self.sync()

    def request_sync(self, chars: int = 0) -> None:
        """Have the widgets brought in line soon, at the pace of the frames.

        `chars` is how much text has come.
        """
        self.pacer.request(chars)

    async def draw_last(self) -> None:
        """Draw the end of what came at once, and wait for a moment until that is done."""
        drawn = asyncio.Event()
        if isinstance(self.screen, DirtyRowsScreen):
            # the end may need a layout
            self.screen.hurry()
        await self.pacer.draw_last()
        self.came_too_fast = self._steps.came_too_fast
        self.call_after_refresh(drawn.set)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_S):
                await drawn.wait()

    async def sync(self) -> None:
        """Bring the widgets in line with the conversation, touching only what differs."""
        before = self.paging.window
        await self._put(self.paging.fitted)
        if self.paging.window != before:
            # messages that came above move nothing, so no layout tells that there is room for them
            self.call_after_refresh(self.look_around)

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
        # once a frame: each time all of the answer that comes is put together
        timeline = conversation.timeline
        self.mounted.rename(conversation.current_id)
        self.selection.keep_up_with(timeline, conversation.current_id)
        window = choose(timeline)
        messages = timeline[window.first : window.end]
        self._arrivals.note(messages, conversation.current_id)
        with self.app.batch_update():
            self._first_screen.display = not messages
            await self.mounted.show(messages)
            self.paging.note_mounted(window, timeline)
            if self.paging.owes_rows:
                self.shift(self.paging.settle())
            if then is not None:
                then()
        # in most frames of an answer that is followed nothing of it has changed
        told = (
            conversation,
            len(timeline),
            self.at_top,
            _question_id(self.at_top, timeline),
            self.below,
        )
        if told != self._told:
            self._told = told
            self.post_message(self.Moved())

    def _view_of(self, message: Message, folds: Folds) -> MessageView:
        view = MessageView(message, self._shown_with, folds)
        self.selection.show_on(view)
        self.highlights.show_on(view)
        return view

    def show_names(self) -> None:
        """Say what session and answers are called by now, and when those of yesterday came."""
        conversation = self._conversation
        marks = conversation.names.marks.exchanges if conversation is not None else ()
        today, of_customers = self._shown_with.now().date(), is_of_customers(conversation)
        headed = (bot_name_of(conversation), today, of_customers, marks, tuple(self.offers))
        if headed != self._headed:
            self._headed = headed
            for view in self.mounted.views.values():
                view.show_name()
        self.post_message(self.Moved())

    def show_seconds(self) -> None:
        """Say for how long tools run by now."""
        if any(panel.is_running for panel in self.mounted.tool_panels):
            self.request_sync()

    # The reader's place

    @property
    def _shown_timeline(self) -> Timeline | None:
        shown = self._conversation
        return shown.timeline if shown is not None and not self._is_ending else None

    def look_around(self) -> None:
        self.post_message(self.Moved())
        super().look_around()

    def action_scroll_home(self) -> None:
        self.run_worker(self.selection.first(), group="first", exclusive=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            # not with a layout: then some places are those of another width
            self._arrivals.see(self.mounted.views, round(self.scroll_y) + self.size.height)
            self.pacer.hurry()
            self.look_around()

    # The end

    def _rows_ahead(self) -> int:
        """Return how many empty rows are to follow a text that is coming.

        They fill the view, and go on by a step at a time.
        """
        self.came_too_fast = False
        if not self.following:
            return 0
        if self._rows_left > 0:
            return self._steps.fill(self._rows_left)
        return self._steps.take(self.size.height, -self._rows_left)

    @property
    def empty_rows(self) -> int:
        last = self.mounted.last
        return last.empty_rows if last is not None else 0

    @property
    def beginning(self) -> MessageView | None:
        last = self.mounted.last
        if last is None or last.message.status is MessageStatus.STREAMING:
            return None
        return self.mounted.last_question or next(iter(self.mounted.views.values()))

    def settle(self) -> None:
        if self.following or self._is_held:
            super().settle()

    def hold(self) -> None:
        """Stay here whatever comes, though the reader did not scroll."""
        self.release_anchor()
        self._is_held = True

    def follow(self) -> None:
        super().follow()
        if not self.ends_here:
            self.pacer.request()
        self.pacer.hurry()

    def release_anchor(self) -> None:
        if self.following:
            self._arrivals.leave(self.mounted.views)
        self._is_held = False
        super().release_anchor()

    @property
    def below(self) -> ContentBelow:
        """What the reader does not see yet."""
        if self.following or self._conversation is None:
            return ContentBelow()
        if not self.ends_here:
            hidden = len(self._conversation.timeline) - self.paging.window.end
            return ContentBelow(self.rows_below, 0, hidden)
        return ContentBelow(
            self.rows_below, min(self._arrivals.rows(self.mounted.views), self.rows_below)
        )


def _question_id(at_top: PinnedWidget | None, timeline: Timeline) -> str:
    """Return the id of the question whose end is read: what is stored may have another."""
    question = question_above(at_top, timeline)
    return question.id if question is not None else ""


def _message_context(
    transcript: Transcript,
    now: Callable[[], datetime],
    next_keys: Callable[[Message], NextKeys],
    rows_ahead: Callable[[], int],
    code_keys: Callable[[], Sequence[CodeKey]],
) -> MessageContext:
    def marked(message: Message) -> str:
        told = marks_of(transcript.conversation, message), transcript.offers.get(message.id)
        return " ".join(filter(None, told))

    return MessageContext(
        now,
        next_keys,
        rows_ahead,
        code_keys,
        lambda: bot_name_of(transcript.conversation),
        lambda: is_of_customers(transcript.conversation),
        marked,
    )
