"""Sends in the store's file: each belongs to a process, and is over when that one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from sqlite3 import Connection

from tui.model import Part
from tui.store.changes import Topic
from tui.store.sends import Send, SendStore, joined
from tui.store.sqlite.codec import Unreadable, decoded, decoded_as, encoded, encoded_as
from tui.store.sqlite.rows import bound
from tui.store.sqlite.scope import Scope

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
        return await self._scope.read(question, nothing, Topic.SENDS)

    def save(self, send: Send) -> None:
        process = self._scope.process

        def change(db: Connection, account: int) -> None:
            db.execute(
                "DELETE FROM queued WHERE account = ? AND key = ?",
                (account, bound(send.question.id)),
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

        self._scope.write(change, Topic.SENDS, Topic.QUEUE)

    def add_arrived(
        self, send_id: str, parts: Sequence[Part], named_ids: frozenset[str] = frozenset()
    ) -> None:
        arrived = tuple(parts)

        def change(db: Connection, account: int) -> None:
            _add_arrived(db, account, send_id, arrived, named_ids)

        self._scope.write(change, Topic.SENDS)

    def end(self, send_id: str) -> None:
        def change(db: Connection, account: int) -> None:
            db.execute("DELETE FROM send WHERE account = ? AND key = ?", (account, bound(send_id)))

        self._scope.write(change, Topic.SENDS)


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


def _send_in(db: Connection, row: int, value: str) -> Send | None:
    """Return a send with what can be read of what arrived, `None` when it cannot be read itself."""
    try:
        send = decoded(Send, value)
    except Unreadable:
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
