"""What stands in the file of a store after a kill, read without the code that wrote it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is ours in a file of one account."""

    drafts: Mapping[str, str]
    """By session; at "" that of one not made yet."""
    queued: Mapping[str, str]
    """JSON of each question, with the session that it waits in."""
    sends: Mapping[str, str]
    """By JSON of a send that was on its way: what came of its answer."""
    turns_and_messages: str
    """JSON of them, one a line."""
    earlier: tuple[str, ...]
    """Questions, and drafts that were set aside."""
    marks: Mapping[str, Mapping[str, Any]]
    """By session, as they stand there."""
    last_session_id: str
    """That a start with --continue opens."""
    copied: int
    """How many histories were read whole."""

    def has(self, question: str) -> bool:
        """Say whether a question stands anywhere, exactly."""
        everywhere = (*self.sends, *self.queued, self.turns_and_messages)
        lines = (question, json.dumps(question))
        return any(line in each for each in everywhere for line in lines)

    def is_queued(self, question: str) -> bool:
        return any(json.dumps(question) in each for each in self.queued)

    def was_out(self, question: str) -> bool:
        """Say whether a question was on its way to the server, which may note it later."""
        sends = (json.loads(each) for each in self.sends if json.dumps(question) in each)
        return any(each.get("is_out") for each in sends)

    def answer_to(self, mark: str) -> str:
        """Return what came of the answers to the questions that are marked so."""
        parts = [came for send, came in self.sends.items() if mark in send]
        return "".join(parts) or self.turns_and_messages.replace("\\n", "\n")


NOTHING = Kept({}, {}, {}, "", (), {}, "", 0)


def kept_in(path: Path) -> Kept:
    """Return what stands in a file that nobody has open, which must be sound."""
    if not path.exists():
        return NOTHING
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        if not db.execute("PRAGMA user_version").fetchone()[0]:
            return NOTHING
        sends = {}
        for row, value in db.execute("SELECT id, value FROM send").fetchall():
            parts = db.execute("SELECT parts FROM arrived WHERE send = ? ORDER BY id", (row,))
            sends[value] = "".join(
                each["text"] for (text,) in parts for each in json.loads(text)["value"]
            )
        lasts = _column(db.execute("SELECT last_session FROM account WHERE last_session NOT NULL"))
        return Kept(
            dict(db.execute("SELECT session_key, text FROM draft WHERE text != ''")),
            dict(db.execute("SELECT value, session_key FROM queued")),
            sends,
            "\n".join(
                _column(db.execute("SELECT value FROM turn UNION SELECT value FROM message"))
            ),
            tuple(_column(db.execute("SELECT text FROM question"))),
            {
                key: json.loads(value)
                for key, value in db.execute("SELECT session_key, value FROM mark")
            },
            json.loads(lasts[0])["id"] if lasts else "",
            db.execute("SELECT count(*) FROM session WHERE copy NOT NULL").fetchone()[0],
        )


def _column(rows: Iterable[tuple[str]]) -> list[str]:
    return [value for (value,) in rows]
