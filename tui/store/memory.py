"""What Runnel keeps on its own side: copies, drafts and the journal of sends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from tui.model import Message, Session


@dataclass(frozen=True, slots=True)
class Send:
    """A send on its way: written before the socket opens, closed when its answer is settled."""

    id: int
    session_id: str
    text: str


class Store(Protocol):
    """The local side of one profile. Calls are quick and never wait for the network."""

    def sessions(self, bot_id: str) -> tuple[Session, ...]:
        """Return the session list in the order it was saved: the same tuple until it changes."""
        ...

    def session(self, bot_id: str, session_id: str) -> Session | None:
        """Return one of the list, however long that is, without looking through it."""
        ...

    def save_sessions(self, bot_id: str, sessions: Iterable[Session]) -> None: ...

    def update_session(self, bot_id: str, session: Session) -> None:
        """Put what is known now of a session in its place; nothing when it is not in the list."""
        ...

    def put_session_first(self, bot_id: str, session: Session) -> None:
        """Put a session, in the list before or not, at its head."""
        ...

    def drop_session(self, bot_id: str, session_id: str) -> None:
        """Take a session out of the list."""
        ...

    def messages(self, session_id: str) -> list[Message]:
        """Return the history as last saved, oldest first."""
        ...

    def save_messages(self, session_id: str, messages: Sequence[Message]) -> None: ...

    def forget_session(self, session_id: str) -> None:
        """Drop the messages, the draft and the pin of a session that was deleted."""
        ...

    def draft(self, session_id: str) -> str:
        """Return the unsent text of a session; the draft of a session not made yet is at ""."""
        ...

    def save_draft(self, session_id: str, text: str) -> None: ...

    def begin_send(self, session_id: str, text: str) -> Send:
        """Write down a send before anything goes out; a session not made yet is ""."""
        ...

    def assign_send(self, send: Send, session_id: str) -> Send:
        """Note the session that was made for the send."""
        ...

    def note_arrived(self, send: Send, text: str) -> None:
        """Add to what has arrived of the answer."""
        ...

    def end_send(self, send: Send) -> None: ...

    def questions(self) -> list[str]:
        """Return what was asked before, newest first, no text twice."""
        ...

    def remember_question(self, text: str) -> None:
        """Put a text among the earlier questions, for one that was cleared instead of sent."""
        ...

    def pinned(self) -> frozenset[str]:
        """Return the ids of the sessions a person wants at the top."""
        ...

    def toggle_pin(self, session_id: str) -> None: ...


class _SessionTable:
    """A list of sessions, and by id where each of them stands."""

    def __init__(self, rows: tuple[Session, ...] = ()) -> None:
        self.rows = rows
        self._places: dict[str, int] | None = None

    def place(self, session_id: str) -> int | None:
        if self._places is None:
            # backwards, so that of two with one id the first counts
            last = len(self.rows) - 1
            ids = (each.id for each in reversed(self.rows))
            self._places = {each: last - index for index, each in enumerate(ids)}
        return self._places.get(session_id)

    def update(self, session: Session) -> None:
        place = self.place(session.id)
        if place is not None and self.rows[place] != session:
            self.rows = (*self.rows[:place], session, *self.rows[place + 1 :])

    def put_first(self, session: Session) -> None:
        if self.place(session.id) == 0:
            self.update(session)
            return
        self.drop(session.id)
        self.rows, self._places = (session, *self.rows), None

    def drop(self, session_id: str) -> None:
        place = self.place(session_id)
        if place is not None:
            self.rows, self._places = self.rows[:place] + self.rows[place + 1 :], None


class MemoryStore:
    """A `Store` that lives as long as the process."""

    def __init__(self) -> None:
        self._sessions: dict[str, _SessionTable] = {}
        self._messages: dict[str, list[Message]] = {}
        self._drafts: dict[str, str] = {}
        self._journal: dict[int, list[str]] = {}
        self._questions: dict[str, None] = {}
        self._pinned: set[str] = set()
        self._sends = 0

    def sessions(self, bot_id: str) -> tuple[Session, ...]:
        return self._table(bot_id).rows

    def session(self, bot_id: str, session_id: str) -> Session | None:
        table = self._table(bot_id)
        place = table.place(session_id)
        return None if place is None else table.rows[place]

    def save_sessions(self, bot_id: str, sessions: Iterable[Session]) -> None:
        fresh = tuple(sessions)
        if fresh != self._table(bot_id).rows:
            self._sessions[bot_id] = _SessionTable(fresh)

    def update_session(self, bot_id: str, session: Session) -> None:
        self._table(bot_id).update(session)

    def put_session_first(self, bot_id: str, session: Session) -> None:
        self._table(bot_id).put_first(session)

    def drop_session(self, bot_id: str, session_id: str) -> None:
        self._table(bot_id).drop(session_id)

    def _table(self, bot_id: str) -> _SessionTable:
        return self._sessions.setdefault(bot_id, _SessionTable())

    def messages(self, session_id: str) -> list[Message]:
        return list(self._messages.get(session_id, ()))

    def save_messages(self, session_id: str, messages: Sequence[Message]) -> None:
        self._messages[session_id] = list(messages)

    def forget_session(self, session_id: str) -> None:
        self._messages.pop(session_id, None)
        self._drafts.pop(session_id, None)
        self._pinned.discard(session_id)

    def draft(self, session_id: str) -> str:
        return self._drafts.get(session_id, "")

    def save_draft(self, session_id: str, text: str) -> None:
        if text:
            self._drafts[session_id] = text
        else:
            self._drafts.pop(session_id, None)

    def begin_send(self, session_id: str, text: str) -> Send:
        self._sends += 1
        self._journal[self._sends] = []
        self.remember_question(text)
        return Send(self._sends, session_id, text)

    def assign_send(self, send: Send, session_id: str) -> Send:
        return replace(send, session_id=session_id)

    def note_arrived(self, send: Send, text: str) -> None:
        self._journal[send.id].append(text)

    def end_send(self, send: Send) -> None:
        self._journal.pop(send.id, None)

    def questions(self) -> list[str]:
        return list(reversed(self._questions))

    def remember_question(self, text: str) -> None:
        self._questions.pop(text, None)
        self._questions[text] = None

    def pinned(self) -> frozenset[str]:
        return frozenset(self._pinned)

    def toggle_pin(self, session_id: str) -> None:
        self._pinned ^= {session_id}
