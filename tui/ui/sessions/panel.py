"""Session panel: the list and the field that filters it, beside the chat and in the picker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, get_args

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input

from tui.formatting.counts import counted
from tui.model import Session
from tui.ui.cells import whole_items
from tui.ui.dialogs.keys_ahead import KeysAhead
from tui.ui.sessions.filter import SessionFilter
from tui.ui.sessions.filter_field import FilterField
from tui.ui.sessions.list_actions import LIST_KEYS, MOVE_KEYS, ListActions
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.mark_actions import MARK_KEYS, SessionMarkActions
from tui.ui.sessions.query_filter import QueryFilter
from tui.ui.sessions.rows import ListedSessions
from tui.ui.sessions.saved_queries import SavedQueries
from tui.ui.widgets.plain_text import Plain
from tui.values import replace

_SLICE_ROWS = 1_000


class SessionPanel(Vertical, ListActions, SessionMarkActions):
    """The field has the keys: letters filter the list, all other keys act in it.

    Bare words are looked for in titles; a query finds what it finds in everything that is kept.
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
        *LIST_KEYS,
        Binding("alt+q", "next_query", "Next saved query", show=False, id="sessions.query"),
        Binding("tab", "complete", "Complete the query", show=False, id="sessions.complete"),
        Binding("escape", "clear", "Clear", id="sessions.clear"),
        *MARK_KEYS,
        *MOVE_KEYS,
    ]

    _can_clear = var(False, bindings=True)
    """Whether Escape clears anything, when the list was drawn last: the footer tells it."""

    @dataclass(eq=False, repr=False)
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
        self._resting = f"Sessions · {key_of('chat.sessions')}"
        self._field = FilterField(classes="filter")
        self._field.known = lambda: self._listed.known()
        self._note = Plain("", classes="note")
        self._saved = SavedQueries()
        self.rows = SessionList()
        self._listed = ListedSessions()
        self._filter = SessionFilter()
        self._query = QueryFilter()
        self.ahead = KeysAhead()
        self._open_id = ""
        self._now: datetime | None = None
        self.can_delete = False
        """Whether the server deletes sessions."""

    def compose(self) -> ComposeResult:
        yield self._field
        yield self._saved
        yield self._note
        yield self.rows

    def on_mount(self) -> None:
        self._field.placeholder = self._resting
        self._draw()

    @property
    def words(self) -> str:
        return self._field.value

    @property
    def shown_sessions(self) -> Sequence[Session]:
        if self._query.has_found:
            return self._query.matching(self._listed.every)
        # a query that finds yet leaves what there was
        words = "" if self._query.query is not None or self._query.error else self.words
        return self._filter.matching(words)

    @property
    def has_keys(self) -> bool:
        return self._field.has_focus

    def take_keys(self) -> None:
        """Have the keys act here from the next one on."""
        self._field.focus(scroll_visible=False)

    def show(self, listed: ListedSessions, *, open_id: str, now: datetime) -> None:
        """Show the sessions as they are now, filtered as before; at once or with the screen."""
        is_new = listed.sessions is not self._listed.sessions
        is_changed = listed.basis != self._listed.basis
        self._listed, self._open_id, self._now = listed, open_id, now
        self._filter.use(listed.sessions, listed.names)
        if not self.is_attached:
            return  # not yet on the screen, which begins with what is known then, or no longer
        if is_new and self.has_keys:
            self._prepare_filter()
        if is_changed and self._query.has_found:
            self._look()
        self._draw()

    def show_query(self, text: str) -> None:
        """Filter the list by a query; by none with an empty one."""
        self._field.value = text
        self._field.cursor_position = len(text)
        # at once: a key right behind acts on what it finds
        self._follow(text)

    def step(self, step: int) -> str | None:
        """Put the cursor on a row before or behind the open one, and return its session.

        `None` where the list ends.
        """
        rows = self.rows.rows
        place = self.rows.row_of(self._open_id)
        at = (0 if step > 0 else len(rows) - 1) if place is None else place + step
        if not 0 <= at < len(rows):
            return None
        self.rows.move_to(at)
        return rows[at].session.id

    def _draw(self) -> None:
        if self.is_attached:
            self._can_clear = bool(self.words or self.rows.picked)
        if self._now is None:
            return
        shown = replace(self._listed, sessions=self.shown_sessions)
        query = self._query
        filtered_by = self.words.strip(), query.is_looking, query.has_found, shown.head
        self.rows.show(shown, open_id=self._open_id, now=self._now, filtered_by=filtered_by)
        self._saved.show(self._listed.saved, self.words)
        self._field.wrong = self._query.error
        self._note.update(note := self._told(shown))
        self._note.set_class(bool(note), "-said")

    def _told(self, shown: ListedSessions) -> str:
        """Return what is to be known of a list that is empty or filtered."""
        if candidates := self._field.completions.candidates if self.has_keys else ():
            key = self._key_of("sessions.complete")
            return f"{key} {whole_items(candidates, max(12, self.size.width - 3 - len(key)))}"
        if self._query.error is not None:
            return f"{self._query.error.sentence} {self._query.error.hint}".rstrip()
        if self.rows.picked:
            key = self._key_of("sessions.clear")
            return f"{counted(len(self.rows.picked), 'session')} picked · {key} none"
        if not self._listed.sessions and not self._query.has_found:
            return self._listed.empty
        if not self.words.strip():
            return ""
        clears, searches = self._key_of("sessions.clear"), self._key_of("chat.search")
        nothing = f"No title matches. {clears} shows all, {searches} searches the messages."
        if self._query.has_found:
            nothing = f"Nothing that is kept here matches. {clears} shows all."
        if self._query.is_looking:
            nothing = "Looking …"
        told = [] if shown.sessions else [nothing]
        return "\n".join([*told, *filter(None, [self._listed.unread])])

    # Filtering

    @work(group="filter", exclusive=True)
    async def _prepare_filter(self) -> None:
        """Get ready for the first letter while nothing else is to be done."""
        for _ in range(0, len(self._listed.sessions), _SLICE_ROWS):
            self._filter.prepare(_SLICE_ROWS)
            await asyncio.sleep(0)

    @work(group="query", exclusive=True)
    async def _look(self) -> None:
        """Find what the query finds by now."""
        await self._query.look(self._listed.find)
        self._draw()
        self.ahead.come()

    def on_descendant_focus(self) -> None:
        self._field.placeholder = "type to filter"
        self.rows.activate(True)
        self._prepare_filter()

    def on_descendant_blur(self) -> None:
        self._field.placeholder = self._resting
        self.rows.activate(False)
        if not self.words:
            # what is not filtered costs nothing when one of many sessions has got a title
            self._filter = SessionFilter(self._listed.sessions, self._listed.names)

    def on_session_list_opened(self) -> None:
        # of what a query found the next ones are wanted too
        if self._query.query is None:
            self.action_clear()

    def on_session_list_picked(self, event: SessionList.Picked) -> None:
        event.stop()
        self._draw()

    def on_saved_queries_picked(self, event: SavedQueries.Picked) -> None:
        event.stop()
        self.show_query(event.text)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._follow(event.value)
        self.post_message(self.Filtered(event.value))

    def _follow(self, text: str) -> None:
        """Have the list show what `text` finds."""
        if self._query.use(text):
            self.ahead.wait()
            self._look()
        elif not self._query.is_looking:
            self.ahead.drop()
        self._draw()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "delete":
                row = self.rows.under_cursor
                # what only Runnel has needs no server to delete it
                return self.can_delete or (row is not None and row.session.gone_at is not None)
            case "complete":
                # else Tab goes on to the next part of the screen
                return bool(self._field.completions.candidates)
            case "clear":
                return bool(self.words or self.rows.picked)
            case _:
                return True

    def action_clear(self) -> None:
        """Pick nothing any more, else show all sessions again."""
        if self.rows.picked:
            self.rows.pick_none()
        else:
            self.show_query("")

    def action_next_query(self) -> bool:
        """Show what the next saved query finds, behind the last all sessions.

        `False`: none finds anything, which is told.
        """
        following = self._saved.following(1)
        if following or self.words:
            self.show_query(following)
            return True
        nothing = "None of the saved queries finds anything."
        if not self._listed.saved:
            nothing = "No saved queries here. [queries] in config.toml makes some."
        self.notify(nothing, markup=False)
        return False

    def action_complete(self) -> None:
        """Put in what may be meant where the cursor is, as far as something is."""
        self._field.complete()


SessionRequest = (
    SessionList.Opened
    | SessionList.Seen
    | ListActions.Pinned
    | ListActions.DeleteRequested
    | ListActions.ExportRequested
    | ListActions.NextSpanRequested
    | SessionMarkActions.MarkRequested
    | SessionPanel.Filtered
)


_Handler = TypeVar("_Handler", bound=Callable[..., Awaitable[None]])


def on_requests(handler: _Handler) -> _Handler:
    """Have a method of a screen called with each `SessionRequest` but one to open a session."""
    for request in get_args(SessionRequest):
        if request is not SessionList.Opened:
            handler = on(request)(handler)
    return handler
