"""Sends in the store's file: each belongs to a process, and is over when that one is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sqlite3 import Connection

from tui.model import Part
from tui.store.changes import ChangeTopic
from tui.store.sends import Again, AtRest, Claim, New, Send, SendStore, joined
from tui.store.sqlite import histories
from tui.store.sqlite.codec import Unreadable, decoded, decoded_as, encoded, encoded_as
from tui.store.sqlite.queue import take
from tui.store.sqlite.rows import bound, made_session_row, session_row
from tui.store.sqlite.scope import Scope
from tui.turn import PendingTurn
from tui.values import replace

_PARTS, _IDS = tuple[Part, ...], frozenset[str]


class SqliteSends(SendStore):
    """The sends of one account that are not over."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def unfinished(self) -> Sequence[Send]:
        def question(db: Connection, account: int) -> list[Send]:
            rows = db.execute(
                "SELECT id, process, value FROM send WHERE account = ? ORDER BY id", (account,)
            ).fetchall()
            alive = {each for _, each, _ in rows if self._scope.is_alive(each)}
            over = (row for row in rows if row[1] not in alive)
            return [send for row, _, value in over if (send := _send_in(db, row, value))]

        nothing: list[Send] = []
        return await self._scope.read(question, nothing, ChangeTopic.SENDS)

    async def elsewhere(self) -> Sequence[Send]:
        scope = self._scope

        def question(db: Connection, account: int) -> list[Send]:
            rows = db.execute(
                "SELECT process, value FROM send WHERE account = ? AND process != ? ORDER BY id",
                (account, scope.process),
            ).fetchall()
            values = [value for process, value in rows if scope.is_alive(process)]
            return [send for value in values if (send := _without_answer(value)) is not None]

        nothing: list[Send] = []
        return await scope.read(question, nothing, ChangeTopic.SENDS)

    async def recover(
        self, send_id: str, session_id: str, recovered: Callable[[Send], PendingTurn]
    ) -> bool:
        index, is_alive = self._scope.index, self._scope.is_alive

        def change(db: Connection, account: int) -> bool:
            found = _row_of(db, account, send_id)
            if found is None or is_alive(found[1]):
                return False
            if (send := _send_in(db, found[0], found[2])) is not None:
                session = made_session_row(db, account, session_id)
                histories.add_last(db, index, session, recovered(send))
            _end(db, account, send_id)
            return send is not None

        topics = (ChangeTopic.SENDS, ChangeTopic.HISTORY)
        return await self._scope.decide(change, *topics, session_id=session_id)

    async def claim(self, send: Send, claim: Claim) -> bool:
        scope = self._scope

        def change(db: Connection, account: int) -> bool:
            if _is_busy(db, account, send, scope.is_alive):
                return False
            session = session_row(db, account, send.session_id)
            match claim:
                case AtRest():
                    is_so = take(db, scope.index, account, send.session_id, send.question.id)
                case Again(last_id):
                    is_so = histories.last_id(db, session) in (None, last_id)
                case New():
                    is_so = True
            if is_so:
                _save(db, account, send, scope.process)
            return is_so

        topics = (ChangeTopic.SENDS, ChangeTopic.QUEUE, ChangeTopic.HISTORY)
        return await scope.decide(change, *topics, session_id=send.session_id)

    def save(self, send: Send) -> None:
        process = self._scope.process

        def change(db: Connection, account: int) -> None:
            _save(db, account, send, process)

        self._scope.write(change, ChangeTopic.SENDS, ChangeTopic.QUEUE)

    def add_arrived(
        self, send_id: str, parts: Sequence[Part], named_ids: frozenset[str] = frozenset()
    ) -> None:
        arrived = tuple(parts)

        def change(db: Connection, account: int) -> None:
            _add_arrived(db, account, send_id, arrived, named_ids)

        self._scope.write(change, ChangeTopic.SENDS)

    def end(self, send_id: str) -> None:
        def change(db: Connection, account: int) -> None:
            _end(db, account, send_id)

        self._scope.write(change, ChangeTopic.SENDS)


def _is_busy(db: Connection, account: int, send: Send, is_alive: Callable[[str], bool]) -> bool:
    """Say whether another send is on its way in the session of this one, or of its question."""
    others = db.execute(
        "SELECT process FROM send WHERE account = ? AND session_key = ? AND key != ?",
        (account, bound(send.session_id), bound(send.id)),
    ).fetchall()
    return any(is_alive(process) for (process,) in others)


def _save(db: Connection, account: int, send: Send, process: str) -> None:
    db.execute(
        "DELETE FROM queued WHERE account = ? AND key = ?", (account, bound(send.question.id))
    )
    db.execute(
        "INSERT INTO send (account, key, session_key, process, value)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (account, key) DO UPDATE SET"
        " session_key = excluded.session_key, process = excluded.process,"
        " value = excluded.value",
        (
            account,
            bound(send.id),
            bound(send.session_id),
            process,
            encoded(replace(send, arrived=(), named_ids=frozenset())),
        ),
    )
    if send.named_ids:
        _add_arrived(db, account, send.id, (), send.named_ids)


def _end(db: Connection, account: int, send_id: str) -> None:
    db.execute("DELETE FROM send WHERE account = ? AND key = ?", (account, bound(send_id)))


def _row_of(db: Connection, account: int, send_id: str) -> tuple[int, str, str] | None:
    """Return the row of a send, its process and its value; `None` when it has ended."""
    row: tuple[int, str, str] | None = db.execute(
        "SELECT id, process, value FROM send WHERE account = ? AND key = ?",
        (account, bound(send_id)),
    ).fetchone()
    return row


def _add_arrived(
    db: Connection,
    account: int,
    send_id: str,
    parts: tuple[Part, ...],
    named_ids: frozenset[str],
) -> None:
    send = db.execute(
        "SELECT id FROM send WHERE account = ? AND key = ?", (account, bound(send_id))
    ).fetchone()
    if send is not None:
        db.execute(
            "INSERT INTO arrived (send, parts, named_ids) VALUES (?, ?, ?)",
            (send[0], encoded_as(_PARTS, parts), encoded_as(_IDS, named_ids)),
        )


def _without_answer(value: str) -> Send | None:
    try:
        return decoded(Send, value)
    except Unreadable:
        return None


def _send_in(db: Connection, row: int, value: str) -> Send | None:
    """Return a send with what can be read of what arrived, `None` when it cannot be read itself."""
    if (send := _without_answer(value)) is None:
        return None
    parts: list[Part] = []
    named_ids: frozenset[str] = frozenset()
    rows = db.execute("SELECT parts, named_ids FROM arrived WHERE send = ? ORDER BY id", (row,))
    for each in rows:
        try:
            parts += decoded_as(_PARTS, each[0])
            named_ids |= decoded_as(_IDS, each[1])
        except Unreadable:
            continue
    return replace(send, arrived=joined(parts), named_ids=named_ids)
