"""In-memory rows of one account, and the parts of its store that work on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field

from tui.model import Part, Role, Session
from tui.safe_text import SafeText
from tui.store.choices import AccountChoices, ChoiceStore, Chosen, LastSession
from tui.store.copies import CopyState, CopyStore
from tui.store.digests import Digest, digest_of
from tui.store.drafts import DraftStore, QuestionStore
from tui.store.forgetting import ForgettingStore, Kept, bare, listed
from tui.store.histories import StoredMessage
from tui.store.lessons import KeptLesson, LessonStore
from tui.store.lists import SessionListStore
from tui.store.marks import NO_MARKS, MarkStore, SessionMarks, merged_marks
from tui.store.runs import MAX_RUNS, KeptRun, RunStore
from tui.store.sends import Send
from tui.turn import PendingTurn, QueuedQuestion
from tui.values import replace


class MemoryHistory(Struct):
    """What is stored of one session."""

    rows: dict[str, StoredMessage] = field(default_factory=dict)
    turns: dict[str, PendingTurn] = field(default_factory=dict)
    digest: Digest | None = None
    """`None` when messages have changed since it was made."""

    def joined(self, row: StoredMessage) -> StoredMessage:
        """Return a message with what was known of it and is not told again."""
        known = self.rows.get(row.message.id)
        return row if known is None else row.knowing(known.message)

    def in_order(self) -> list[StoredMessage]:
        return sorted(self.rows.values(), key=lambda row: row.position)

    def digested(self) -> Digest:
        if self.digest is None:
            self.digest = digest_of([row.message for row in self.in_order()])
        return self.digest


class MemoryRows(Struct):
    """All that is stored of one account."""

    lists: dict[str, dict[str, Session]] = field(default_factory=dict)
    histories: dict[str, MemoryHistory] = field(default_factory=dict)
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
    forgotten: dict[str, datetime] = field(default_factory=dict)
    lessons: dict[str, KeptLesson] = field(default_factory=dict)
    """Oldest first."""
    runs: list[KeptRun] = field(default_factory=list)
    """Oldest first."""

    def history(self, session_id: str) -> MemoryHistory:
        return self.histories.setdefault(session_id, MemoryHistory())

    def drop_queued(self, question_id: str) -> bool:
        """Take a question out of its queue; `False` when it is in none."""
        queues = {
            session_id: [each for each in queue if each.id != question_id]
            for session_id, queue in self.queues.items()
        }
        was_queued = queues != self.queues
        self.queues = {session_id: left for session_id, left in queues.items() if left}
        return was_queued

    def take_unsent(self, session_id: str, question_id: str) -> bool:
        """Drop the open turn of a question that was never sent; `False` when there is none."""
        history = self.history(session_id)
        unsent = [
            each
            for each in history.turns.values()
            if each.is_unsent and each.question.id == question_id
        ]
        for turn in unsent:
            del history.turns[turn.id]
            for message_id in (turn.question.id, turn.answer.id):
                history.rows.pop(message_id, None)
            history.digest = None
        return bool(unsent)

    def is_gone(self, session_id: str) -> bool:
        """Say whether the server does not have a session any more, as a list says."""
        listed = (sessions.get(session_id) for sessions in self.lists.values())
        return any(session is not None and session.gone_at is not None for session in listed)


class MemoryLists(SessionListStore):
    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows

    async def of(self, bot_id: str) -> Sequence[Session]:
        return list(self._rows.lists.get(bot_id, {}).values())

    async def digests(self, bot_id: str) -> Mapping[str, Digest]:
        listed, histories = self._rows.lists.get(bot_id, {}), self._rows.histories
        return {each: histories[each].digested() for each in listed if each in histories}

    def replace(self, bot_id: str, sessions: Sequence[Session]) -> None:
        # backwards, so that of two with one id the first counts
        by_id = {session.id: session for session in reversed(sessions)}
        self._rows.lists[bot_id] = {each.id: self._listed(by_id[each.id]) for each in sessions}

    def put_first(self, bot_id: str, session: Session) -> None:
        rest = self._rows.lists.get(bot_id, {})
        rest.pop(session.id, None)
        self._rows.lists[bot_id] = {session.id: self._listed(session), **rest}

    def update(self, bot_id: str, session: Session) -> None:
        if session.id in self._rows.lists.get(bot_id, {}):
            self._rows.lists[bot_id][session.id] = self._listed(session)

    def drop(self, bot_id: str, session_id: str) -> None:
        self._rows.lists.get(bot_id, {}).pop(session_id, None)

    def _listed(self, session: Session) -> Session:
        return listed(session, self._rows.forgotten.get(session.id))


class MemoryCopies(CopyStore):
    def __init__(self, rows: MemoryRows) -> None:
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


class MemoryDrafts(DraftStore):
    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows

    async def all(self) -> Mapping[str, str]:
        return dict(self._rows.drafts)

    async def elsewhere(self) -> Mapping[str, str]:
        return {}

    async def adopt(self, session_id: str, text: str) -> bool:
        return True

    def save(self, session_id: str, text: str) -> None:
        if text:
            self._rows.drafts[session_id] = text
        else:
            self._rows.drafts.pop(session_id, None)


class MemoryQuestions(QuestionStore):
    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows

    async def all(self) -> Sequence[str]:
        return list(reversed(self._rows.questions))

    def remember(self, text: str) -> None:
        self._rows.questions.pop(text, None)
        self._rows.questions[text] = None


class MemoryChoices(ChoiceStore):
    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows

    async def all(self) -> AccountChoices:
        return self._rows.choices

    def choose_bot(self, chosen: Chosen | None) -> None:
        self._rows.choices = replace(self._rows.choices, bot=chosen)

    def choose_sync(self, chosen: Chosen | None) -> None:
        self._rows.choices = replace(self._rows.choices, sync=chosen)

    def go_without_key(self, without: bool) -> None:
        self._rows.choices = replace(self._rows.choices, goes_without_key=without)

    def note_last_session(self, session: LastSession | None) -> None:
        self._rows.choices = replace(self._rows.choices, last_session=session)

    def note_bots(self, names: Mapping[str, SafeText]) -> None:
        self._rows.choices = replace(self._rows.choices, bots=dict(names))


class MemoryMarks(MarkStore):
    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows

    async def all(self) -> Mapping[str, SessionMarks]:
        return dict(self._rows.marks)

    def save(
        self, session_id: str, marks: SessionMarks, before: SessionMarks | None = None
    ) -> None:
        if before is not None:
            marks = merged_marks(self._rows.marks.get(session_id, NO_MARKS), before, marks)
        if marks == NO_MARKS:
            self._rows.marks.pop(session_id, None)
        else:
            self._rows.marks[session_id] = marks


class MemoryRuns(RunStore):
    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows

    async def all(self, suite: str = "") -> Sequence[KeptRun]:
        return [each for each in reversed(self._rows.runs) if suite in ("", each.suite)]

    async def newest(self) -> Sequence[KeptRun]:
        newest: dict[str, KeptRun] = {}
        for each in await self.all():
            newest.setdefault(each.suite, each)
        return list(newest.values())

    def keep(self, run: KeptRun) -> None:
        self._rows.runs.append(run)
        of_suite = [each for each in self._rows.runs if each.suite == run.suite]
        for each in of_suite[:-MAX_RUNS]:
            self._rows.runs.remove(each)


class MemoryLessons(LessonStore):
    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows

    async def all(self) -> Sequence[KeptLesson]:
        return list(reversed(self._rows.lessons.values()))

    def keep(self, lesson: KeptLesson) -> None:
        self._rows.lessons[lesson.id] = lesson

    def drop(self, lesson_id: str) -> None:
        self._rows.lessons.pop(lesson_id, None)


class MemoryForgetting(ForgettingStore):
    """`drop` lets go of all of a session but its rows in lists."""

    def __init__(self, rows: MemoryRows, drop: Callable[[str], None]) -> None:
        self._rows = rows
        self._drop = drop

    async def kept(self, session_ids: Collection[str] | None = None) -> Mapping[str, Kept]:
        rows = self._rows
        messages = {each: len(history.rows) for each, history in rows.histories.items()}
        unsent = Counter([*rows.drafts, *(each.session_id for each in rows.sends.values())])
        for parts in (rows.queues, {each: h.turns for each, h in rows.histories.items()}):
            unsent.update({each: len(part) for each, part in parts.items()})
        marked = {each for each, marks in rows.marks.items() if marks.is_by_hand}
        kept = {
            each: Kept(messages.get(each, 0), each in marked, unsent[each])
            for each in messages.keys() | unsent.keys() | marked
        }
        wanted = kept.keys() if session_ids is None else kept.keys() & {*session_ids}
        return {each: kept[each] for each in wanted if each and kept[each] != Kept()}

    def forget(self, session_id: str, until: datetime) -> None:
        history = self._rows.histories.get(session_id, MemoryHistory())
        for row in history.rows.values():
            if row.message.role is Role.USER:
                self._rows.questions.pop(row.message.written, None)
        self._drop(session_id)
        for sessions in self._rows.lists.values():
            listed = sessions.get(session_id)
            if listed is not None and (told := bare(listed)) is not None:
                sessions[session_id] = told
            else:
                sessions.pop(session_id, None)
        self._rows.forgotten[session_id] = until

    async def forgotten(self) -> Mapping[str, datetime]:
        return dict(self._rows.forgotten)
