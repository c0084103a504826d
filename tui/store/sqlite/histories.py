"""Histories in the file: messages of sessions, the digests of them, and open turns."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from sqlite3 import Connection

from tui.model import Message, MessageStatus, Role, TextPart
from tui.safe_text import clean
from tui.store.digests import Digest, digest_of
from tui.store.histories import StoredMessage
from tui.store.sqlite.codec import Unreadable, decoded, encoded
from tui.store.sqlite.indexing import IndexedMessage, MessageIndex
from tui.store.sqlite.rows import bound, microseconds, time_at, unbound
from tui.turn import PendingTurn

_Row = tuple[int, str | bytes, int, int, int | None, str | bytes]
"""All of a message but its id and session, its value last."""

_NO_DIGEST = Digest()
TEXT, JSON = 0, 1
"""Formats of a message: text that is all there is to it, or JSON of `codec`."""
ROLES = (Role.USER, Role.ASSISTANT, Role.SYSTEM)
"""By the number in the file: only ever added to."""
_COLUMNS = "id, position, key, role, format, created_at, value"


def messages_of(db: Connection, session: int) -> list[IndexedMessage]:
    """Return the messages of a session that can be read, in their order."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM message WHERE session = ? ORDER BY position, id", (session,)
    )
    return [each for row in rows if (each := _message_in(row, session)) is not None]


def read_messages(db: Connection, session: int, rows: Iterable[int]) -> list[IndexedMessage]:
    """Return the messages in these rows of a session that can be read, in their order."""
    messages = []
    for row in rows:
        columns = db.execute(f"SELECT {_COLUMNS} FROM message WHERE id = ?", (row,)).fetchone()
        if columns is not None and (message := _message_in(columns, session)) is not None:
            messages.append(message)
    return messages


