"""Find bar: search in the conversation that is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from textual import events, on, work
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.conversation import Conversation
from tui.formatting.search_pattern import SearchPattern, pattern_of
from tui.ui.cells import cell_len, whole_items
from tui.ui.search.hit_walk import Departure, HitWalk
from tui.ui.search.matches import MAX_MATCHES, Match, MessageSearch
from tui.ui.search.trail import HitTrail
from tui.ui.terminal.app import DirtyRowsScreen
from tui.ui.widgets.field import Field
from tui.ui.widgets.key_line import KeyLine
from tui.ui.widgets.plain_text import Plain

_MIN_WORDS_CELLS = 8


class FindBar(Horizontal):
    """A line to type in, and how many matches there are; `enter` goes to one and reads on there.

    All messages are searched, a little at a time: the screen never waits for it. `key_of` tells
    the key of an action id.
    """

    DEFAULT_CSS = """
    FindBar {
        height: 1; width: 1fr; display: none; background: $panel; padding: 0 1;
        & > Plain { width: auto; }
        & > .gap, & > .count, & > .keys { color: $foreground-muted; }
        & > Input { border: none; height: 1; background: $panel; padding: 0; }
        &.-open { display: block; }
    }
    """
    BINDINGS = [
        # the bar itself tells them
        Binding("down", "step(1)", "Next", show=False, id="find.next"),
        Binding("up,shift+enter", "step(-1)", "Previous", show=False, id="find.previous"),
        Binding("escape", "close", "Close", id="find.close"),
    ]

    @dataclass(eq=False, repr=False)
    class StepRequested(Message):
        """Go to the next (1) or previous (-1) match, and with `reads_on` leave the field."""

        direction: int
        reads_on: bool = False

    @dataclass(eq=False, repr=False)
    class MatchRequested(Message):
        """Go to this match."""

        match: Match

    @dataclass(eq=False, repr=False)
    class PatternChanged(Message):
        """From now on these words are looked for, `None` for none."""

        pattern: SearchPattern | None

    @dataclass(eq=False, repr=False)
    class Followed(Message):
        """The next (1) or previous (-1) hit is in the session where the trail has gone."""

        direction: int

    @dataclass(eq=False, repr=False)
    class Closed(Message):
        """The person is done finding, and has gone to no hit since `came_from` had the focus."""

        came_from: Widget | None

    def __init__(self, key_of: Callable[[str], str], message_search: MessageSearch) -> None:
        """`message_search` keeps what it reads of the messages for the next search."""
        super().__init__()
        self._key_of = key_of
        self._conversation: Conversation | None = None
        self._message_search = message_search
        self._pattern: SearchPattern | None = None
        self._walk = HitWalk()
        self._is_searching = False
        self._came_from: Widget | None = None

    def _mount_parts(self) -> None:
        """Have a line to type in from the first opening on: few conversations are searched."""
        if not self.children:
            self.mount(
                Plain("Find: ", classes="label"),
                Field(placeholder="words in this conversation", compact=True),
                Plain("", classes="gap"),
                Plain("", classes="count"),
                KeyLine("", classes="keys"),
            )

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    @property
    def may_have_matches(self) -> bool:
        """There are some, or the search for them is not over."""
        return bool(self._walk.matches) or self._is_searching

    def open(self, conversation: Conversation) -> None:
        """Start typing what is to be found in all of a conversation."""
        self._show(conversation)
        if not self.has_focus_within:
            self._came_from = self.screen.focused
        self.query_one(Input).focus()

    def go_along(self, trail: HitTrail) -> None:
        """Look for what a search of everything found, once the stop of the trail is shown."""
        self._walk.begin(trail)
        self._mount_parts()
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = trail.line

    @property
    def trail(self) -> HitTrail | None:
        """What a search of everything found, while it is gone through."""
        return self._walk.trail

    def arrive(self, conversation: Conversation, step: int, position: int) -> None:
        """Go to the next (1) or previous (-1) hit in the stop of the trail from `position` on."""
        self._walk.arrive(step, position)
        self._show(conversation)

    def leave_trail(self) -> None:
        """Go on to no other session."""
        self._walk.leave_trail()

    def follow(self, conversation: Conversation) -> None:
        """Look for the same words in another conversation, or in what this one has come to.

        In one that is yet to begin for none.
        """
        if not self.is_open:
            return
        if conversation is not self._conversation:
            if conversation.session_id is None and not conversation.timeline:
                self.close()
                return
            trail = self._walk.trail
            if trail is not None and trail.stop.session_id != conversation.id:
                self._walk.leave_trail()
            self._show(conversation)
        elif not (self._is_searching or self._is_up_to_date or conversation.progress is not None):
            self._seek()

    def _show(self, conversation: Conversation) -> None:
        self._mount_parts()
        self.add_class("-open")
        if conversation is not self._conversation:
            self._walk.matches.leave()
        self._conversation = conversation
        self._seek()

    def step(self, direction: int, conversation: Conversation, position: int) -> None:
        """Go to the next (1) or previous (-1) match, around the ends.

        The first time it is the nearest from the message at `position` on.
        """
        if not (self.children and self.query_one(Input).value):
            return
        self._walk.ask(direction, position)
        if self._walk.is_under_way:
            return
        if not self.is_open or conversation is not self._conversation:
            self._show(conversation)
        elif not self._is_searching and not self._is_up_to_date:
            self._seek()
        elif not self._is_searching:
            self._go()

    def close(self) -> None:
        """Go away; `step` goes on with the same words."""
        if self.is_open:
            self.remove_class("-open")
            self._walk.leave_trail()
            self.post_message(self.PatternChanged(None))

    def action_step(self, direction: int) -> None:
        self.post_message(self.StepRequested(direction))

    def action_close(self) -> None:
        self.close()
        self.post_message(self.Closed(self._came_from))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.StepRequested(1, reads_on=True))

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    @on(events.Resize)
    def tell_anew(self) -> None:
        if self.children:
            self._show_count()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._walk.forget()
        self._show_count()
        self._seek()

    # Searching

    @property
    def _is_up_to_date(self) -> bool:
        """Nothing was said since the search."""
        conversation = self._conversation
        return conversation is not None and self._walk.matches.is_up_to_date(conversation.timeline)

    def _seek(self) -> None:
        """Search from the start, in place of a search that goes on."""
        trail = self._walk.trail
        self._pattern = trail.pattern if trail else pattern_of(self.query_one(Input).value)
        self.post_message(self.PatternChanged(self._pattern))
        self._search()

    @work(group="find", exclusive=True)
    async def _search(self) -> None:
        conversation, pattern = self._conversation, self._pattern
        was_at = self._walk.matches.current
        self._walk.matches.clear()
        self._is_searching = True
        if conversation is not None and pattern is not None:
            timeline = conversation.timeline
            self._walk.matches.search_in(timeline)
            async with aclosing(self._message_search.find(timeline, pattern)) as results:
                async for matches in results:
                    self._walk.matches.add(self._walk.hits_in(matches))
                    self._show_count()
        self._is_searching = False
        if conversation is not None and not self._walk.matches:
            self._walk.matches.search_in(conversation.timeline)
            self._walk.matches.add(self._walk.hits_without_words())
        if conversation is not None:
            self._walk.matches.return_to(was_at, conversation.current_id)
        self._show_count()
        self._go()

    def _go(self) -> None:
        """Go where the steps lead that were asked for."""
        match self._walk.take():
            case Departure(direction):
                self.post_message(self.Followed(direction))
            case Match() as match:
                self._came_from = None
                self._show_count()
                self.post_message(self.MatchRequested(match))

    def _show_count(self) -> None:
        """Have told with the next frame how many hits there are: each time all is laid out."""
        screen = self.screen
        assert isinstance(screen, DirtyRowsScreen)
        screen.before_frame(self._draw_count)

    def _draw_count(self) -> None:
        """Tell behind the words how many hits there are, and of what to press what has room."""
        told = self._told
        field, label = self.query_one(Input), self.query_one(".label")
        room = self.size.width - (label.outer_size.width if label.display else 0)
        # the cell of the cursor parts the words from what is told of them
        gap = "· " if told else ""
        count = told[0] if told else ""
        words_cells = cell_len(field.value or str(field.placeholder)) + 1
        field_cells = min(words_cells, max(_MIN_WORDS_CELLS, room - cell_len(gap + count)))
        field.styles.width = field_cells
        line = whole_items(told, room - field_cells - cell_len(gap))
        self.query_one(".gap", Plain).update(gap)
        self.query_one(".count", Plain).update(count)
        self.query_one(".keys", Plain).update(line.removeprefix(count))

    @property
    def _told(self) -> Sequence[str]:
        """What there is to say, the most important first."""
        many = f"{len(self._walk.matches):,}" + "+" * (len(self._walk.matches) >= MAX_MATCHES)
        trail = self._walk.trail
        sessions = [trail.told] if trail is not None and trail.told else []
        if self._pattern is None and trail is None:
            return ()
        if self._is_searching:
            return (f"{many} …",)
        if not self._walk.matches and not sessions:
            return "no hits here", f"{self._key_of('chat.search')} searches everything"
        hits = f"{many} hit{'s' * (len(self._walk.matches) != 1)}"
        number = self._walk.matches.number
        count = hits if number is None else f"{number:,} of {many}"
        is_typing = self.query_one(Input).has_focus
        next_key = "Enter" if is_typing else self._key_of("read.next-hit")
        previous = self._key_of("find.previous" if is_typing else "read.previous-hit")
        return count, *sessions, f"{next_key} next", f"{previous} previous"
