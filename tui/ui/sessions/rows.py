"""Rows of the session list and the lines they stand on; none is made out of sight."""

from __future__ import annotations

import enum
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import overload

from msgspec import Struct, field

from tui.conversation.session_finder import SavedQuery
from tui.formatting.times import AGES, day_group
from tui.model import Session
from tui.store import NO_MARKS, SessionMarks
from tui.store.session_rows import chosen, ids_of, joined_rows, without
from tui.ui.sessions.filter import NO_NAMES
from tui.ui.sessions.query_filter import Find, find_nothing

PINNED = "Pinned"
LINES_A_ROW = 2


class RowState(enum.Enum):
    """What is going on in a session, as the glyph that tells it."""

    QUIET = " "
    WAITING = "…"
    STREAMING = "●"
    FINISHED = "✓"
    """An answer has ended that nobody has looked at."""
    UNREAD = "•"
    FAILED = "✗"
    DRAFT = "✎"


class SessionRow(Struct, frozen=True):
    session: Session
    state: RowState = RowState.QUIET
    seconds: int | None = None
    """How long the answer has been on its way, while there is one."""
    queued: int = 0
    """How many questions wait to be sent in it."""
    unsent: int = 0
    """How many questions could not be sent in it."""
    marks: SessionMarks = NO_MARKS
    """What a person noted about it."""
    is_forgotten: bool = False
    """A person wants none of it kept here, and has not opened it since."""

    @property
    def shown_title(self) -> str:
        """The title with the sign of the flag before it."""
        return f"⚑ {self.title}" if self.marks.is_flagged else self.title

    @property
    def title(self) -> str:
        """What it is called: by the person, else as the server does."""
        return self.marks.title or self.session.label


class ListedSessions(Struct, frozen=True, eq=False):
    """Content of a session list.

    `sessions` are newest first, and the same object until something in them changes. `row_of`
    tells how one of them is now. The lines of `head` stand above all. `empty` is what to say where
    there is none; `unread` tells whoever filters them how many have no name yet, empty for none.
    """

    sessions: Sequence[Session] = ()
    every: Sequence[Session] = ()
    """All that a query may find: those of other times and of the archive too."""
    names: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    """What a person calls some of them, by id: the same object until it changes."""
    find: Find = find_nothing
    basis: object = None
    """What is found is the same until this is another."""
    saved: Sequence[SavedQuery] = ()
    known: Callable[[], Mapping[str, Sequence[str]]] = dict
    """Returns the values that a query may name, by its key."""
    pinned: frozenset[str] = frozenset()
    row_of: Callable[[Session], SessionRow] = SessionRow
    head: tuple[str, ...] = ()
    empty: str = ""
    unread: str = ""


class LazyRows(Sequence[SessionRow]):
    """The rows of sessions, each made when it is asked for."""

    def __init__(
        self, sessions: Sequence[Session], row_of: Callable[[Session], SessionRow]
    ) -> None:
        self._sessions = sessions
        self._row_of = row_of

    def __len__(self) -> int:
        return len(self._sessions)

    @overload
    def __getitem__(self, index: int) -> SessionRow: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[SessionRow]: ...
    def __getitem__(self, index: int | slice) -> SessionRow | Sequence[SessionRow]:
        if isinstance(index, slice):
            return LazyRows(self._sessions[index], self._row_of)
        return self._row_of(self._sessions[index])


class Line(Struct, frozen=True):
    """One line of the list: a text above rows, or one of the two lines of a row."""

    head: str = ""
    heading: str = ""
    row: int = -1
    """Index of the session's row; -1 for a heading or a line of the head."""
    second: bool = False


class Arrangement:
    """Sessions in the order shown, and the lines they stand on, under the headings of their ages.

    `sessions` are newest first; those of `pinned` come before all others. `now` tells the day.
    """

    def __init__(
        self,
        sessions: Sequence[Session],
        pinned: frozenset[str],
        now: datetime,
        head: tuple[str, ...] = (),
    ) -> None:
        first = chosen(sessions, pinned.__contains__) if pinned else ()
        rest = without(sessions, pinned) if first else sessions
        self.sessions = joined_rows(first, rest) if first else rest
        self._head = head
        self._headings: list[str] = []
        self._first_rows: list[int] = []
        self._first_lines: list[int] = []
        self.line_count = len(head)
        self._add(PINNED, 0, len(first))

        def age_of(session: Session) -> int:
            return AGES.index(day_group(session.changed_at, now))

        begins = 0
        for age, heading in enumerate(AGES):
            # each from the end of the one before: none is lost, whatever order they come in
            ends = bisect_right(rest, age, lo=begins, key=age_of)
            self._add(heading, len(first) + begins, ends - begins)
            begins = ends

    def _add(self, heading: str, first_row: int, rows: int) -> None:
        if rows:
            self._headings.append(heading)
            self._first_rows.append(first_row)
            self._first_lines.append(self.line_count)
            self.line_count += 1 + rows * LINES_A_ROW

    def line(self, index: int) -> Line:
        """Return the line at `index`, from 0; an empty one behind the last."""
        if index < len(self._head):
            return Line(head=self._head[index])
        group = bisect_right(self._first_lines, index) - 1
        if group < 0 or index >= self.line_count:
            return Line()
        below = index - self._first_lines[group]
        if below == 0:
            return Line(heading=self._headings[group])
        row, second = divmod(below - 1, LINES_A_ROW)
        return Line(row=self._first_rows[group] + row, second=bool(second))

    def first_line(self, row: int) -> int:
        """Return the index of the first of a row's lines."""
        group = bisect_right(self._first_rows, row) - 1
        return self._first_lines[group] + 1 + (row - self._first_rows[group]) * LINES_A_ROW

    def rows_between(self, first_line: int, end_line: int) -> range:
        """Return the rows that have a line there."""
        lines = range(first_line, min(end_line, self.line_count))
        rows = [line.row for line in map(self.line, lines) if line.row >= 0]
        return range(rows[0], rows[-1] + 1) if rows else range(0)

    def row_of(self, session_id: str) -> int | None:
        """Return the row of a session by looking through all of them."""
        for index, each in enumerate(ids_of(self.sessions)):
            if each == session_id:
                return index
        return None
