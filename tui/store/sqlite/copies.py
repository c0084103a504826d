"""Copy states in the store's file, in the rows of their sessions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from sqlite3 import Connection

from tui.store.changes import ChangeTopic
from tui.store.copies import CopyState, CopyStore
from tui.store.sqlite.codec import Unreadable, decoded, decoded_as, encoded, encoded_as
from tui.store.sqlite.rows import bound, made_session_row, unbound
from tui.store.sqlite.scope import Scope


class SqliteCopies(CopyStore):
    """The copy states of one account."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def all(self) -> Mapping[str, CopyState]:
        def question(db: Connection, account: int) -> dict[str, CopyState]:
            rows = db.execute(
                "SELECT key, copy FROM session WHERE account = ? AND copy IS NOT NULL", (account,)
            )
            states = {unbound(key): _state_in(value) for key, value in rows}
            return {key: each for key, each in states.items() if each is not None}

        nothing: dict[str, CopyState] = {}
        return await self._scope.read(question, nothing, ChangeTopic.HISTORY)

    async def of(self, session_id: str) -> CopyState | None:
        def question(db: Connection, account: int) -> CopyState | None:
            row = db.execute(
                "SELECT copy FROM session WHERE account = ? AND key = ?",
                (account, bound(session_id)),
            ).fetchone()
            return _state_in(row[0]) if row is not None else None

        return await self._scope.read(question, None, ChangeTopic.HISTORY, session_id=session_id)

    def save(self, session_id: str, state: CopyState) -> None:
        def change(db: Connection, account: int) -> None:
            row = made_session_row(db, account, session_id)
            db.execute("UPDATE session SET copy = ? WHERE id = ?", (encoded(state), row))

        self._scope.write(change, ChangeTopic.HISTORY, session_id=session_id)

    async def size_bytes(self) -> int:
        def question(db: Connection, account: int) -> int:
            row: tuple[int] = db.execute(
                "SELECT coalesce(sum(size_bytes), 0) FROM session WHERE account = ?", (account,)
            ).fetchone()
            return row[0]

        return await self._scope.read(question, 0, ChangeTopic.HISTORY)

    async def lists_read_at(self) -> Mapping[str, datetime]:
        def question(db: Connection, account: int) -> dict[str, datetime]:
            times: dict[str, datetime] = {}
            rows = db.execute("SELECT bot, read_at FROM list_reading WHERE account = ?", (account,))
            for bot, read_at in rows:
                try:
                    times[unbound(bot)] = decoded_as(datetime, read_at)
                except Unreadable:
                    continue
            return times

        nothing: dict[str, datetime] = {}
        return await self._scope.read(question, nothing, ChangeTopic.LISTS)

    def note_list_read(self, bot_id: str, read_at: datetime) -> None:
        def change(db: Connection, account: int) -> None:
            db.execute(
                "INSERT OR REPLACE INTO list_reading VALUES (?, ?, ?)",
                (account, bound(bot_id), encoded_as(datetime, read_at)),
            )

        self._scope.write(change, ChangeTopic.LISTS)


def _state_in(value: str | None) -> CopyState | None:
    if value is None:
        return None
    try:
        return decoded(CopyState, value)
    except Unreadable:
        return None
