"""Session lists in the store's file: rows with a place each, most of which stay as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from sqlite3 import Connection

from tui.model import Session
from tui.store.changes import ChangeTopic
from tui.store.digests import Digest
from tui.store.forgetting import listed
from tui.store.lists import SessionListStore
from tui.store.sqlite.codec import encoded
from tui.store.sqlite.forgotten_sessions import all_forgotten, forgotten_until
from tui.store.sqlite.histories import digest_in
from tui.store.sqlite.listed_sessions import sessions_in
from tui.store.sqlite.rows import bound, unbound
from tui.store.sqlite.scope import Scope

# of what is none, as on a damaged disk, comes one all the same: they are compared
_PLACE = "CAST(place AS INTEGER)"
_PUT = (
    "INSERT INTO list_row VALUES (?, ?, ?, ?, ?) ON CONFLICT (account, bot, key)"
    " DO UPDATE SET place = excluded.place, value = excluded.value"
)


class SqliteLists(SessionListStore):
    """The session lists of one account."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def of(self, bot_id: str) -> Sequence[Session]:
        def question(db: Connection, account: int) -> Sequence[Session]:
            rows = db.execute(
                # bytes, not text: they are read at once, and made to text only then
                f"SELECT {_PLACE}, CAST(value AS BLOB) FROM list_row WHERE account = ? AND bot = ?",
                (account, bound(bot_id)),
            )
            # not by SQLite, which would write whole rows to and fro
            in_order = sorted(rows, key=itemgetter(0))
            return sessions_in(value for _, value in in_order)

        nothing: Sequence[Session] = ()
        return await self._scope.read(question, nothing, ChangeTopic.LISTS)

    async def digests(self, bot_id: str) -> Mapping[str, Digest]:
        def question(db: Connection, account: int) -> Mapping[str, Digest]:
            rows = db.execute(
                # bytes, not text: most are held, and hardly ever asked for
                "SELECT session.key, CAST(digest AS BLOB) FROM list_row JOIN session"
                " ON session.account = list_row.account AND session.key = list_row.key"
                " WHERE list_row.account = ? AND bot = ? AND digest IS NOT NULL",
                (account, bound(bot_id)),
            )
            return _Digests({unbound(key): digest for key, digest in rows})

        nothing: dict[str, Digest] = {}
        return await self._scope.read(question, nothing, ChangeTopic.LISTS, ChangeTopic.HISTORY)

    def replace(self, bot_id: str, sessions: Sequence[Session]) -> None:
        # backwards, so that of two with one id the first counts
        by_id = {each.id: each for each in reversed(sessions)}
        ids = [*dict.fromkeys(each.id for each in sessions)]

        def change(db: Connection, account: int) -> None:
            _replace(db, account, bot_id, [by_id[each] for each in ids])

        self._scope.write(change, ChangeTopic.LISTS)

    def put_first(self, bot_id: str, session: Session) -> None:
        def change(db: Connection, account: int) -> None:
            first = db.execute(
                f"SELECT coalesce(min({_PLACE}), 0) FROM list_row WHERE account = ? AND bot = ?",
                (account, bound(bot_id)),
            ).fetchone()[0]
            kept = listed(session, forgotten_until(db, account, session.id))
            row = (account, bound(bot_id), bound(session.id), first - 1, encoded(kept))
            db.execute(_PUT, row)

        self._scope.write(change, ChangeTopic.LISTS)

    def update(self, bot_id: str, session: Session) -> None:
        def change(db: Connection, account: int) -> None:
            kept = listed(session, forgotten_until(db, account, session.id))
            db.execute(
                "UPDATE list_row SET value = ? WHERE account = ? AND bot = ? AND key = ?",
                (encoded(kept), account, bound(bot_id), bound(session.id)),
            )

        self._scope.write(change, ChangeTopic.LISTS)

    def drop(self, bot_id: str, session_id: str) -> None:
        def change(db: Connection, account: int) -> None:
            db.execute(
                "DELETE FROM list_row WHERE account = ? AND bot = ? AND key = ?",
                (account, bound(bot_id), bound(session_id)),
            )

        self._scope.write(change, ChangeTopic.LISTS)


def _replace(db: Connection, account: int, bot_id: str, sessions: Sequence[Session]) -> None:
    """Let a list be these, and write only what differs: it may be long, and mostly the same."""
    stored = {
        unbound(key): (place, value)
        for key, place, value in db.execute(
            f"SELECT key, {_PLACE}, value FROM list_row WHERE account = ? AND bot = ?",
            (account, bound(bot_id)),
        )
    }
    forgotten = all_forgotten(db, account)
    changed = []
    next_place = max((place for place, _ in stored.values()), default=0) + 1
    # from the end, because new ones come at the head
    for session in reversed(sessions):
        place, value = stored.pop(session.id, (next_place, ""))
        fresh_place = min(place, next_place - 1)
        kept = listed(session, forgotten.get(session.id)) if forgotten else session
        if (fresh_place, fresh := encoded(kept)) != (place, value) or not value:
            changed.append((account, bound(bot_id), bound(session.id), fresh_place, fresh))
        next_place = fresh_place
    db.executemany(
        "DELETE FROM list_row WHERE account = ? AND bot = ? AND key = ?",
        [(account, bound(bot_id), bound(each)) for each in stored],
    )
    db.executemany(_PUT, changed)


class _Digests(Mapping[str, Digest]):
    """Digests by session, each decoded when it is asked for."""

    def __init__(self, values: Mapping[str, bytes]) -> None:
        self._values = values

    def __getitem__(self, session_id: str) -> Digest:
        return digest_in(self._values[session_id].decode())

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
