"""Session table: a list of sessions in which each is found by its id, however long it is."""

from __future__ import annotations

from collections.abc import Sequence

from tui.model import Session
from tui.store.session_rows import ids_of, joined_rows


class SessionTable:
    """A list of sessions, and by id where each of them stands.

    `rows` are the same object until something in them changes: whoever draws them goes by that.
    """

    def __init__(self, rows: Sequence[Session] = ()) -> None:
        self.rows = rows
        self._places: dict[str, int] | None = None

    def find(self, session_id: str) -> Session | None:
        place = self._place(session_id)
        return None if place is None else self.rows[place]

    def update(self, session: Session) -> bool:
        """Put a session in its place; `False` when it is not in the list, or the same."""
        place = self._place(session.id)
        if place is None or self.rows[place] == session:
            return False
        self.rows = joined_rows(self.rows[:place], (session,), self.rows[place + 1 :])
        return True

    def put_first(self, session: Session) -> bool:
        """Put a session at the head; `False` when the same stands there."""
        if self._place(session.id) == 0:
            return self.update(session)
        self.drop(session.id)
        self.rows, self._places = joined_rows((session,), self.rows), None
        return True

    def drop(self, session_id: str) -> None:
        place = self._place(session_id)
        if place is not None:
            self.rows = joined_rows(self.rows[:place], self.rows[place + 1 :])
            self._places = None

    def _place(self, session_id: str) -> int | None:
        if self._places is None:
            # backwards, so that of two with one id the first counts
            ids = [*ids_of(self.rows)]
            last = len(ids) - 1
            self._places = {each: last - index for index, each in enumerate(reversed(ids))}
        return self._places.get(session_id)
