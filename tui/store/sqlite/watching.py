"""Watch over the store's file: sees what other processes change, and tells of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from sqlite3 import Connection

from msgspec import Struct, field

from tui.store.base import AccountKey
from tui.store.changes import Changes, ChangeTopic
from tui.store.sqlite.rows import account_row, unbound

_BY_PROCESS = frozenset({ChangeTopic.SENDS, ChangeTopic.DRAFTS})
"""What is told of by the process it belongs to, as long as that lives."""


class _Account(Struct):
    """What is known of an account that somebody watches."""

    numbers: dict[str, int] | None = None
    """By topic: how many changes there were; `None` before `begin`."""
    own: set[int] = field(default_factory=set)
    """Numbers of changes of ours in histories, behind the last that is known."""
    others: set[str] = field(default_factory=set)
    """The other processes that have a question on its way, or a draft."""
    told: list[Callable[[Changes], None]] = field(default_factory=list)


class Watcher:
    """Counts what was changed here, so that what the file has beyond that was changed elsewhere.

    That another process has ended changes what its questions and drafts are, and nothing in the
    file: `own` is what this one is called there, `is_alive` says whether another one lives.

    All but `add` is called by the thread that writes.
    """

    def __init__(self, own: str, is_alive: Callable[[str], bool]) -> None:
        self._own = own
        self._is_alive = is_alive
        self._accounts: dict[AccountKey, _Account] = {}
        self._version: int | None = None

    @property
    def is_watched(self) -> bool:
        return bool(self._accounts)

    def add(self, key: AccountKey, told: Callable[[Changes], object]) -> None:
        """Tell of the changes in an account since `begin`, in the running loop."""
        loop = asyncio.get_running_loop()

        def tell(changes: Changes) -> None:
            # it may have ended meanwhile
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(told, changes)

        accounts = dict(self._accounts)
        accounts.setdefault(key, _Account()).told.append(tell)
        self._accounts = accounts
        self._version = None

    def begin(self, db: Connection, key: AccountKey) -> None:
        """Know what there is of an account; what comes from now on is told."""
        account = self._accounts[key]
        if account.numbers is None:
            row = account_row(db, key)
            account.numbers, account.others = _numbers(db, row), self._others(db, row)

    def note_own(self, key: AccountKey, topic: ChangeTopic, number: int) -> None:
        """Hear of a change of ours."""
        account = self._accounts.get(key)
        if account is None or account.numbers is None:
            return
        if account.numbers.get(topic, 0) == number - 1:
            account.numbers[topic] = number
        elif topic is ChangeTopic.HISTORY:
            account.own.add(number)

    def look(self, db: Connection) -> None:
        """See what has changed; next to nothing to do when nothing has.

        `db` is the one connection that writes: its own changes do not count for its version.
        """
        for account in self._accounts.values():
            self._look_for_ends(account)
        version: int = db.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return
        self._version = version
        for key, account in self._accounts.items():
            self._look_at(db, key, account)

    def _look_at(self, db: Connection, key: AccountKey, account: _Account) -> None:
        row = account_row(db, key)
        before = account.numbers
        if before is None:
            return
        account.numbers = numbers = _numbers(db, row)
        topics = frozenset(
            each for each in ChangeTopic if numbers.get(each, 0) > before.get(each, 0)
        )
        session_ids: set[str] = set()
        if ChangeTopic.HISTORY in topics:
            since = before.get(ChangeTopic.HISTORY, 0)
            changed = db.execute(
                "SELECT key, revision FROM session WHERE account = ? AND revision > ?",
                (row, since),
            )
            session_ids = {unbound(each) for each, number in changed if number not in account.own}
            account.own.clear()
        if topics & _BY_PROCESS:
            account.others = self._others(db, row)
        if topics:
            for tell in account.told:
                tell(Changes(topics, frozenset(session_ids)))

    def _look_for_ends(self, account: _Account) -> None:
        ended = {each for each in account.others if not self._is_alive(each)}
        if ended:
            account.others -= ended
            for tell in account.told:
                tell(Changes(_BY_PROCESS, frozenset()))

    def _others(self, db: Connection, account: int) -> set[str]:
        rows = db.execute(
            "SELECT process FROM send WHERE account = ?1"
            " UNION SELECT process FROM draft WHERE account = ?1",
            (account,),
        )
        return {each for (each,) in rows if each != self._own and self._is_alive(each)}


def _numbers(db: Connection, account: int) -> dict[str, int]:
    rows = db.execute("SELECT topic, number FROM revision WHERE account = ?", (account,))
    return dict(rows.fetchall())
