"""In-memory store: lives as long as the process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from tui.formatting.search_pattern import SearchPattern
from tui.model import Message, Part, Session
from tui.store.base import (
    AccountKey,
    AccountStore,
    Digest,
    QueueStore,
    Send,
    SendStore,
    SessionListStore,
    SessionSummary,
    Store,
    StoredMessage,
    digest_of,
    joined,
)
from tui.store.changes import Changes
from tui.store.choices import AccountChoices, Chosen, LastSession
from tui.store.copies import CopyState, CopyStore
from tui.store.marks import NO_MARKS, SessionMarks, merged_marks
from tui.store.retention import KEEP_ALL, Retention
from tui.turn import PendingTurn, QueuedQuestion

if TYPE_CHECKING:
    from tui.query.found import Catalogue, Found, Page
    from tui.query.matching import Matcher


@dataclass(slots=True)
class _History:
    """What is stored of one session."""

    rows: dict[str, StoredMessage] = field(default_factory=dict)
    turns: dict[str, PendingTurn] = field(default_factory=dict)
    digest: Digest | None = None
    """`None` when messages have changed since it was made."""

    def in_order(self) -> list[StoredMessage]:
        return sorted(self.rows.values(), key=lambda row: row.position)

    def digested(self) -> Digest:
        if self.digest is None:
            self.digest = digest_of([row.message for row in self.in_order()])
        return self.digest


@dataclass(slots=True)
class _Rows:
    """All that is stored of one account."""

    lists: dict[str, dict[str, Session]] = field(default_factory=dict)
    histories: dict[str, _History] = field(default_factory=dict)
    sends: dict[str, Send] = field(default_factory=dict)
    """Without what arrived."""
    arrived: dict[str, list[Part]] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    queues: dict[str, list[QueuedQuestion]] = field(default_factory=dict)
    questions: dict[str, None] = field(default_factory=dict)
    """Oldest first."""
    marks: dict[str, SessionMarks] = field(default_factory=dict)
    choices: AccountChoices = field(default_factory=AccountChoices)
    copies: dict[str, CopyState] = field(default_factory=dict)
    lists_read_at: dict[str, datetime] = field(default_factory=dict)

    def history(self, session_id: str) -> _History:
        return self.histories.setdefault(session_id, _History())

    def is_gone(self, session_id: str) -> bool:
        """Say whether the server does not have a session any more, as a list says."""
        listed = (sessions.get(session_id) for sessions in self.lists.values())
        return any(session is not None and session.gone_at is not None for session in listed)

    def digest(self, session_id: str) -> Digest:
        history = self.histories.get(session_id)
        return Digest() if history is None else history.digested()


class _MemoryQueue(QueueStore):
    def __init__(self, rows: _Rows) -> None:
        self._rows = rows

    async def by_session(self) -> Mapping[str, Sequence[QueuedQuestion]]:
        return {session_id: list(queue) for session_id, queue in self._rows.queues.items()}

    def put(self, session_id: str, question: QueuedQuestion, before: str = "") -> None:
        self.drop(question.id)
        queue = self._rows.queues.setdefault(session_id, [])
        ids = [each.id for each in queue]
        queue.insert(ids.index(before) if before in ids else len(ids), question)

    def drop(self, question_id: str) -> None:
        self._rows.queues = {
            session_id: left
            for session_id, queue in self._rows.queues.items()
            if (left := [each for each in queue if each.id != question_id])
        }


class _MemoryLists(SessionListStore):
    def __init__(self, rows: _Rows) -> None:
        self._rows = rows

    async def rows(self, bot_id: str) -> Sequence[SessionSummary]:
        rows = self._rows.lists.get(bot_id, {}).values()
        return [SessionSummary(session, self._rows.digest(session.id)) for session in rows]

    def replace(self, bot_id: str, sessions: Sequence[Session]) -> None:
        # backwards, so that of two with one id the first counts
        by_id = {session.id: session for session in reversed(sessions)}
        self._rows.lists[bot_id] = {session.id: by_id[session.id] for session in sessions}

    def put_first(self, bot_id: str, session: Session) -> None:
        rest = self._rows.lists.get(bot_id, {})
        rest.pop(session.id, None)
        self._rows.lists[bot_id] = {session.id: session, **rest}

    def update(self, bot_id: str, session: Session) -> None:
        if session.id in self._rows.lists.get(bot_id, {}):
            self._rows.lists[bot_id][session.id] = session

    def drop(self, bot_id: str, session_id: str) -> None:
        self._rows.lists.get(bot_id, {}).pop(session_id, None)


class _MemorySends(SendStore):
    def __init__(self, rows: _Rows, queue: QueueStore) -> None:
        self._rows = rows
        self._queue = queue
        self._own_ids: set[str] = set()
        """Those of this start."""

    async def unfinished(self) -> Sequence[Send]:
        return [
            replace(send, arrived=joined(self._rows.arrived[send.id]))
            for send in self._rows.sends.values()
            if send.id not in self._own_ids
        ]

    def save(self, send: Send) -> None:
        self._queue.drop(send.question.id)
        before = self._rows.sends.get(send.id)
        named_ids = before.named_ids if before is not None else frozenset()
        self._rows.sends[send.id] = replace(send, arrived=(), named_ids=send.named_ids | named_ids)
        self._rows.arrived.setdefault(send.id, [])
        self._own_ids.add(send.id)

    def add_arrived(
        self, send_id: str, parts: Sequence[Part], named_ids: frozenset[str] = frozenset()
    ) -> None:
        if (send := self._rows.sends.get(send_id)) is not None:
            self._rows.sends[send_id] = replace(send, named_ids=send.named_ids | named_ids)
            self._rows.arrived[send_id].extend(parts)

    def end(self, send_id: str) -> None:
        self._rows.sends.pop(send_id, None)
        self._own_ids.discard(send_id)
        self._rows.arrived.pop(send_id, None)


class _MemoryCopies(CopyStore):
    def __init__(self, rows: _Rows) -> None:
        self._rows = rows

    async def all(self) -> Mapping[str, CopyState]:
        return dict(self._rows.copies)

    async def of(self, session_id: str) -> CopyState | None:
        return self._rows.copies.get(session_id)

    def save(self, session_id: str, state: CopyState) -> None:
        self._rows.copies[session_id] = state

    async def size_bytes(self) -> int:
        rows = (row for each in self._rows.histories.values() for row in each.rows.values())
        return sum(len(row.message.text.encode("utf-8", "replace")) for row in rows)

    async def lists_read_at(self) -> Mapping[str, datetime]:
        return dict(self._rows.lists_read_at)

    def note_list_read(self, bot_id: str, read_at: datetime) -> None:
        self._rows.lists_read_at[bot_id] = read_at


@dataclass(slots=True, eq=False)
class MemoryAccount(AccountStore):
    """The side of one account in a `MemoryStore`."""

    _rows: _Rows = field(default_factory=_Rows)
    lists: SessionListStore = field(init=False)
    sends: SendStore = field(init=False)
    queue: QueueStore = field(init=False)
    copies: CopyStore = field(init=False)

    def __post_init__(self) -> None:
        self.lists = _MemoryLists(self._rows)
        self.queue = _MemoryQueue(self._rows)
        self.sends = _MemorySends(self._rows, self.queue)
        self.copies = _MemoryCopies(self._rows)

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
            self.note_last_session(None)
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
        history.rows |= {row.message.id: row for row in messages}
        history.digest = None

    def drop_messages(self, session_id: str, message_ids: Sequence[str]) -> None:
        history = self._rows.history(session_id)
        for message_id in message_ids:
            history.rows.pop(message_id, None)
        history.digest = None

    async def open_turns(self, session_id: str) -> Sequence[PendingTurn]:
        history = self._rows.histories.get(session_id)
        return list(history.turns.values()) if history is not None else []

    def save_turn(self, session_id: str, turn: PendingTurn) -> None:
        self._rows.history(session_id).turns[turn.id] = turn

    def drop_turn(self, session_id: str, turn_id: str) -> None:
        self._rows.history(session_id).turns.pop(turn_id, None)

    async def drafts(self) -> Mapping[str, str]:
        return dict(self._rows.drafts)

    def save_draft(self, session_id: str, text: str) -> None:
        if text:
            self._rows.drafts[session_id] = text
        else:
            self._rows.drafts.pop(session_id, None)

    async def questions(self) -> Sequence[str]:
        return list(reversed(self._rows.questions))

    def remember_question(self, text: str) -> None:
        self._rows.questions.pop(text, None)
        self._rows.questions[text] = None

    async def choices(self) -> AccountChoices:
        return self._rows.choices

    def choose_bot(self, chosen: Chosen | None) -> None:
        self._rows.choices = replace(self._rows.choices, bot=chosen)

    def choose_sync(self, chosen: Chosen | None) -> None:
        self._rows.choices = replace(self._rows.choices, sync=chosen)

    def note_last_session(self, session: LastSession | None) -> None:
        self._rows.choices = replace(self._rows.choices, last_session=session)

    async def marks(self) -> Mapping[str, SessionMarks]:
        return dict(self._rows.marks)

    def save_marks(
        self, session_id: str, marks: SessionMarks, before: SessionMarks | None = None
    ) -> None:
        if before is not None:
            marks = merged_marks(self._rows.marks.get(session_id, NO_MARKS), before, marks)
        if marks == NO_MARKS:
            self._rows.marks.pop(session_id, None)
        else:
            self._rows.marks[session_id] = marks

    async def search(
        self, pattern: SearchPattern, session_ids: Sequence[str]
    ) -> Mapping[str, Sequence[Message]]:
        return {
            session_id: [row.message for row in rows]
            for session_id in session_ids
            if (rows := await self.messages(session_id))
        }

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
            hit = matcher.hit(replace(document, messages=messages))
            if hit is not None:
                collector.add(document, hit)
        return collector.found(is_all=True)

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
