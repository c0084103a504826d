"""Find bar: search in the conversation that is open."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from tui.conversation import Conversation
from tui.formatting.search_pattern import SearchPattern, pattern_of
from tui.ui.search.match_cursor import MatchCursor
from tui.ui.search.matches import MAX_MATCHES, Match, MessageSearch
from tui.ui.widgets.field import Field
from tui.ui.widgets.plain_text import Plain

_KEYS_FROM_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class _Step:
    """To the next (1) or previous (-1) match, the first time from a message on."""

    direction: int
    position: int


class FindBar(Horizontal):
    """A line to type in, and how many matches there are; `enter` goes to one and reads on there.

    All messages are searched, a little at a time: the screen never waits for it. `key_of` tells
    the key of an action id.
    """

    DEFAULT_CSS = """
    FindBar {
        height: 1; width: 1fr; display: none; background: $panel; padding: 0 1;
        & > Plain { width: auto; }
        & > .count { padding: 0 0 0 1; }
        & > .count, & > .keys { color: $foreground-muted; }
        & > Input {
            width: 1fr; min-width: 12; border: none; height: 1; background: $panel; padding: 0;
        }
        &.-open { display: block; }
    }
    """
    BINDINGS = [
        Binding("down", "step(1)", "Next", id="find.next"),
        Binding("up", "step(-1)", "Previous", id="find.previous"),
        Binding("escape", "close", "Close", id="find.close"),
    ]

    @dataclass
    class StepRequested(Message):
        """Go to the next (1) or previous (-1) match, and with `reads_on` leave the field."""

        direction: int
        reads_on: bool = False

    @dataclass
    class MatchRequested(Message):
        """Go to this match."""

        match: Match

    @dataclass
    class PatternChanged(Message):
        """From now on these words are looked for, `None` for none."""

        pattern: SearchPattern | None

    class Closed(Message):
        """The person is done finding."""

    def __init__(self, key_of: Callable[[str], str], message_search: MessageSearch) -> None:
        """`message_search` keeps what it reads of the messages for the next search."""
        super().__init__()
        self._key_of = key_of
        self._conversation: Conversation | None = None
        self._message_search = message_search
        self._pattern: SearchPattern | None = None
        self._matches = MatchCursor()
        self._is_searching = False
        self._pending: _Step | None = None

    def compose(self) -> ComposeResult:
        yield Plain("Find: ", classes="label")
        yield Field(placeholder="words in this conversation", compact=True)
        yield Plain("", classes="count")
        yield Plain("", classes="keys")

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    @property
    def may_have_matches(self) -> bool:
        """There are some, or the search for them is not over."""
        return bool(self._matches) or self._is_searching

    def open(self, conversation: Conversation) -> None:
        """Start typing what is to be found in all of a conversation."""
        self._show(conversation)
        self.query_one(Input).focus()

    def look_for(self, words: str, conversation: Conversation, position: int) -> None:
        """Go to the first match of `words` from the message at `position` on."""
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = words
        self._matches.leave()
        self._pending = _Step(1, position)
        self._show(conversation)

    def follow(self, conversation: Conversation) -> None:
        """Look for the same words in another conversation."""
        if self.is_open and conversation is not self._conversation:
            self._show(conversation)

    def _show(self, conversation: Conversation) -> None:
        self.add_class("-open")
        if conversation is not self._conversation:
            self._matches.leave()
        self._conversation = conversation
        self._seek()

    def step(self, direction: int, conversation: Conversation, position: int) -> None:
        """Go to the next (1) or previous (-1) match, around the ends.

        The first time it is the nearest from the message at `position` on.
        """
        if not self.query_one(Input).value:
            return
        step = _Step(direction, position)
        if not self.is_open or conversation is not self._conversation:
            self._pending = step
            self._show(conversation)
        elif self._is_searching:
            self._pending = step
        elif not self._is_up_to_date:
            self._pending = step
            self._seek()
        else:
            self._go(step)

    def close(self) -> None:
        """Go away; `step` goes on with the same words."""
        if self.is_open:
            self.remove_class("-open")
            self.post_message(self.PatternChanged(None))

    def action_step(self, direction: int) -> None:
        self.post_message(self.StepRequested(direction))

    def action_close(self) -> None:
        self.close()
        self.post_message(self.Closed())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.StepRequested(1, reads_on=True))

    def on_descendant_focus(self) -> None:
        self._show_count()

    def on_descendant_blur(self) -> None:
        self._show_count()

    def on_resize(self) -> None:
        self._show_count()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._matches.leave()
        self._pending = None
        self._seek()

    # Searching

    @property
    def _is_up_to_date(self) -> bool:
        """Nothing was said since the search."""
        conversation = self._conversation
        return conversation is not None and self._matches.is_up_to_date(conversation.timeline)

    def _seek(self) -> None:
        """Search from the start, in place of a search that goes on."""
        self._pattern = pattern_of(self.query_one(Input).value)
        self.post_message(self.PatternChanged(self._pattern))
        self._search()

    @work(group="find", exclusive=True)
    async def _search(self) -> None:
        conversation, pattern = self._conversation, self._pattern
        was_at = self._matches.current
        self._matches.clear()
        self._is_searching = True
        if conversation is not None and pattern is not None:
            timeline = conversation.timeline
            self._matches.search_in(timeline)
            async with aclosing(self._message_search.find(timeline, pattern)) as results:
                async for matches in results:
                    self._matches.add(matches)
                    self._show_count()
        self._is_searching = False
        if conversation is not None:
            self._matches.return_to(was_at, conversation.current_id)
        self._show_count()
        step, self._pending = self._pending, None
        if step is not None:
            self._go(step)

    def _go(self, step: _Step) -> None:
        if (match := self._matches.go(step.direction, step.position)) is not None:
            self._show_count()
            self.post_message(self.MatchRequested(match))

    def _show_count(self) -> None:
        count = self.query_one(".count", Plain)
        many = f"{len(self._matches):,}" + "+" * (len(self._matches) >= MAX_MATCHES)
        if self._pattern is None:
            count.update("")
        elif self._is_searching:
            count.update(f"{many} …")
        elif not self._matches:
            count.update(f"no hits here · {self._key_of('chat.search')} searches everything")
        else:
            hits = f"{many} hit{'s' * (len(self._matches) != 1)}"
            number = self._matches.number
            count.update(hits if number is None else f"{number:,} of {many}")
        self.query_one(".keys", Plain).update(self._keys)

    @property
    def _keys(self) -> str:
        """What goes on from here; nothing where it would take the room of the words."""
        if self.size.width < _KEYS_FROM_COLUMNS or self._is_searching or not self._matches:
            return ""
        if self.query_one(Input).has_focus:
            return f" · Enter next · {self._key_of('find.previous')} previous"
        next_key, previous = self._key_of("read.next-hit"), self._key_of("read.previous-hit")
        return f" · {next_key} next · {previous} previous"
