"""Scope of one account in the store's file: what its parts read and change it through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Sequence
from sqlite3 import Connection
from typing import Any, TypeVar

from msgspec import Struct

from tui.store.base import AccountKey
from tui.store.changes import Changes, ChangeTopic
from tui.store.sqlite.engine import Engine
from tui.store.sqlite.indexing import MessageIndex
from tui.store.sqlite.rows import (
    account_row,
    made_account_row,
    note_change,
    session_row,
)
from tui.store.sqlite.watching import Watcher

T = TypeVar("T")


class Scope(Struct, frozen=True, eq=False):
    """One account: `write` and `read` are given what works on its row."""

    key: AccountKey
    engine: Engine
    watcher: Watcher
    index: MessageIndex
    process: str
    """What this process is called in the file."""
    is_alive: Callable[[str], bool]
    """Says whether the process of that name lives."""

    def write(
        self,
        change: Callable[[Connection, int], object],
        *topics: ChangeTopic,
        session_id: str = "",
    ) -> None:
        """Have a change made, of which other clients will hear."""

        def made(db: Connection) -> None:
            account = made_account_row(db, self.key)
            change(db, account)
            for topic in topics:
                number = note_change(db, account, topic)
                self.watcher.note_own(self.key, topic, number)
                if topic is ChangeTopic.HISTORY and (row := session_row(db, account, session_id)):
                    db.execute("UPDATE session SET revision = ? WHERE id = ?", (number, row))

        names = [(self.key, topic) for topic in topics]
        self.engine.write(made, *names, (self.key, ChangeTopic.HISTORY, session_id))

    def decide(
        self, change: Callable[[Connection, int], bool], *topics: ChangeTopic, session_id: str = ""
    ) -> Decision:
        """Have a change made, and return how to wait for what it gave.

        It may be made more than once: only the last counts.
        """
        given: list[bool] = []

        def made(db: Connection, account: int) -> None:
            given.clear()
            given.append(change(db, account))

        self.write(made, *topics, session_id=session_id)
        return Decision(self, given)

    async def read(
        self,
        question: Callable[[Connection, int], T],
        otherwise: T,
        *topics: ChangeTopic,
        session_id: str | None = None,
    ) -> T:
        """Return what a question gives, or `otherwise` when nothing is stored of the account.

        With a session it waits for the changes of its history only.
        """

        def asked(db: Connection) -> T:
            account = account_row(db, self.key)
            return question(db, account) if account else otherwise

        names = (
            (self.key, topic)
            if topic is not ChangeTopic.HISTORY or session_id is None
            else (self.key, topic, session_id)
            for topic in topics
        )
        return await self.engine.read(asked, otherwise, *names)

    def look_at(self, session_id: str) -> None:
        """Have memory take over the messages of a session, should the file fail."""
        self.engine.looked_at.add(self.key, session_id)

    def let_go(self, session_id: str) -> None:
        """Leave the messages of a session to the file."""
        self.engine.looked_at.drop(self.key, session_id)

    def watch(self, told: Callable[[Changes], object]) -> None:
        """Have `told` called in the running loop when another client has changed something."""
        self.watcher.add(self.key, told)
        self.engine.write(lambda db: self.watcher.begin(db, self.key))

    async def flush(self) -> None:
        """Wait until every change so far would survive the end of the process."""
        await self.engine.flush()


class Decision(Awaitable[bool]):
    """What a change gives, once it would survive the process; `False` where it was not made."""

    def __init__(self, scope: Scope, given: Sequence[bool]) -> None:
        self._scope = scope
        self._given = given

    def __await__(self) -> Generator[Any, None, bool]:
        yield from self._scope.flush().__await__()
        return self._given[-1:] == [True]
