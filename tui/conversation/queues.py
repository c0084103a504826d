"""Queued questions of an account, by session: in memory, written behind to the store."""

from __future__ import annotations

from collections.abc import Awaitable, Collection

from tui.store import QueueStore
from tui.turn import QueuedQuestion


class Queues:
    """What waits to be sent, for who may not wait for the store: it is read for every row."""

    def __init__(self, store: QueueStore) -> None:
        self._store = store
        self._queues: dict[str, tuple[QueuedQuestion, ...]] = {}

    async def load(self) -> None:
        """Take in what is stored; what was queued here in the meantime stands behind it."""
        for session_id, stored in (await self._store.by_session()).items():
            known_ids = {each.id for each in self.of(session_id)}
            earlier = tuple(each for each in stored if each.id not in known_ids)
            self._queues[session_id] = (*earlier, *self.of(session_id))

    async def take_in(self) -> None:
        """Take in what another client has stored; what changes here in the meantime stays."""
        before = dict(self._queues)
        stored = await self._store.by_session()
        for session_id in {*before, *stored}:
            if self._queues.get(session_id) == before.get(session_id):
                self._queues[session_id] = tuple(stored.get(session_id, ()))
        self._queues = {each: queue for each, queue in self._queues.items() if queue}

    def of(self, session_id: str) -> tuple[QueuedQuestion, ...]:
        """Return the queue of a session, in its order."""
        return self._queues.get(session_id, ())

    @property
    def session_ids(self) -> Collection[str]:
        """The sessions in which something is queued."""
        return self._queues.keys()

    def all(self) -> list[QueuedQuestion]:
        """Return the questions of all sessions."""
        return [question for queue in self._queues.values() for question in queue]

    def put(self, session_id: str, question: QueuedQuestion, before: str = "") -> None:
        """Queue a question before the one of that id, else behind all others of the session."""
        self._add(session_id, question, before)
        self._store.put(session_id, question, before)

    def requeue(self, session_id: str, question: QueuedQuestion, before: str = "") -> None:
        """Queue a question that was never sent, unless another client has taken it."""
        self._add(session_id, question, before)
        self._store.requeue(session_id, question, before)

    def drop(self, session_id: str, question_id: str) -> None:
        """Take a question out of its queue."""
        self.note_sent(session_id, question_id)
        self._store.drop(question_id)

    def take(self, session_id: str, question_id: str) -> Awaitable[bool]:
        """Take out a question to be changed; what is returned says whether no other client has."""
        self.note_sent(session_id, question_id)
        return self._store.take(session_id, question_id)

    def note_sent(self, session_id: str, question_id: str) -> None:
        """Know that a question is queued no more, for a send of it has been written down."""
        left = tuple(each for each in self.of(session_id) if each.id != question_id)
        if left:
            self._queues[session_id] = left
        else:
            self._queues.pop(session_id, None)

    def move(self, old_id: str, new_id: str) -> None:
        """Let the queue of a session belong to it under another id."""
        if queue := self._queues.pop(old_id, ()):
            self._queues[new_id] = (*self.of(new_id), *queue)
            # what another client has taken meanwhile is not there to be moved
            self._store.move(old_id, new_id)

    def forget(self, session_id: str) -> tuple[QueuedQuestion, ...]:
        """Drop the queue of a session that was deleted, and return it."""
        return self._queues.pop(session_id, ())

    def _add(self, session_id: str, question: QueuedQuestion, before: str) -> None:
        queue = self.of(session_id)
        ids = [each.id for each in queue]
        at = ids.index(before) if before in ids else len(ids)
        self._queues[session_id] = (*queue[:at], question, *queue[at:])
