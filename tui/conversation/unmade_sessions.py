"""Sessions that the server has not made: listed by ids of ours until it has, kept in the store."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime

from tui.model import LONG_AGO, OWN_ID_START, Message, Session, newest_first
from tui.safe_text import clean_line
from tui.store import TITLE_CHARS, SessionListStore
from tui.store.session_rows import joined_rows

_LIST = OWN_ID_START
"""Key of the stored list of them."""


class UnmadeSessions:
    """What a first question was asked in, by an id of ours."""

    def __init__(self, store: SessionListStore) -> None:
        self._store = store
        self._sessions: dict[str, Session] = {}
        self._made_elsewhere: set[str] = set()
        self._merged: tuple[Sequence[Session], Sequence[Session]] = ((), ())
        """The known sessions, and they with these."""

    async def load(self) -> None:
        """Take in what is stored; what has changed here before stays."""
        stored = {each.id: each for each in await self._store.of(_LIST)}
        self._sessions = stored | self._sessions
        self._merged = ((), ())

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._sessions

    def find(self, own_id: str) -> Session | None:
        return self._sessions.get(own_id)

    def merged_into(self, known: Sequence[Session]) -> Sequence[Session]:
        """Return the known sessions, newest first, and these where they belong among them.

        The same object until something in it changes.
        """
        if not self._sessions:
            return known
        if self._merged[0] is not known or not self._merged[1]:
            merged = known
            for session in reversed(newest_first(self._sessions.values())):
                place = bisect_left(merged, -_time_of(session), key=lambda each: -_time_of(each))
                merged = joined_rows(merged[:place], (session,), merged[place:])
            self._merged = (known, merged)
        return self._merged[1]

    def put(self, own_id: str, question: Message, asked_at: datetime) -> None:
        """List what is known by an id of ours, under the words of its first question."""
        title = clean_line(question.text, TITLE_CHARS)
        session = Session(own_id, title, created_at=asked_at, updated_at=asked_at)
        self._sessions[own_id] = session
        self._store.put_first(_LIST, session)
        self._merged = ((), ())

    def drop(self, own_id: str) -> bool:
        """Take one off the list; `False` when it is not one of these."""
        self._merged = ((), ())
        self._store.drop(_LIST, own_id)
        return self._sessions.pop(own_id, None) is not None

    async def take_in(self) -> set[str]:
        """Take in what another client has made a session of, or could not; return what is gone.

        What changes here in the meantime stays.
        """
        before = self._sessions.copy()
        stored = {each.id: each for each in await self._store.of(_LIST)}
        for own_id in {*before, *stored}:
            if self._sessions.get(own_id) is before.get(own_id):
                self._sessions.pop(own_id, None)
                self._sessions |= {own_id: stored[own_id]} if own_id in stored else {}
        self._merged = ((), ())
        gone_ids = before.keys() - self._sessions.keys()
        self._made_elsewhere |= gone_ids
        return gone_ids

    def is_made_elsewhere(self, own_id: str) -> bool:
        """Say whether another client has made a session of what was known by an id of ours."""
        return own_id in self._made_elsewhere


def _time_of(session: Session) -> float:
    return ((session.changed_at or LONG_AGO) - LONG_AGO).total_seconds()