def put_messages(
    db: Connection, index: MessageIndex, session: int, messages: Sequence[StoredMessage]
) -> None:
    """Add messages to a session, or put them in the place of those of the same ids.

    What was known of those and is not told again stays.
    """
    latest = {each.message.id: each for each in messages}
    former = _rows_by_key(db, session)
    known = {key: former[key] for key in latest if key in former}
    growth_bytes = _put_again(db, index, session, latest, known) if known else 0
    last = db.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()[0]
    added = dict(zip((key for key in latest if key not in known), count(last + 1)))
    rows = [(row, session, *_row_of(latest[key])) for key, row in added.items()]
    db.executemany(
        "INSERT INTO message (id, session, position, key, role, format, created_at, value)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    growth_bytes += sum(len(row[-1]) for row in rows)
    known |= added
    index.put(
        db,
        [
            IndexedMessage(known[key], session, each.position, each.message)
            for key, each in latest.items()
        ],
    )
    # what is new is all there is, mostly
    is_whole = len(former) + len(added) == len(latest)
    _note_history(db, session, growth_bytes, [*latest.values()] if is_whole else None)


def _put_again(
    db: Connection,
    index: MessageIndex,
    session: int,
    latest: dict[str, StoredMessage],
    known: Mapping[str, int],
) -> int:
    """Put those of `latest` that are in these rows in their places, with what was known of them.

    Return by how many bytes they grew.
    """
    former = read_messages(db, session, known.values())
    for message in (each.message for each in former):
        if message.id in latest:
            latest[message.id] = latest[message.id].knowing(message)
    index.drop(db, former)
    growth_bytes = -_size_of(db, known.values())
    for key, row in known.items():
        columns = _row_of(latest[key])
        db.execute(
            "UPDATE message SET position = ?, key = ?, role = ?, format = ?, created_at = ?,"
            " value = ? WHERE id = ?",
            (*columns, row),
        )
        growth_bytes += len(columns[-1])
    return growth_bytes


def drop_messages(
    db: Connection, index: MessageIndex, session: int, message_ids: Iterable[str] | None = None
) -> None:
    """Drop these messages of a session, with `None` all of them."""
    rows = _rows_by_key(db, session)
    keys = rows.keys() if message_ids is None else rows.keys() & set(message_ids)
    dropped = [rows[key] for key in keys]
    index.drop(db, read_messages(db, session, dropped))
    size = _size_of(db, dropped)
    db.executemany("DELETE FROM message WHERE id = ?", [(each,) for each in dropped])
    _note_history(db, session, -size)


def digest_in(value: str | None) -> Digest:
    """Return the digest of a history from its column, an empty one for none."""
    if value is None:
        return _NO_DIGEST
    try:
        return decoded(Digest, value)
    except Unreadable:
        return _NO_DIGEST


def let_go(db: Connection, index: MessageIndex, session: int) -> None:
    """Drop the messages of a session, but not what lists tell of them."""
    digest = db.execute("SELECT digest FROM session WHERE id = ?", (session,)).fetchone()
    drop_messages(db, index, session)
    db.execute("UPDATE session SET digest = ?, copy = NULL WHERE id = ?", (*digest, session))


def turns_of(db: Connection, session: int) -> list[PendingTurn]:
    """Return the open turns of a session that can be read, in the order of asking."""
    rows = db.execute("SELECT value FROM turn WHERE session = ? ORDER BY id", (session,))
    return [turn for (value,) in rows if (turn := _turn_in(value)) is not None]


def unsent_turns(db: Connection, account: int) -> Mapping[str, Sequence[PendingTurn]]:
    """Return the open turns of an account that never reached the server, by session."""
    turns: dict[str, list[PendingTurn]] = {}
    for key, value in db.execute(
        "SELECT session.key, value FROM turn JOIN session ON session.id = turn.session"
        " WHERE account = ? ORDER BY turn.id",
        (account,),
    ):
        if (turn := _turn_in(value)) is not None and turn.is_unsent:
            turns.setdefault(unbound(key), []).append(turn)
    return turns


def _turn_in(value: str) -> PendingTurn | None:
    try:
        return decoded(PendingTurn, value)
    except Unreadable:
        return None


def put_turn(db: Connection, session: int, turn: PendingTurn) -> None:
    """Add a turn behind the others, or put it in its place."""
    db.execute(
        "INSERT INTO turn (session, key, value) VALUES (?, ?, ?)"
        " ON CONFLICT (session, key) DO UPDATE SET value = excluded.value",
        (session, bound(turn.id), encoded(turn)),
    )


def update_turn(db: Connection, session: int, turn: PendingTurn) -> None:
    """Put what is known now of an open turn in its place, if it has one."""
    db.execute(
        "UPDATE turn SET value = ? WHERE session = ? AND key = ?",
        (encoded(turn), session, bound(turn.id)),
    )


def take_unsent(db: Connection, index: MessageIndex, session: int, question_id: str) -> bool:
    """Drop the open turn of a question that was never sent; `False` when there is none."""
    taken = [
        each for each in turns_of(db, session) if each.is_unsent and each.question.id == question_id
    ]
    for turn in taken:
        drop_turn(db, session, turn.id)
        drop_messages(db, index, session, (turn.question.id, turn.answer.id))
    return bool(taken)


def add_last(db: Connection, index: MessageIndex, session: int, turn: PendingTurn) -> None:
    """Add an open turn and show its messages last, as far as they are not there."""
    if any(each.id == turn.id for each in turns_of(db, session)):
        return
    put_turn(db, session, turn)
    known = _rows_by_key(db, session)
    last = db.execute("SELECT max(position) FROM message WHERE session = ?", (session,)).fetchone()
    behind = -1 if last[0] is None else last[0]
    shown = [each for each in (turn.question, turn.answer) if each.id not in known]
    rows = [StoredMessage(behind + place, each) for place, each in enumerate(shown, 1)]
    put_messages(db, index, session, rows)


def last_id(db: Connection, session: int) -> str | None:
    """Return the id of the last message of a session, `None` when it has none here."""
    row = db.execute(
        "SELECT key FROM message WHERE session = ? ORDER BY position DESC, id DESC LIMIT 1",
        (session,),
    ).fetchone()
    return None if row is None else unbound(row[0])


def move_to(db: Connection, index: MessageIndex, session: int, other: int) -> None:
    """Let the messages and open turns of a session be of another one, which has its own."""
    moved = messages_of(db, session)
    turns = turns_of(db, session)
    drop_messages(db, index, session)
    put_messages(db, index, other, [StoredMessage(each.position, each.message) for each in moved])
    for turn in turns:
        put_turn(db, other, turn)
    db.execute("DELETE FROM session WHERE id = ?", (session,))


def drop_turn(db: Connection, session: int, turn_id: str) -> None:
    """Drop an open turn."""
    db.execute("DELETE FROM turn WHERE session = ? AND key = ?", (session, bound(turn_id)))


def _row_of(stored: StoredMessage) -> _Row:
    message = stored.message
    created_at = None if message.created_at is None else microseconds(message.created_at)
    is_text = _is_text(message)
    value = bound(message.text) if is_text else encoded(message)
    return (
        stored.position,
        bound(message.id),
        ROLES.index(message.role),
        TEXT if is_text else JSON,
        created_at,
        value,
    )


def _is_text(message: Message) -> bool:
    """Say whether its text is all there is to a message besides id, role and time."""
    return (
        message.status is MessageStatus.STORED
        and message.failure is None
        and message.origin is None
        and message.facts is None
        and not message.raw
        and len(message.parts) == 1
        and isinstance(message.parts[0], TextPart)
    )


def _message_in(row: tuple[object, ...], session: int) -> IndexedMessage | None:
    """Return the message in a row, `None` for one that cannot be read."""
    match row:
        case (int(row_id), int(position), str() | bytes() as key, role, form, created_at, value):
            pass
        case _:
            return None
    try:
        if form == JSON and isinstance(value, str):
            message = decoded(Message, value)
        elif form == TEXT and isinstance(value, str | bytes) and isinstance(role, int):
            text = unbound(value)
            part = TextPart(clean(text, len(text)))
            moment = time_at(created_at) if isinstance(created_at, int) else None
            message = Message(unbound(key), ROLES[role], (part,), moment)
        else:
            return None
    except (Unreadable, IndexError, OverflowError, UnicodeDecodeError):
        return None
    return IndexedMessage(row_id, session, position, message)


def _rows_by_key(db: Connection, session: int) -> dict[str, int]:
    rows = db.execute("SELECT key, id FROM message WHERE session = ?", (session,))
    return {unbound(key): row for key, row in rows}


def _size_of(db: Connection, rows: Iterable[int]) -> int:
    """Return about how many bytes the texts of these messages take."""
    sizes = (
        db.execute("SELECT length(value) FROM message WHERE id = ?", (each,)).fetchone()
        for each in rows
    )
    return sum(size[0] for size in sizes if size is not None)


def _note_history(
    db: Connection,
    session: int,
    growth_bytes: int,
    history: Sequence[StoredMessage] | None = None,
) -> None:
    """Note in the row of a session what its history has come to; with `None` it is read."""
    messages: list[Message]
    if history is None:
        messages = [each.message for each in messages_of(db, session)]
    else:
        messages = [each.message for each in sorted(history, key=lambda each: each.position)]
    db.execute(
        "UPDATE session SET digest = ?, size_bytes = size_bytes + ?, changed_at = ? WHERE id = ?",
        (encoded(digest_of(messages)), growth_bytes, _changed_at(messages), session),
    )


def _changed_at(messages: Sequence[Message]) -> int:
    """Return when the newest message was made, in microseconds; now when none tells its time."""
    times = [each.created_at for each in messages if each.created_at is not None]
    return microseconds(max(times)) if times else time.time_ns() // 1_000
