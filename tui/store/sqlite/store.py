"""Store in one SQLite file, for all accounts; other processes may have it open too."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection

from tui.store.base import AccountKey, AccountStore, Store
from tui.store.changes import ChangeTopic
from tui.store.former_choices import FormerChoices
from tui.store.memory import MemoryStore
from tui.store.retention import Retention
from tui.store.sqlite import own
from tui.store.sqlite.account import SqliteAccount
from tui.store.sqlite.engine import Engine, Make
from tui.store.sqlite.index_in_use import index_in_use
from tui.store.sqlite.indexing import MessageIndex
from tui.store.sqlite.opening import Connect
from tui.store.sqlite.processes import Processes
from tui.store.sqlite.rows import made_account_row, rename_account
from tui.store.sqlite.scope import Scope
from tui.store.sqlite.watching import Watcher


class SqliteStore(Store):
    """A `Store` in the file at `path`, which is opened when somebody first asks for something.

    Without `keeps_questions` those of earlier starts are forgotten. What `former` has is taken
    over. `on_trouble` is called, in any thread, with a sentence when the file cannot be used.
    """

    def __init__(
        self,
        path: Path,
        on_trouble: Callable[[str], None],
        *,
        keeps_questions: bool = True,
        former: FormerChoices | None = None,
        index: MessageIndex | None = None,
        connect: Connect = sqlite3.connect,
    ) -> None:
        self.path = path
        self._keeps_questions = keeps_questions
        self._former = former
        self._index = index if index is not None else index_in_use()
        self._processes = Processes(path.parent)
        self._watcher = Watcher(self._processes.own, self._processes.is_alive)
        self._engine = Engine(
            path,
            on_trouble=on_trouble,
            connect=connect,
            watcher=self._watcher,
            derive=self._index.make_current,
            on_open=self._begin,
        )
        self._accounts: dict[AccountKey, SqliteAccount] = {}

    def account(self, key: AccountKey) -> SqliteAccount:
        if key not in self._accounts:
            processes = self._processes
            scope = Scope(
                key,
                self._engine,
                self._watcher,
                self._index,
                processes.own,
                processes.is_alive,
            )
            self._accounts[key] = SqliteAccount(scope, keeps_questions=self._keeps_questions)
        return self._accounts[key]

    def rename(self, former: AccountKey, key: AccountKey) -> None:
        """Let what is kept of an account be of another one, of which nothing is kept."""
        topics = [(key, topic) for topic in ChangeTopic]
        self._engine.write(lambda db: rename_account(db, former, key), *topics)

    def keeping(self, retention: Retention) -> Store:
        """Return this store for accounts of which histories go that are beyond these limits."""
        return _Keeping(self, retention)

    def keeping_nothing(self) -> Store:
        """Return a store in memory for accounts of which nothing is to be in the file."""
        return _KeepingNothing(self)

    async def aclose(self) -> None:
        # in a thread, because the disk may take its time
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Carry out every write so far, and let go of the file."""
        self._engine.close()
        self._processes.leave()

    def _begin(self, make: Make) -> None:
        self._processes.enter()
        if not self._keeps_questions:
            make(own.forget_questions)
        if self._former is None or not (accounts := self._former.accounts()):
            return

        def take_over(db: Connection) -> None:
            for each in accounts:
                own.take_over(db, made_account_row(db, each.key), each)

        if make(take_over):
            self._former.forget()


class _Keeping(Store):
    def __init__(self, store: SqliteStore, retention: Retention) -> None:
        self._store = store
        self._retention = retention

    def account(self, key: AccountKey) -> AccountStore:
        account = self._store.account(key)
        account.retention = self._retention
        account.prune()
        return account

    async def aclose(self) -> None:
        await self._store.aclose()


class _KeepingNothing(Store):
    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self._memory = MemoryStore()

    def account(self, key: AccountKey) -> AccountStore:
        # what was kept before it was set so
        if self._store.path.exists():
            self._store.account(key).erase()
        return self._memory.account(key)

    async def aclose(self) -> None:
        await self._store.aclose()
