"""Kept runs of checks in the store's file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from sqlite3 import Connection

from tui.store.changes import ChangeTopic
from tui.store.runs import MAX_RUNS, KeptRun, RunStore
from tui.store.sqlite.rows import unbound
from tui.store.sqlite.scope import Scope


class SqliteRuns(RunStore):
    """The runs of checks of one account."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def all(self, suite: str = "") -> Sequence[KeptRun]:
        def question(db: Connection, account: int) -> list[KeptRun]:
            rows = db.execute(
                "SELECT suite, began_at, record FROM check_run"
                " WHERE account = ? AND (? = '' OR suite = ?) ORDER BY id DESC",
                (account, suite, suite),
            )
            return _read(rows)

        nothing: list[KeptRun] = []
        return await self._scope.read(question, nothing, ChangeTopic.RUNS)

    async def newest(self) -> Sequence[KeptRun]:
        def question(db: Connection, account: int) -> list[KeptRun]:
            rows = db.execute(
                "SELECT suite, began_at, record FROM check_run WHERE id IN ("
                " SELECT max(id) FROM check_run WHERE account = ? GROUP BY suite)"
                " ORDER BY id DESC",
                (account,),
            )
            return _read(rows)

        nothing: list[KeptRun] = []
        return await self._scope.read(question, nothing, ChangeTopic.RUNS)

    def keep(self, run: KeptRun) -> None:
        def change(db: Connection, account: int) -> None:
            db.execute(
                "INSERT INTO check_run (account, suite, began_at, record) VALUES (?, ?, ?, ?)",
                (account, run.suite, run.began_at.isoformat(), run.record),
            )
            db.execute(
                "DELETE FROM check_run WHERE account = ? AND suite = ? AND id <= ("
                " SELECT id FROM check_run WHERE account = ? AND suite = ?"
                " ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (account, run.suite, account, run.suite, MAX_RUNS),
            )

        self._scope.write(change, ChangeTopic.RUNS)


def _read(rows: Iterable[tuple[str, str, str]]) -> list[KeptRun]:
    """Return the runs that can be read."""
    runs: list[KeptRun] = []
    for suite, began_at, record in rows:
        # the types that are told of columns do not bind SQLite
        with suppress(ValueError, TypeError):
            runs.append(KeptRun(unbound(suite), datetime.fromisoformat(began_at), unbound(record)))
    return runs
