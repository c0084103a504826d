"""In-memory sends and queues of one account, as parts of its store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from tui.model import Part
from tui.store.histories import StoredMessage
from tui.store.memory_rows import MemoryRows
from tui.store.sends import (
    Again,
    AtRest,
    Claim,
    Decided,
    New,
    QueueStore,
    Send,
    SendStore,
    joined,
)
from tui.turn import PendingTurn, QueuedQuestion
from tui.values import replace


class MemoryQueue(QueueStore):
    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows

    async def by_session(self) -> Mapping[str, Sequence[QueuedQuestion]]:
        return {session_id: list(queue) for session_id, queue in self._rows.queues.items()}

    def put(self, session_id: str, question: QueuedQuestion, before: str = "") -> None:
        self.drop(question.id)
        queue = self._rows.queues.setdefault(session_id, [])
        ids = [each.id for each in queue]
        queue.insert(ids.index(before) if before in ids else len(ids), question)

    def requeue(self, session_id: str, question: QueuedQuestion, before: str = "") -> None:
        if self._rows.take_unsent(session_id, question.id):
            self.put(session_id, question, before)

    def move(self, session_id: str, new_id: str) -> None:
        for question in self._rows.queues.get(session_id, [])[:]:
            self.put(new_id, question)

    def drop(self, question_id: str) -> None:
        self._rows.drop_queued(question_id)

    def take(self, session_id: str, question_id: str) -> Awaitable[bool]:
        was_queued = self._rows.drop_queued(question_id)
        return Decided(self._rows.take_unsent(session_id, question_id) or was_queued)


class MemorySends(SendStore):
    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows
        self._own_ids: set[str] = set()
        """Those of this start."""

    async def unfinished(self) -> Sequence[Send]:
        return [
            replace(send, arrived=joined(self._rows.arrived[send.id]))
            for send in self._rows.sends.values()
            if send.id not in self._own_ids
        ]

    async def elsewhere(self) -> Sequence[Send]:
        return []

    async def recover(
        self, send_id: str, session_id: str, recovered: Callable[[Send], PendingTurn]
    ) -> bool:
        if send_id not in self._rows.sends or send_id in self._own_ids:
            return False
        send = self._rows.sends[send_id]
        turn = recovered(replace(send, arrived=joined(self._rows.arrived[send_id])))
        history = self._rows.history(session_id)
        history.turns.setdefault(turn.id, turn)
        last = max((row.position for row in history.rows.values()), default=-1)
        for place, message in enumerate((turn.question, turn.answer), last + 1):
            history.rows.setdefault(message.id, StoredMessage(place, message))
        history.digest = None
        self.end(send_id)
        return True

    async def claim(self, send: Send, claim: Claim) -> bool:
        others = (each for each in self._rows.sends.values() if each.id in self._own_ids)
        if any(each.session_id == send.session_id for each in others):
            return False
        match claim:
            case AtRest():
                queue = self._rows.queues.get(send.session_id, ())
                is_queued = any(each.id == send.question.id for each in queue)
                is_unsent = self._rows.take_unsent(send.session_id, send.question.id)
                is_so = is_queued or is_unsent
            case Again(last_id):
                last = self._rows.history(send.session_id).in_order()[-1:]
                is_so = all(each.message.id == last_id for each in last)
            case New():
                is_so = True
        if is_so:
            self.save(send)
        return is_so

    def save(self, send: Send) -> None:
        self._rows.drop_queued(send.question.id)
        before = self._rows.sends.get(send.id)
        named_ids = before.named_ids if before is not None else frozenset()
        self._rows.sends[send.id] = replace(send, arrived=(), named_ids=send.named_ids | named_ids)
        self._rows.arrived.setdefault(send.id, [])
        self._own_ids.add(send.id)

    def add_arrived(
        self, send_id: str, parts: Sequence[Part], named_ids: frozenset[str] = frozenset()
    ) -> None:
        if (send := self._rows.sends.get(send_id)) is not None:
            self._rows.sends[send_id] = replace(send, named_ids=send.named_ids | named_ids)
            self._rows.arrived[send_id].extend(parts)

    def end(self, send_id: str) -> None:
        self._rows.sends.pop(send_id, None)
        self._own_ids.discard(send_id)
        self._rows.arrived.pop(send_id, None)
