"""Listing of a connection's sessions: states, pins, and the time that is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from tui.backends.base import MAX_ROWS
from tui.conversation import Connection, Conversation
from tui.conversation.local_state import LocalState
from tui.conversation.session_finder import SavedQuery, SessionFinder
from tui.formatting.times import Span
from tui.model import Period, Session
from tui.safe_text import clean_line
from tui.store import TITLE_CHARS
from tui.store.session_rows import joined_rows, without
from tui.ui.sessions.list_reading import ListReading, empty_words
from tui.ui.sessions.rows import ListedSessions, RowState, SessionRow
from tui.values import following


class Counts(Protocol):
    """The saved queries with what they find, counted behind what changes."""

    saved: Sequence[SavedQuery]

    def look(self, finder: SessionFinder) -> None: ...


class SessionListing:
    """Makes what a list shows of what is known of the sessions.

    `state_of` tells how it goes in a conversation that is open or was, `reading` how far the
    server's list has come, `key_of` the key of an action id. While no new session is open, what
    was written in one and not sent has the first row, under an empty id.
    """

    def __init__(
        self,
        state_of: Callable[[Conversation], RowState],
        now: Callable[[], datetime],
        reading: Callable[[], ListReading],
        key_of: Callable[[str], str],
        is_new_open: Callable[[], bool],
        counts: Counts,
    ) -> None:
        self._state_of = state_of
        self._now = now
        self._reading = reading
        self._key_of = key_of
        self._is_new_open = is_new_open
        self._counts = counts
        self._finding: tuple[Connection, SessionFinder] | None = None
        self._current_basis: tuple[Sequence[Session], frozenset[str]] = ((), frozenset())
        self._of_now: Sequence[Session] = ()
        self._span = Span.ALL
        self._span_basis: tuple[object, ...] = ()
        self._of_span: Sequence[Session] = ()
        self._unsent_basis: tuple[Sequence[Session], str] = ((), "")
        self._with_unsent: Sequence[Session] = ()

    def next_span(self) -> None:
        """Go on to the sessions of another time, from all over today to the last year."""
        self._span = following(self._span, [*Span])

    def listed(self, connection: Connection, unread: str = "") -> ListedSessions:
        current = self._current(connection)
        sessions = self._sessions_of_span(current)
        rows = self._after_unsent(connection, sessions)
        finder = self.finder(connection)
        self._counts.look(finder)
        return ListedSessions(
            rows,
            connection.listed_sessions(),
            connection.local.marks.titles,
            finder.find_ids,
            finder.basis,
            self._counts.saved,
            finder.known,
            connection.local.marks.pinned,
            partial(self._row, connection),
            self._head(connection, len(sessions), len(current)),
            "" if rows else self._empty(connection),
            unread,
        )

    def _after_unsent(
        self, connection: Connection, sessions: Sequence[Session]
    ) -> Sequence[Session]:
        draft = connection.local.draft("")
        if not draft.strip() or self._is_new_open():
            return sessions
        before, title = self._unsent_basis
        if before is not sessions or title != draft:
            self._unsent_basis = sessions, draft
            unsent = Session("", clean_line(draft, TITLE_CHARS), updated_at=self._now())
            self._with_unsent = joined_rows((unsent,), sessions)
        return self._with_unsent

    def _empty(self, connection: Connection) -> str:
        if self._current(connection):
            key = self._key_of("sessions.period")
            return f"None in this time. {key} shows other dates."
        if connection.listed_sessions():
            return "All sessions are archived: type archived: to see them."
        noun = connection.backend.capabilities.bot_noun
        return empty_words(self._reading(), self._key_of, noun)

    def _head(self, connection: Connection, shown: int, current: int) -> tuple[str, ...]:
        """Return what is to be known of a list that does not show all there is."""
        head = [f"the newest {MAX_ROWS:,} only"] if connection.list_is_cut else []
        if self._span is not Span.ALL:
            head.append(f"{self._span.value} · {shown} of {current}")
        return tuple(head)

    def finder(self, connection: Connection) -> SessionFinder:
        """Return what finds sessions of a connection by query."""
        if self._finding is None or self._finding[0] is not connection:
            self._finding = connection, SessionFinder(connection)
        return self._finding[1]

    def _current(self, connection: Connection) -> Sequence[Session]:
        """Return the sessions that are not in the archive: the same object until they change."""
        sessions, archived = connection.listed_sessions(), connection.local.marks.archived
        if not archived:
            return sessions
        if self._current_basis[0] is not sessions or self._current_basis[1] is not archived:
            self._current_basis = sessions, archived
            self._of_now = without(sessions, archived)
        return self._of_now

    def _sessions_of_span(self, sessions: Sequence[Session]) -> Sequence[Session]:
        if self._span is Span.ALL:
            return sessions
        # once a minute, because the whole list has to be looked through
        now = self._now().replace(second=0, microsecond=0)
        basis = (sessions, self._span, now)
        if basis != self._span_basis:
            period = self._span.period(now)
            self._span_basis = basis
            self._of_span = tuple(each for each in sessions if _is_of(period, each))
        return self._of_span

    def _row(self, connection: Connection, session: Session) -> SessionRow:
        conversation, local = connection.opened(session.id), connection.local
        queued = len(local.queues.of(session.id))
        marks = local.marks.of(session.id)
        is_forgotten = local.is_forgotten(session)
        if conversation is None:
            unsent = local.failed_count(session.id)
            state = self._state_of_closed(local, session, queued)
            return SessionRow(session, state, None, queued, unsent, marks, is_forgotten)
        unsent = sum(each.is_unsent for each in conversation.open_turns)
        progress = conversation.progress
        seconds = None if progress is None else int(connection.clock() - progress.began_at)
        state = self._state_of(conversation)
        if state is RowState.QUIET and local.asked_elsewhere(session.id) is not None:
            state = RowState.WAITING
        elif state is RowState.QUIET and local.marks.is_unread(session):
            state = RowState.UNREAD
        return SessionRow(session, state, seconds, queued, unsent, marks, is_forgotten)

    @staticmethod
    def _state_of_closed(local: LocalState, session: Session, queued: int) -> RowState:
        """Return what is going on in a session that was not opened in this start."""
        if queued or local.asked_elsewhere(session.id) is not None:
            return RowState.WAITING
        if local.failed_count(session.id):
            return RowState.FAILED
        if local.draft(session.id) or local.draft_elsewhere(session.id):
            return RowState.DRAFT
        return RowState.UNREAD if local.marks.is_unread(session) else RowState.QUIET


def _is_of(period: Period, session: Session) -> bool:
    """Say whether the time that the list tells of a session is in `period`, or not known."""
    changed_at = session.changed_at
    return changed_at is None or period.covers(changed_at)
