"""Rows of what a person left in an account: earlier questions, marks and choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from sqlite3 import Connection
from typing import TypeVar

from tui.safe_text import SafeText
from tui.store.choices import AccountChoices, Chosen, LastSession
from tui.store.former_choices import FormerAccount
from tui.store.marks import NO_MARKS, SessionMarks, merged_marks
from tui.store.sqlite.codec import Unreadable, decoded, decoded_as, encoded, encoded_as
from tui.store.sqlite.rows import bound, session_row, unbound

T = TypeVar("T")

_UNSENT = ("draft", "queued", "send")
"""Tables of texts, by session, that are here alone."""
_BOT_NAMES = Mapping[str, SafeText]
MAX_QUESTIONS = 1_000
"""So many are kept of each account, the newest."""


def forget_session(db: Connection, account: int, session_id: str) -> None:
    """Drop all that a person left in a session."""
    key = bound(session_id)
    for table in ("draft", "queued", "mark", "send"):
        db.execute(f"DELETE FROM {table} WHERE account = ? AND session_key = ?", (account, key))
    last = choices(db, account).last_session
    if last is not None and last.id == session_id:
        note_last_session(db, account, None)


def questions(db: Connection, account: int) -> list[str]:
    """Return what was asked before, and drafts that others took the place of, newest first."""
    rows = db.execute("SELECT text FROM question WHERE account = ? ORDER BY id DESC", (account,))
    return [unbound(text) for (text,) in rows]


def forget_questions(db: Connection) -> None:
    """Drop what was asked before, of whatever account."""
    db.execute("DELETE FROM question WHERE NOT is_draft")


def forget_question(db: Connection, account: int, text: str) -> None:
    """Drop what was asked before in these words."""
    db.execute(
        "DELETE FROM question WHERE account = ? AND text = ? AND NOT is_draft",
        (account, bound(text)),
    )


def choices(db: Connection, account: int) -> AccountChoices:
    """Return what was chosen, as far as it can be read."""
    row = db.execute(
        "SELECT bot, last_session, sync, goes_without_key, bot_names FROM account WHERE id = ?",
        (account,),
    ).fetchone()
    bot, last_session, sync, without, names = row if row is not None else (None,) * 5
    return AccountChoices(
        _read(Chosen, bot),
        _read(LastSession, last_session),
        _read(Chosen, sync),
        without == 1,
        _bot_names(names),
    )


def choose_bot(db: Connection, account: int, chosen: Chosen | None) -> None:
    value = None if chosen is None else encoded(chosen)
    db.execute("UPDATE account SET bot = ? WHERE id = ?", (value, account))


def choose_sync(db: Connection, account: int, chosen: Chosen | None) -> None:
    value = None if chosen is None else encoded(chosen)
    db.execute("UPDATE account SET sync = ? WHERE id = ?", (value, account))


def go_without_key(db: Connection, account: int, without: bool) -> None:
    db.execute("UPDATE account SET goes_without_key = ? WHERE id = ?", (without, account))


def note_bots(db: Connection, account: int, names: Mapping[str, SafeText]) -> None:
    value = encoded_as(_BOT_NAMES, names)
    db.execute("UPDATE account SET bot_names = ? WHERE id = ?", (value, account))


def note_last_session(db: Connection, account: int, session: LastSession | None) -> None:
    value = None if session is None else encoded(session)
    db.execute("UPDATE account SET last_session = ? WHERE id = ?", (value, account))


def marks(db: Connection, account: int) -> dict[str, SessionMarks]:
    """Return the marks by session that can be read."""
    rows = db.execute("SELECT session_key, value FROM mark WHERE account = ?", (account,))
    read = {unbound(key): _read(SessionMarks, value) for key, value in rows}
    return {key: each for key, each in read.items() if each is not None}


def save_marks(
    db: Connection,
    account: int,
    session_id: str,
    marks: SessionMarks,
    before: SessionMarks | None = None,
) -> None:
    place = (account, bound(session_id))
    if before is not None:
        marks = merged_marks(_marks_of(db, account, session_id), before, marks)
    if marks == NO_MARKS:
        db.execute("DELETE FROM mark WHERE account = ? AND session_key = ?", place)
    else:
        db.execute("INSERT OR REPLACE INTO mark VALUES (?, ?, ?)", (*place, encoded(marks)))


def _marks_of(db: Connection, account: int, session_id: str) -> SessionMarks:
    row = db.execute(
        "SELECT value FROM mark WHERE account = ? AND session_key = ?", (account, bound(session_id))
    ).fetchone()
    marks = None if row is None else _read(SessionMarks, row[0])
    return NO_MARKS if marks is None else marks


def take_over(db: Connection, account: int, former: FormerAccount) -> None:
    """Take over what an earlier Runnel kept elsewhere, as far as nothing newer is here."""
    here = choices(db, account)
    if here.bot is None:
        choose_bot(db, account, former.choices.bot)
    if here.last_session is None:
        note_last_session(db, account, former.choices.last_session)
    marked = marks(db, account)
    for session_id in former.pinned_ids:
        if session_id not in marked:
            save_marks(db, account, session_id, SessionMarks(is_pinned=True))
    known = set(questions(db, account))
    for text in reversed(former.questions):
        if text not in known:
            remember(db, account, text)


def has_own(db: Connection, account: int, session_id: str) -> bool:
    """Say whether something of a session is here alone, or a person marked it."""
    place = (account, bound(session_id))
    if _marks_of(db, account, session_id).is_by_hand or any(
        db.execute(
            f"SELECT 1 FROM {table} WHERE account = ? AND session_key = ? LIMIT 1", place
        ).fetchone()
        for table in _UNSENT
    ):
        return True
    session = session_row(db, account, session_id)
    turn = db.execute("SELECT 1 FROM turn WHERE session = ? LIMIT 1", (session,)).fetchone()
    return turn is not None


def unsent_counts(db: Connection, account: int) -> Counter[str]:
    """Return by session how many texts are in it that no history holds."""
    counts: Counter[str] = Counter()
    for table in _UNSENT:
        rows = db.execute(f"SELECT session_key FROM {table} WHERE account = ?", (account,))
        counts.update(unbound(key) for (key,) in rows)
    turns = db.execute(
        "SELECT session.key FROM turn JOIN session ON session.id = session WHERE account = ?",
        (account,),
    )
    counts.update(unbound(key) for (key,) in turns)
    return counts


def remember(db: Connection, account: int, text: str, *, is_draft: bool = False) -> None:
    """Put a text before all earlier questions; a draft that was never asked is marked as one."""
    row = (account, bound(text))
    db.execute("DELETE FROM question WHERE account = ? AND text = ?", row)
    # ids only ever grow, so that they tell the order
    newest = db.execute("SELECT coalesce(max(id), 0) FROM question").fetchone()[0]
    db.execute("INSERT INTO question VALUES (?, ?, ?, ?)", (newest + 1, *row, is_draft))
    db.execute(
        "DELETE FROM question WHERE account = ? AND id <= ("
        " SELECT id FROM question WHERE account = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (account, account, MAX_QUESTIONS),
    )


def _bot_names(value: str | None) -> Mapping[str, SafeText]:
    if value is None:
        return {}
    try:
        names: Mapping[str, SafeText] = decoded_as(_BOT_NAMES, value)
    except Unreadable:
        return {}
    return names


def _read(kind: type[T], value: str | None) -> T | None:
    if value is None:
        return None
    try:
        return decoded(kind, value)
    except Unreadable:
        return None
