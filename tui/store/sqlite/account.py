"""Account in the store's file: all that is kept of one, through the threads of the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from sqlite3 import Connection
from typing import TYPE_CHECKING

from tui.store.base import AccountStore
from tui.store.changes import Changes, ChangeTopic
from tui.store.choices import ChoiceStore
from tui.store.copies import CopyStore
from tui.store.drafts import DraftStore, QuestionStore
from tui.store.forgetting import ForgettingStore
from tui.store.histories import StoredMessage
from tui.store.lessons import LessonStore
from tui.store.lists import SessionListStore
from tui.store.marks import MarkStore
from tui.store.retention import KEEP_ALL, Retention
from tui.store.runs import RunStore
from tui.store.sends import QueueStore, SendStore
from tui.store.sqlite import histories, own
from tui.store.sqlite.copies import SqliteCopies
from tui.store.sqlite.drafts import SqliteDrafts
from tui.store.sqlite.forgetting import SqliteForgetting, keep_again
from tui.store.sqlite.lessons import SqliteLessons
from tui.store.sqlite.lists import SqliteLists
from tui.store.sqlite.personal import (
    SqliteChoices,
    SqliteMarks,
    SqliteQuestions,
)
from tui.store.sqlite.pruning import Pruning, erase
from tui.store.sqlite.queue import SqliteQueue
from tui.store.sqlite.rows import made_session_row, session_row
from tui.store.sqlite.runs import SqliteRuns
from tui.store.sqlite.scope import Scope
from tui.store.sqlite.sends import SqliteSends
from tui.store.sqlite.wiping import note_forgotten
from tui.turn import PendingTurn

if TYPE_CHECKING:
    from tui.query.found import Catalogue, Found, Page
    from tui.query.matching import Matcher
    from tui.query.tree import TextKey


_PRUNED_AFTER = 500


@dataclass(slots=True, eq=False, repr=False)
class SqliteAccount(AccountStore):
    """The side of one account in a `SqliteStore`."""

    _scope: Scope
    keeps_questions: InitVar[bool] = field(kw_only=True)
    retention: Retention = field(default=KEEP_ALL, kw_only=True)
    _saved: int = field(default=0, init=False)
    """How often messages were saved since the last pruning."""
    lists: SessionListStore = field(init=False)
    sends: SendStore = field(init=False)
    queue: QueueStore = field(init=False)
    copies: CopyStore = field(init=False)
    drafts: DraftStore = field(init=False)
    questions: QuestionStore = field(init=False)
    choices: ChoiceStore = field(init=False)
    marks: MarkStore = field(init=False)
    runs: RunStore = field(init=False)
    lessons: LessonStore = field(init=False)
    forgetting: ForgettingStore = field(init=False)

    def __post_init__(self, keeps_questions: bool) -> None:
        self.lists = SqliteLists(self._scope)
        self.sends = SqliteSends(self._scope)
        self.queue = SqliteQueue(self._scope)
        self.copies = SqliteCopies(self._scope)
        self.drafts = SqliteDrafts(self._scope)
        self.questions = SqliteQuestions(self._scope, are_kept=keeps_questions)
        self.choices = SqliteChoices(self._scope)
        self.marks = SqliteMarks(self._scope)
        self.runs = SqliteRuns(self._scope)
        self.lessons = SqliteLessons(self._scope)
        self.forgetting = SqliteForgetting(self._scope)

    @property
    def is_lasting(self) -> bool:
        return self._scope.engine.has_file

    def forget_session(self, session_id: str) -> None:
        self._scope.let_go(session_id)
        index = self._scope.index

        def change(db: Connection, account: int) -> None:
            if session := session_row(db, account, session_id):
                histories.drop_messages(db, index, session)
                db.execute("DELETE FROM session WHERE id = ?", (session,))
                index.note_forgotten(db)
            own.forget_session(db, account, session_id)
            note_forgotten(db)

        self._scope.write(change, *ChangeTopic, session_id=session_id)

    def let_go(self, session_id: str) -> None:
        # the file has nothing to forget: memory need not take it over when that fails
        self._scope.let_go(session_id)

    async def messages(self, session_id: str) -> Sequence[StoredMessage]:
        self._scope.look_at(session_id)

        def question(db: Connection, account: int) -> list[StoredMessage]:
            session = session_row(db, account, session_id)
            rows = histories.messages_of(db, session) if session else []
            return [StoredMessage(each.position, each.message) for each in rows]

        nothing: list[StoredMessage] = []
        return await self._scope.read(question, nothing, ChangeTopic.HISTORY, session_id=session_id)

    def upsert_messages(self, session_id: str, messages: Sequence[StoredMessage]) -> None:
        self._scope.look_at(session_id)
        rows, index = tuple(messages), self._scope.index

        def change(db: Connection, account: int) -> None:
            session = made_session_row(db, account, session_id)
            histories.put_messages(db, index, session, rows)
            keep_again(db, session)

        self._scope.write(change, ChangeTopic.HISTORY, session_id=session_id)
        self._saved += 1
        if self._saved == _PRUNED_AFTER:
            self.prune()

    def prune(self) -> None:
        """Let histories go that are beyond the limits of the account."""
        self._saved = 0
        if self.retention == KEEP_ALL:
            return
        pruning, index = Pruning(self.retention), self._scope.index

        def change(db: Connection, account: int) -> None:
            if pruning.step(db, account, index):
                self._scope.write(change)

        self._scope.write(change)

    def erase(self) -> None:
        """Drop all that is kept."""
        index = self._scope.index

        def change(db: Connection, account: int) -> None:
            if erase(db, account, index):
                self.erase()

        self._scope.write(change)

    def drop_messages(self, session_id: str, message_ids: Sequence[str]) -> None:
        dropped, index = tuple(message_ids), self._scope.index

        def change(db: Connection, account: int) -> None:
            if session := session_row(db, account, session_id):
                histories.drop_messages(db, index, session, dropped)

        self._scope.write(change, ChangeTopic.HISTORY, session_id=session_id)

    def move_history(self, session_id: str, new_id: str) -> None:
        self._scope.look_at(new_id)
        index = self._scope.index

        def change(db: Connection, account: int) -> None:
            if session := session_row(db, account, session_id):
                other = made_session_row(db, account, new_id)
                histories.move_to(db, index, session, other)

        self._scope.write(change, ChangeTopic.HISTORY, session_id=session_id)
        self._scope.let_go(session_id)

    async def open_turns(self, session_id: str) -> Sequence[PendingTurn]:
        def question(db: Connection, account: int) -> list[PendingTurn]:
            session = session_row(db, account, session_id)
            return histories.turns_of(db, session) if session else []

        nothing: list[PendingTurn] = []
        return await self._scope.read(question, nothing, ChangeTopic.HISTORY, session_id=session_id)

    async def unsent_turns(self) -> Mapping[str, Sequence[PendingTurn]]:
        nothing: dict[str, Sequence[PendingTurn]] = {}
        return await self._scope.read(histories.unsent_turns, nothing, ChangeTopic.HISTORY)

    def save_turn(self, session_id: str, turn: PendingTurn) -> None:
        def change(db: Connection, account: int) -> None:
            histories.put_turn(db, made_session_row(db, account, session_id), turn)

        self._scope.write(change, ChangeTopic.HISTORY, session_id=session_id)

    def update_turn(self, session_id: str, turn: PendingTurn) -> None:
        def change(db: Connection, account: int) -> None:
            if session := session_row(db, account, session_id):
                histories.update_turn(db, session, turn)

        self._scope.write(change, ChangeTopic.HISTORY, session_id=session_id)

    def drop_turn(self, session_id: str, turn_id: str) -> None:
        def change(db: Connection, account: int) -> None:
            if session := session_row(db, account, session_id):
                histories.drop_turn(db, session, turn_id)

        self._scope.write(change, ChangeTopic.HISTORY, session_id=session_id)

    def watch(self, told: Callable[[Changes], object]) -> None:
        self._scope.watch(told)

    async def find(self, matcher: Matcher, catalogue: Catalogue, page: Page) -> Found:
        from tui.query.found import Collector, Found
        from tui.store.sqlite import searching

        def question(db: Connection, account: int) -> Found:
            return searching.search(db, account, matcher, catalogue, Collector(page))

        return await self._scope.read(question, Found(), ChangeTopic.HISTORY)

    async def index_is_whole(self) -> bool:
        from tui.store.sqlite.message_index import FullTextIndex

        return await self._scope.read(lambda db, _: FullTextIndex().is_current(db), True)

    async def told_texts(self, field: TextKey) -> Sequence[str]:
        from tui.store.sqlite import fact_index

        def question(db: Connection, account: int) -> Sequence[str]:
            return fact_index.told_texts(db, account, field)

        nothing: Sequence[str] = ()
        return await self._scope.read(question, nothing, ChangeTopic.HISTORY)

    async def flush(self) -> None:
        await self._scope.flush()
