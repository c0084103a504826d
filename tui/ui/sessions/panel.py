"""Session panel: the list and the field that filters it, beside the chat and in the picker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from tui.ui.sessions.filter import SessionFilter
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.rows import ListedSessions
from tui.ui.widgets.field import Field
from tui.ui.widgets.plain_text import Plain

_SLICE_ROWS = 1_000
_ALL = 1_000_000
_OF_LIST = frozenset({"enter", "delete", "home", "end"})


class FilterField(Field, inherit_bindings=False):
    """Leaves to the list the keys that act there."""

    BINDINGS = [
        each
        for each in Input.BINDINGS
        if isinstance(each, Binding) and _OF_LIST.isdisjoint(each.key.split(","))
    ]


class SessionPanel(Vertical):
    """The field has the keys: letters filter the list, all other keys act in it.

    What is done with a session happens elsewhere. `key_of` tells the key of an action id.
    """

    DEFAULT_CSS = """
    SessionPanel {
        height: 1fr;
        & > .filter { height: 1; border: none; padding: 0 1; background: $panel; }
        & > .filter:focus { border: none; }
        & > .note { height: auto; padding: 0 1; color: $foreground-muted; display: none; }
        & > .note.-said { display: block; }
    }
    """
    BINDINGS = [
        Binding("enter", "open", "Open", id="sessions.open"),
        Binding("ctrl+t", "pin", "Pin", id="sessions.pin"),
        Binding("ctrl+d,delete", "delete", "Delete", id="sessions.delete"),
        Binding("ctrl+r", "next_span", "Filter by date", id="sessions.period"),
        Binding("ctrl+e", "export", "Export", show=False, id="sessions.export"),
        Binding("escape", "clear", "Clear", id="sessions.clear"),
        Binding("up", "move(-1)", "Up", show=False, id="sessions.up"),
        Binding("down", "move(1)", "Down", show=False, id="sessions.down"),
        Binding("pageup", "move(-8)", "Page up", show=False, id="sessions.page-up"),
        Binding("pagedown", "move(8)", "Page down", show=False, id="sessions.page-down"),
        Binding("home", f"move(-{_ALL})", "First", show=False, id="sessions.first"),
        Binding("end", f"move({_ALL})", "Last", show=False, id="sessions.last"),
    ]

    @dataclass
    class Pinned(Message):
        session_id: str

    @dataclass
    class DeleteRequested(Message):
        session_id: str

    @dataclass
    class ExportRequested(Message):
        """Write sessions to a file."""

        session_id: str
        """The one under the cursor, empty for none."""
        matching: tuple[str, ...]
        """Those that the filter leaves."""
        words: str
        """What the list is filtered by."""

    class NextSpanRequested(Message):
        """Show the sessions of another time."""

    @dataclass
    class Filtered(Message):
        """The words that filter the list have changed."""

        words: str

    def __init__(
        self,
        key_of: Callable[[str], str],
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self._key_of = key_of
        self._field = FilterField(classes="filter")
        self._note = Plain("", classes="note")
        self._list = SessionList()
        self._listed = ListedSessions()
        self._filter = SessionFilter()
        self._open_id = ""
        self._now: datetime | None = None
        self.can_delete = False
        """Whether the server deletes sessions."""

    def compose(self) -> ComposeResult:
        yield self._field
        yield self._note
        yield self._list

    def on_mount(self) -> None:
        self._field.placeholder = self._resting
        self._draw()

    @property
    def _resting(self) -> str:
        return f"Sessions · {self._key_of('chat.sessions')}"

    @property
    def words(self) -> str:
        """What the list is filtered by."""
        return self._field.value

    @property
    def has_keys(self) -> bool:
        return self._field.has_focus

    def take_keys(self) -> None:
        """Have the keys act here from the next one on."""
        self._field.focus(scroll_visible=False)

    def show(self, listed: ListedSessions, *, open_id: str, now: datetime) -> None:
        """Show the sessions as they are now, filtered as before; at once or with the screen."""
        is_new = listed.sessions is not self._listed.sessions
        self._listed, self._open_id, self._now = listed, open_id, now
        if is_new:
            self._filter.use(listed.sessions)
        if not self.is_attached:
            return  # not yet on the screen, which begins with what is known then, or no longer
        if is_new and self.has_keys:
            self._prepare_filter()
        self._draw()

    def _draw(self) -> None:
        if self._now is None:
            return
        matching = replace(self._listed, sessions=self._filter.matching(self.words))
        self._list.show(matching, open_id=self._open_id, now=self._now)
        self._say(self._listed.empty if not self._listed.sessions else self._told(matching))

    def _told(self, matching: ListedSessions) -> str:
        """Return what is to be known of a list that is filtered."""
        if not self.words.strip():
            return ""
        told = [] if matching.sessions else [self._nothing]
        if left := self._listed.unread:
            told.append(left)
        return "\n".join(told)

    @property
    def _nothing(self) -> str:
        clears, searches = self._key_of("sessions.clear"), self._key_of("chat.search")
        return f"No title matches. {clears} shows all, {searches} searches the messages."

    def _say(self, words: str) -> None:
        self._note.set_class(bool(words), "-said")
        self._note.update(words)

    # Filtering

    @work(group="filter", exclusive=True)
    async def _prepare_filter(self) -> None:
        """Get ready for the first letter while nothing else is to be done."""
        for _ in range(0, len(self._listed.sessions), _SLICE_ROWS):
            self._filter.prepare(_SLICE_ROWS)
            await asyncio.sleep(0)

    def on_descendant_focus(self) -> None:
        self._field.placeholder = "type to filter"
        self._list.activate(True)
        self._prepare_filter()

    def on_descendant_blur(self) -> None:
        self._field.placeholder = self._resting
        self._list.activate(False)
        if not self.words:
            # what is not filtered costs nothing when one of many sessions has got a title
            self._filter = SessionFilter(self._listed.sessions)

    def on_session_list_opened(self) -> None:
        self.action_clear()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Filtered(event.value))
        self._draw()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "delete":
                row = self._list.under_cursor
                # what only Runnel has needs no server to delete it
                return self.can_delete or (row is not None and row.session.gone_at is not None)
            case "clear":
                return bool(self.words)
            case _:
                return True

    def action_clear(self) -> None:
        """Show all sessions again."""
        self._field.value = ""

    def action_move(self, step: int) -> None:
        self._list.move(step)

    def action_next_span(self) -> None:
        self.post_message(self.NextSpanRequested())

    def action_open(self) -> None:
        if (row := self._list.under_cursor) is not None:
            self.post_message(SessionList.Opened(row.session.id))

    def action_pin(self) -> None:
        if (row := self._list.under_cursor) is not None:
            self.post_message(self.Pinned(row.session.id))

    def action_delete(self) -> None:
        if (row := self._list.under_cursor) is not None:
            self.post_message(self.DeleteRequested(row.session.id))

    def action_export(self) -> None:
        row = self._list.under_cursor
        matching = tuple(each.id for each in self._filter.matching(self.words))
        session_id = row.session.id if row is not None else ""
        self.post_message(self.ExportRequested(session_id, matching, self.words))


SessionRequest = (
    SessionList.Opened
    | SessionList.Seen
    | SessionPanel.Pinned
    | SessionPanel.DeleteRequested
    | SessionPanel.ExportRequested
    | SessionPanel.NextSpanRequested
    | SessionPanel.Filtered
)
