"""In-memory store: lives as long as the process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui.store.base import MOST_TEXTS, AccountKey, AccountStore, Store
from tui.store.changes import Changes
from tui.store.choices import ChoiceStore
from tui.store.copies import CopyStore
from tui.store.drafts import DraftStore, QuestionStore
from tui.store.forgetting import ForgettingStore
from tui.store.histories import StoredMessage
from tui.store.lessons import LessonStore
from tui.store.lists import SessionListStore
from tui.store.marks import MarkStore
from tui.store.memory_rows import (
    MemoryChoices,
    MemoryCopies,
    MemoryDrafts,
    MemoryForgetting,
    MemoryLessons,
    MemoryLists,
    MemoryMarks,
    MemoryQuestions,
    MemoryRows,
    MemoryRuns,
)
from tui.store.memory_sends import MemoryQueue, MemorySends
from tui.store.retention import KEEP_ALL, Retention
from tui.store.runs import RunStore
from tui.store.sends import QueueStore, SendStore
from tui.turn import PendingTurn
from tui.values import replace

if TYPE_CHECKING:
    from tui.query.found import Catalogue, Found, Page
    from tui.query.matching import Matcher
    from tui.query.tree import TextKey


@dataclass(slots=True, eq=False, repr=False)
class MemoryAccount(AccountStore):
    """The side of one account in a `MemoryStore`."""

    _rows: MemoryRows = field(default_factory=MemoryRows)
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

    def __post_init__(self) -> None:
        self.lists = MemoryLists(self._rows)
        self.queue = MemoryQueue(self._rows)
        self.sends = MemorySends(self._rows)
        self.copies = MemoryCopies(self._rows)
        self.drafts = MemoryDrafts(self._rows)
        self.questions = MemoryQuestions(self._rows)
        self.choices = MemoryChoices(self._rows)
        self.marks = MemoryMarks(self._rows)
        self.runs = MemoryRuns(self._rows)
        self.lessons = MemoryLessons(self._rows)
        self.forgetting = MemoryForgetting(self._rows, self.forget_session)

    @property
    def is_lasting(self) -> bool:
        return False

    @property
    def retention(self) -> Retention:
        return KEEP_ALL

    def forget_session(self, session_id: str) -> None:
        self._rows.histories.pop(session_id, None)
        self._rows.copies.pop(session_id, None)
        self._rows.drafts.pop(session_id, None)
        self._rows.queues.pop(session_id, None)
        self._rows.marks.pop(session_id, None)
        last = self._rows.choices.last_session
        if last is not None and last.id == session_id:
            self.choices.note_last_session(None)
        for send in [send for send in self._rows.sends.values() if send.session_id == session_id]:
            self.sends.end(send.id)

    def let_go(self, session_id: str) -> None:
        history = self._rows.histories.get(session_id)
        if history is not None and not history.turns and not self._rows.is_gone(session_id):
            history.digested()
            history.rows.clear()
            self._rows.copies.pop(session_id, None)

    async def messages(self, session_id: str) -> Sequence[StoredMessage]:
        history = self._rows.histories.get(session_id)
        return history.in_order() if history is not None else []

    def upsert_messages(self, session_id: str, messages: Sequence[StoredMessage]) -> None:
        history = self._rows.history(session_id)
        history.rows |= {row.message.id: history.joined(row) for row in messages}
        history.digest = None
        self._rows.forgotten.pop(session_id, None)

    def drop_messages(self, session_id: str, message_ids: Sequence[str]) -> None:
        history = self._rows.history(session_id)
        for message_id in message_ids:
            history.rows.pop(message_id, None)
        history.digest = None

    def move_history(self, session_id: str, new_id: str) -> None:
        former, history = self._rows.histories.pop(session_id, None), self._rows.history(new_id)
        if former is not None:
            history.rows = {**former.rows, **history.rows}
            history.turns = {**former.turns, **history.turns}
            history.digest = None

    async def open_turns(self, session_id: str) -> Sequence[PendingTurn]:
        history = self._rows.histories.get(session_id)
        return list(history.turns.values()) if history is not None else []

    async def unsent_turns(self) -> Mapping[str, Sequence[PendingTurn]]:
        unsent = {
            session_id: [turn for turn in history.turns.values() if turn.is_unsent]
            for session_id, history in self._rows.histories.items()
        }
        return {session_id: turns for session_id, turns in unsent.items() if turns}

    def save_turn(self, session_id: str, turn: PendingTurn) -> None:
        self._rows.history(session_id).turns[turn.id] = turn

    def update_turn(self, session_id: str, turn: PendingTurn) -> None:
        if turn.id in self._rows.history(session_id).turns:
            self.save_turn(session_id, turn)

    def drop_turn(self, session_id: str, turn_id: str) -> None:
        self._rows.history(session_id).turns.pop(turn_id, None)

    def watch(self, told: Callable[[Changes], object]) -> None:
        # nobody else has it open
        return

    async def find(self, matcher: Matcher, catalogue: Catalogue, page: Page) -> Found:
        from tui.query.found import Collector

        collector = Collector(page)
        for document in catalogue.documents:
            if collector.has_enough:
                return collector.found(is_all=False)
            messages = [row.message for row in await self.messages(document.session.id)]
            if messages:
                # to fold them takes time, and nobody else has a thread
                await asyncio.sleep(0)
            hit = matcher.hit(replace(document, messages=messages))
            if hit is not None:
                collector.add(document, hit)
        return collector.found(is_all=True)

    async def index_is_whole(self) -> bool:
        return True

    async def told_texts(self, field: TextKey) -> Sequence[str]:
        from tui.query.folding import folded_name
        from tui.query.matching import fact_texts

        texts = {
            folded_name(text)
            for history in self._rows.histories.values()
            for row in history.rows.values()
            for text in fact_texts(field, row.message)
        }
        return sorted(filter(None, texts))[:MOST_TEXTS]

    async def flush(self) -> None:
        return


class MemoryStore(Store):
    """A `Store` that lives as long as the process.

    `earlier` is that of a start that is over: what it holds is taken over.
    """

    def __init__(self, earlier: MemoryStore | None = None) -> None:
        self._accounts: dict[AccountKey, MemoryAccount] = {}
        if earlier is not None:
            for key, account in earlier._accounts.items():
                self._accounts[key] = MemoryAccount(deepcopy(account._rows))

    def account(self, key: AccountKey) -> MemoryAccount:
        return self._accounts.setdefault(key, MemoryAccount())

    async def aclose(self) -> None:
        return
