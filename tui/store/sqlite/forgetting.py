"""Forgetting of sessions in the store's file; a row says which, with nothing hanging on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from sqlite3 import Connection

from tui.model import Role, Session
from tui.store.changes import ChangeTopic
from tui.store.forgetting import ForgettingStore, Kept, bare
from tui.store.sqlite import histories, own
from tui.store.sqlite.codec import Unreadable, decoded, encoded
from tui.store.sqlite.forgotten_sessions import all_forgotten
from tui.store.sqlite.rows import bound, made_session_row, microseconds, unbound
from tui.store.sqlite.scope import Scope
from tui.store.sqlite.wiping import note_forgotten


class SqliteForgetting(ForgettingStore):
    """What is kept of the sessions of one account."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def kept(self, session_ids: Collection[str] | None = None) -> Mapping[str, Kept]:
        wanted = None if session_ids is None else {*session_ids}

        def question(db: Connection, account: int) -> dict[str, Kept]:
            return _kept(db, account, wanted)

        nothing: dict[str, Kept] = {}
        topics = (
            ChangeTopic.HISTORY,
            ChangeTopic.MARKS,
            ChangeTopic.DRAFTS,
            ChangeTopic.QUEUE,
            ChangeTopic.SENDS,
        )
        return await self._scope.read(question, nothing, *topics)

    def forget(self, session_id: str, until: datetime) -> None:
        self._scope.let_go(session_id)
        index = self._scope.index

        def change(db: Connection, account: int) -> None:
            session = made_session_row(db, account, session_id)
            for stored in histories.messages_of(db, session):
                if stored.message.role is Role.USER:
                    own.forget_question(db, account, stored.message.written)
            histories.drop_messages(db, index, session)
            index.note_forgotten(db)
            note_forgotten(db)
            own.forget_session(db, account, session_id)
            db.execute("DELETE FROM turn WHERE session = ?", (session,))
            for bot in _lists(db, account):
                _list_bare(db, (account, bot, bound(session_id)))
            db.execute(
                "UPDATE session SET digest = NULL, copy = NULL, changed_at = 0,"
                " forgotten_until = ? WHERE id = ?",
                (microseconds(until), session),
            )

        self._scope.write(change, *ChangeTopic, session_id=session_id)

    async def forgotten(self) -> Mapping[str, datetime]:
        nothing: dict[str, datetime] = {}
        return await self._scope.read(all_forgotten, nothing, ChangeTopic.HISTORY)


def keep_again(db: Connection, session: int) -> None:
    """Let a session be as any other, whether it was forgotten or not."""
    db.execute(
        "UPDATE session SET forgotten_until = NULL WHERE id = ? AND forgotten_until IS NOT NULL",
        (session,),
    )


def _kept(db: Connection, account: int, wanted: set[str] | None) -> dict[str, Kept]:
    messages = _message_counts(db, account, wanted)
    unsent = own.unsent_counts(db, account)
    marked = {each for each, marks in own.marks(db, account).items() if marks.is_by_hand}
    return {
        each: Kept(messages[each], each in marked, unsent[each])
        for each in (+messages).keys() | unsent.keys() | marked
        # what is written in no session, and marked of none, is at ""
        if each and (wanted is None or each in wanted)
    }


def _message_counts(db: Connection, account: int, wanted: set[str] | None) -> Counter[str]:
    select = (
        "SELECT key, (SELECT count(*) FROM message WHERE message.session = session.id)"
        " FROM session WHERE account = ?"
    )
    if wanted is None:
        rows = db.execute(select, (account,)).fetchall()
    else:
        # all messages of a big account are gone through in a tenth of a second
        places = ((account, bound(each)) for each in wanted)
        found = (db.execute(f"{select} AND key = ?", place).fetchone() for place in places)
        rows = [row for row in found if row is not None]
    return Counter({unbound(key): count for key, count in rows})


def _list_bare(db: Connection, row: tuple[int, str | bytes, str | bytes]) -> None:
    """Let a row of a list, given by its key, tell nothing of what was said in its session."""
    where = "WHERE account = ? AND bot = ? AND key = ?"
    stored = db.execute(f"SELECT value FROM list_row {where}", row).fetchone()
    if stored is None:
        return
    session: Session | None = None
    with suppress(Unreadable):
        session = bare(decoded(Session, stored[0]))
    if session is None:
        db.execute(f"DELETE FROM list_row {where}", row)
    else:
        db.execute(f"UPDATE list_row SET value = ? {where}", (encoded(session), *row))


def _lists(db: Connection, account: int) -> Iterator[str | bytes]:
    """Yield the bots that have lists, without looking through these."""
    after = "SELECT min(bot) FROM list_row WHERE account = ?"
    bot = db.execute(after, (account,)).fetchone()[0]
    while bot is not None:
        yield bot
        bot = db.execute(f"{after} AND bot > ?", (account, bot)).fetchone()[0]
