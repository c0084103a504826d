"""Queued questions in the store's file."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from sqlite3 import Connection

from tui.store.changes import ChangeTopic
from tui.store.sends import QueueStore
from tui.store.sqlite import histories
from tui.store.sqlite.codec import Unreadable, decoded, encoded
from tui.store.sqlite.indexing import MessageIndex
from tui.store.sqlite.rows import bound, session_row, unbound
from tui.store.sqlite.scope import Scope
from tui.turn import QueuedQuestion


class SqliteQueue(QueueStore):
    """The questions of one account that wait to be sent."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def by_session(self) -> Mapping[str, Sequence[QueuedQuestion]]:
        def question(db: Connection, account: int) -> dict[str, list[QueuedQuestion]]:
            queues: dict[str, list[QueuedQuestion]] = {}
            rows = db.execute(
                "SELECT session_key, value FROM queued WHERE account = ? ORDER BY place, id",
                (account,),
            )
            for key, value in rows:
                try:
                    queued = decoded(QueuedQuestion, value)
                except Unreadable:
                    continue
                queues.setdefault(unbound(key), []).append(queued)
            return queues

        nothing: dict[str, list[QueuedQuestion]] = {}
        return await self._scope.read(question, nothing, ChangeTopic.QUEUE)

    def put(self, session_id: str, question: QueuedQuestion, before: str = "") -> None:
        def change(db: Connection, account: int) -> None:
            _put(db, account, session_id, question, before)

        self._scope.write(change, ChangeTopic.QUEUE)

    def requeue(self, session_id: str, question: QueuedQuestion, before: str = "") -> None:
        index = self._scope.index

        def change(db: Connection, account: int) -> None:
            session = session_row(db, account, session_id)
            if session and histories.take_unsent(db, index, session, question.id):
                _put(db, account, session_id, question, before)

        self._scope.write(change, ChangeTopic.QUEUE, ChangeTopic.HISTORY, session_id=session_id)

    def move(self, session_id: str, new_id: str) -> None:
        def change(db: Connection, account: int) -> None:
            # ids of rows tell the order where places do not
            places = db.execute(
                "SELECT min(place), (SELECT max(place) + 1 FROM queued WHERE account = ?1"
                " AND session_key = ?2) FROM queued WHERE account = ?1 AND session_key = ?3",
                (account, bound(new_id), bound(session_id)),
            ).fetchone()
            first, behind = places
            if first is not None:
                db.execute(
                    "UPDATE queued SET session_key = ?, place = place + ?"
                    " WHERE account = ? AND session_key = ?",
                    (bound(new_id), (behind or 0.0) - first, account, bound(session_id)),
                )

        self._scope.write(change, ChangeTopic.QUEUE)

    def drop(self, question_id: str) -> None:
        def change(db: Connection, account: int) -> None:
            db.execute(
                "DELETE FROM queued WHERE account = ? AND key = ?", (account, bound(question_id))
            )

        self._scope.write(change, ChangeTopic.QUEUE)

    def take(self, session_id: str, question_id: str) -> Awaitable[bool]:
        index = self._scope.index

        def change(db: Connection, account: int) -> bool:
            return take(db, index, account, session_id, question_id)

        topics = (ChangeTopic.QUEUE, ChangeTopic.HISTORY)
        return self._scope.decide(change, *topics, session_id=session_id)


def take(
    db: Connection, index: MessageIndex, account: int, session_id: str, question_id: str
) -> bool:
    """Take a question from where it lies in its session; `False` when it does not lie there."""
    queued = db.execute(
        "DELETE FROM queued WHERE account = ? AND key = ? AND session_key = ?",
        (account, bound(question_id), bound(session_id)),
    )
    session = session_row(db, account, session_id)
    is_unsent = bool(session) and histories.take_unsent(db, index, session, question_id)
    return is_unsent or queued.rowcount > 0


def _put(
    db: Connection, account: int, session_id: str, question: QueuedQuestion, before: str
) -> None:
    session = (account, bound(session_id))
    db.execute("DELETE FROM queued WHERE account = ? AND key = ?", (account, bound(question.id)))
    following = db.execute(
        "SELECT place FROM queued WHERE account = ? AND session_key = ? AND key = ?",
        (*session, bound(before)),
    ).fetchone()
    bound_place = following[0] if following is not None else float("inf")
    last = db.execute(
        "SELECT max(place) FROM queued WHERE account = ? AND session_key = ? AND place < ?",
        (*session, bound_place),
    ).fetchone()[0]
    if following is None:
        place = 0.0 if last is None else last + 1
    else:
        place = following[0] - 1 if last is None else (last + following[0]) / 2
    db.execute(
        "INSERT INTO queued (account, key, session_key, place, value) VALUES (?, ?, ?, ?, ?)",
        (account, bound(question.id), session[1], place, encoded(question)),
    )
