"""Drafts in the store's file: each client has its own, and takes over what dead ones left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from sqlite3 import Connection

from tui.store.changes import ChangeTopic
from tui.store.drafts import DraftStore
from tui.store.sqlite import own
from tui.store.sqlite.rows import bound, unbound
from tui.store.sqlite.scope import Scope


class SqliteDrafts(DraftStore):
    """The unsent texts of one account."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def all(self) -> Mapping[str, str]:
        def question(db: Connection, account: int) -> dict[str, str]:
            rows = [*_rows(db, account)]
            left = {each: text for each, text, process in rows if not self._is_other(process)}
            return left | {each: text for each, text, process in rows if self._is_own(process)}

        nothing: dict[str, str] = {}
        return await self._scope.read(question, nothing, ChangeTopic.DRAFTS)

    async def elsewhere(self) -> Mapping[str, str]:
        def question(db: Connection, account: int) -> dict[str, str]:
            rows = _rows(db, account)
            return {each: text for each, text, process in rows if self._is_other(process)}

        nothing: dict[str, str] = {}
        return await self._scope.read(question, nothing, ChangeTopic.DRAFTS)

    async def adopt(self, session_id: str, text: str) -> bool:
        def change(db: Connection, account: int) -> bool:
            rows = [*_rows(db, account, session_id)]
            left = [each for _, each, process in rows if self._is_left(process)]
            is_ours = any(self._is_own(process) for _, _, process in rows)
            if text in left and not is_ours:
                self._put(db, account, session_id, text)
                return True
            return is_ours

        return await self._scope.decide(change, ChangeTopic.DRAFTS)

    def save(self, session_id: str, text: str) -> None:
        def change(db: Connection, account: int) -> None:
            self._put(db, account, session_id, text)

        self._scope.write(change, ChangeTopic.DRAFTS)

    def _put(self, db: Connection, account: int, session_id: str, text: str) -> None:
        place = (account, bound(session_id))
        for _, left, process in [*_rows(db, account, session_id)]:
            if self._is_left(process):
                if not text.startswith(left):
                    own.remember(db, account, left, is_draft=True)
                db.execute(
                    "DELETE FROM draft WHERE account = ? AND session_key = ? AND process = ?",
                    (*place, process),
                )
        if text:
            db.execute(
                "INSERT OR REPLACE INTO draft (account, session_key, text, process)"
                " VALUES (?, ?, ?, ?)",
                (*place, bound(text), self._scope.process),
            )
        else:
            db.execute(
                "DELETE FROM draft WHERE account = ? AND session_key = ? AND process = ?",
                (*place, self._scope.process),
            )

    def _is_own(self, process: str) -> bool:
        return process == self._scope.process

    def _is_other(self, process: str) -> bool:
        return not self._is_own(process) and self._scope.is_alive(process)

    def _is_left(self, process: str) -> bool:
        return not self._is_own(process) and not self._scope.is_alive(process)


def _rows(
    db: Connection, account: int, session_id: str | None = None
) -> Iterator[tuple[str, str, str]]:
    """Return session, text and process of the drafts, the newest last."""
    one = "" if session_id is None else " AND session_key = ?"
    values = (account,) if session_id is None else (account, bound(session_id))
    for key, text, process in db.execute(
        f"SELECT session_key, text, process FROM draft WHERE account = ?{one} ORDER BY id", values
    ):
        yield unbound(key), unbound(text), process
