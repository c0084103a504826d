"""Kept lessons in the store's file."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection

from tui.store.changes import ChangeTopic
from tui.store.lessons import KeptLesson, LessonStore
from tui.store.sqlite.codec import Unreadable, decoded, encoded
from tui.store.sqlite.scope import Scope


class SqliteLessons(LessonStore):
    """The lessons of one account."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def all(self) -> Sequence[KeptLesson]:
        def question(db: Connection, account: int) -> list[KeptLesson]:
            rows = db.execute(
                "SELECT value FROM lesson WHERE account = ? ORDER BY rowid DESC", (account,)
            )
            found = []
            for (value,) in rows:
                try:
                    found.append(decoded(KeptLesson, value))
                except Unreadable:
                    continue
            return found

        nothing: list[KeptLesson] = []
        return await self._scope.read(question, nothing, ChangeTopic.LESSONS)

    def keep(self, lesson: KeptLesson) -> None:
        def change(db: Connection, account: int) -> None:
            db.execute(
                "INSERT INTO lesson VALUES (?, ?, ?)"
                " ON CONFLICT (account, key) DO UPDATE SET value = excluded.value",
                (account, lesson.id, encoded(lesson)),
            )

        self._scope.write(change, ChangeTopic.LESSONS)

    def drop(self, lesson_id: str) -> None:
        def change(db: Connection, account: int) -> None:
            db.execute("DELETE FROM lesson WHERE account = ? AND key = ?", (account, lesson_id))

        self._scope.write(change, ChangeTopic.LESSONS)
