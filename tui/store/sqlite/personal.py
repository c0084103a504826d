"""Earlier questions, choices and marks of one account in the store's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sqlite3 import Connection

from tui.safe_text import SafeText
from tui.store.changes import ChangeTopic
from tui.store.choices import AccountChoices, ChoiceStore, Chosen, LastSession
from tui.store.drafts import QuestionStore
from tui.store.marks import MarkStore, SessionMarks
from tui.store.sqlite import own
from tui.store.sqlite.scope import Scope


class SqliteQuestions(QuestionStore):
    """The earlier questions of one account; unless they are kept, those of this start."""

    def __init__(self, scope: Scope, *, are_kept: bool) -> None:
        self._scope = scope
        self._are_kept = are_kept
        self._of_this_start: dict[str, None] = {}
        """Those that are not kept, oldest first."""

    async def all(self) -> Sequence[str]:
        nothing: list[str] = []
        kept = await self._scope.read(
            own.questions, nothing, ChangeTopic.QUESTIONS, ChangeTopic.DRAFTS
        )
        return [*dict.fromkeys([*reversed(self._of_this_start), *kept])]

    def remember(self, text: str) -> None:
        if not self._are_kept:
            self._of_this_start.pop(text, None)
            self._of_this_start[text] = None
            return

        def change(db: Connection, account: int) -> None:
            own.remember(db, account, text)

        self._scope.write(change, ChangeTopic.QUESTIONS)


class SqliteChoices(ChoiceStore):
    """What was chosen in one account."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def all(self) -> AccountChoices:
        return await self._scope.read(own.choices, AccountChoices(), ChangeTopic.CHOICES)

    def choose_bot(self, chosen: Chosen | None) -> None:
        def change(db: Connection, account: int) -> None:
            own.choose_bot(db, account, chosen)

        self._scope.write(change, ChangeTopic.CHOICES)

    def choose_sync(self, chosen: Chosen | None) -> None:
        def change(db: Connection, account: int) -> None:
            own.choose_sync(db, account, chosen)

        self._scope.write(change, ChangeTopic.CHOICES)

    def go_without_key(self, without: bool) -> None:
        def change(db: Connection, account: int) -> None:
            own.go_without_key(db, account, without)

        self._scope.write(change, ChangeTopic.CHOICES)

    def note_last_session(self, session: LastSession | None) -> None:
        def change(db: Connection, account: int) -> None:
            own.note_last_session(db, account, session)

        self._scope.write(change, ChangeTopic.CHOICES)

    def note_bots(self, names: Mapping[str, SafeText]) -> None:
        def change(db: Connection, account: int) -> None:
            own.note_bots(db, account, names)

        self._scope.write(change, ChangeTopic.CHOICES)


class SqliteMarks(MarkStore):
    """The marks of one account."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def all(self) -> Mapping[str, SessionMarks]:
        nothing: dict[str, SessionMarks] = {}
        return await self._scope.read(own.marks, nothing, ChangeTopic.MARKS)

    def save(
        self, session_id: str, marks: SessionMarks, before: SessionMarks | None = None
    ) -> None:
        def change(db: Connection, account: int) -> None:
            own.save_marks(db, account, session_id, marks, before)

        self._scope.write(change, ChangeTopic.MARKS)
