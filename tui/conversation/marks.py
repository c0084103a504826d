"""Marks of an account: unread, flag, tags, notes, titles, pins and the archive, with undo.

They are read at every row that is drawn, so they are in memory, and written behind to the store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from tui.conversation.undone_marks import UndoneMarks, changed_parts
from tui.model import Session
from tui.safe_text import SafeText
from tui.store import NO_MARKS, AccountStore, SessionMarks, merged_marks
from tui.values import replace

_OF_ALL = ""
"""The id under which stands what holds of sessions that were never looked at."""
_MAX_UNDONE = 100


class _Change(Struct, frozen=True):
    """What one act changed of a session."""

    session_id: str
    before: SessionMarks
    after: SessionMarks


class LocalMarks:
    """The marks of all sessions of an account, by session."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store
        self._marks: dict[str, SessionMarks] = {}
        self._acts: list[Sequence[_Change]] = []
        """To be undone, the last first."""
        self.pinned: frozenset[str] = frozenset()
        """Those that a person wants at the top: the same object until they change."""
        self.archived: frozenset[str] = frozenset()
        """Those that a person is done with: the same object until they change."""
        self.titles: Mapping[str, str] = {}
        """Names that a person gave, by session: the same object until they change."""
        self.version = 0
        """Grows with every change."""

    async def load(self) -> None:
        """Take in what is stored; what was marked here in the meantime stays."""
        self._use({**await self._store.marks.all(), **self._marks})

    async def take_in(self) -> None:
        """Take in what another client has stored, unless something changes here meanwhile."""
        version = self.version
        stored = await self._store.marks.all()
        if self.version == version:
            self._use(stored)

    @property
    def by_session(self) -> Mapping[str, SessionMarks]:
        """Those of all sessions that have any: the same object until one changes."""
        return self._marks

    def of(self, session_id: str) -> SessionMarks:
        return self._marks.get(session_id, NO_MARKS)

    @property
    def has_any(self) -> bool:
        """A person has marked something."""
        return any(each.is_by_hand for each in self._marks.values())

    @property
    def tags(self) -> Sequence[SafeText]:
        """All that are in use, the most frequent first."""
        count: Counter[SafeText] = Counter()
        for marks in self._marks.values():
            count.update(marks.tags)
            for exchange in marks.exchanges:
                count.update(exchange.tags)
        return [tag for tag, _ in count.most_common()]

    def title_of(self, session: Session) -> str:
        """Return what a person calls a session: by a name of theirs, or as the server does."""
        return self.of(session.id).title or session.label

    # Unread

    def begin_at(self, moment: datetime) -> None:
        """Take sessions that changed later for unread until they are looked at; the first counts.

        Of a server that is new here not everything there ever was is news.
        """
        if self.of(_OF_ALL).seen_until is None:
            self._put({_OF_ALL: replace(self.of(_OF_ALL), seen_until=moment)})

    def is_unread(self, session: Session) -> bool:
        """Say whether something arrived since it was looked at, or a person marked it so."""
        marks = self.of(session.id)
        if marks.is_unread or any(each.is_unread for each in marks.exchanges):
            return True
        seen_until = marks.seen_until or self.of(_OF_ALL).seen_until
        changed_at = session.changed_at
        return None not in (seen_until, changed_at) and _is_later(changed_at, seen_until)

    def unread(self, sessions: Iterable[Session]) -> Sequence[Session]:
        """Return the unread ones, in their order."""
        until = self.of(_OF_ALL).seen_until
        # most have no marks, and then only the time of their last change counts
        return [
            each
            for each in sessions
            if (
                self.is_unread(each)
                if each.id in self._marks
                else until is not None
                and (changed_at := each.updated_at or each.created_at) is not None
                and changed_at > until
            )
        ]

    def see(self, session: Session, until: datetime | None = None) -> bool:
        """Note that a person looks at a session, with messages up to a time; `False`: no news."""
        changed_at = session.changed_at
        until = max(filter(None, (changed_at, until)), default=None)
        seen_until = self.of(session.id).seen_until
        if until is None or not _is_later(until, seen_until):
            return False
        self._put({session.id: replace(self.of(session.id), seen_until=until)})
        return True

    def take_as_seen(self, until: Mapping[str, datetime]) -> None:
        """Take sessions for looked at, each as it was up to a time.

        Of those that are not unread for it nothing is marked: there may be thousands.
        """
        of_all = self.of(_OF_ALL).seen_until
        later = {
            each: at
            for each, at in until.items()
            if _is_later(at, self.of(each).seen_until or of_all)
        }
        self._put({each: replace(self.of(each), seen_until=at) for each, at in later.items()})

    def mark_read(self, sessions: Iterable[Session]) -> bool:
        """Take all of these sessions for looked at, with what a person had marked unread."""
        changes = []
        for session in sessions:
            marks = self.of(session.id)
            changed_at = session.changed_at
            after = replace(marks, is_unread=False)
            for each in marks.exchanges:
                after = after.with_exchange(replace(each, is_unread=False))
            if changed_at is not None and _is_later(changed_at, marks.seen_until):
                after = replace(after, seen_until=changed_at)
            changes.append(_Change(session.id, marks, after))
        return self._act(changes)

    def note_ours(self, session_id: str) -> None:
        """Note that questions are asked from here in a session."""
        if not self.of(session_id).is_ours:
            self._put({session_id: replace(self.of(session_id), is_ours=True)})

    # Marking

    def change(
        self, session_ids: Iterable[str], edit: Callable[[SessionMarks], SessionMarks]
    ) -> bool:
        """Change the marks of sessions in one act; `False` when they were so already."""
        before = {each: self.of(each) for each in session_ids}
        return self._act([_Change(each, marks, edit(marks)) for each, marks in before.items()])

    def toggle_pin(self, session_id: str) -> None:
        self.change([session_id], lambda marks: replace(marks, is_pinned=not marks.is_pinned))

    def undo(self) -> UndoneMarks:
        """Take back the last act, and return what it had changed; nothing without one."""
        if not self._acts:
            return UndoneMarks()
        changes = self._acts.pop()
        undone = {
            each.session_id: merged_marks(self.of(each.session_id), each.after, each.before)
            for each in changes
        }
        self._put(undone)
        told = [changed_parts(each.before, each.after) for each in changes]
        parts = dict.fromkeys(part for parts, _ in told for part in parts)
        return UndoneMarks(list(undone), list(parts), all(of_exchange for _, of_exchange in told))

    def move(self, old_id: str, new_id: str) -> None:
        """Let the marks of a session be those of another id; without one they are dropped."""
        # one that is not begun has no id and no marks: under that stands what holds of all
        if old_id != _OF_ALL and (marks := self.of(old_id)) != NO_MARKS:
            self._put({old_id: NO_MARKS, **({new_id: marks} if new_id else {})})

    def rename_exchanges(self, session_id: str, current_id: Callable[[str], str]) -> None:
        """Let the marks of exchanges be those of the ids that their messages have now."""
        marks = self.of(session_id)
        if all(current_id(each.message_id) == each.message_id for each in marks.exchanges):
            return
        self._put({session_id: _renamed(marks, current_id)})

        def kept_up(change: _Change) -> _Change:
            if change.session_id != session_id:
                return change
            before, after = (_renamed(each, current_id) for each in (change.before, change.after))
            return _Change(session_id, before, after)

        self._acts = [[*map(kept_up, act)] for act in self._acts]

    def forget(self, session_ids: Collection[str]) -> None:
        """Drop the marks of sessions that the store has forgotten, and what would undo some."""
        self._use({each: m for each, m in self._marks.items() if each not in session_ids})
        kept = (tuple(e for e in act if e.session_id not in session_ids) for act in self._acts)
        self._acts = [act for act in kept if act]

    def _act(self, changes: Iterable[_Change]) -> bool:
        act = [each for each in changes if each.before != each.after]
        if act:
            self._put({each.session_id: each.after for each in act})
            self._acts = [*self._acts[1 - _MAX_UNDONE :], act]
        return bool(act)

    def _put(self, changed: Mapping[str, SessionMarks]) -> None:
        for session_id, marks in changed.items():
            self._store.marks.save(session_id, marks, self.of(session_id))
        self._use({**self._marks, **changed})

    def _use(self, marks: Mapping[str, SessionMarks]) -> None:
        self._marks = dict(marks)
        self.version += 1
        pinned = frozenset(each for each, marks in self._marks.items() if marks.is_pinned)
        archived = frozenset(each for each, marks in self._marks.items() if marks.is_archived)
        self.pinned = self.pinned if pinned == self.pinned else pinned
        self.archived = self.archived if archived == self.archived else archived
        titles = {each: marks.title for each, marks in self._marks.items() if marks.title}
        self.titles = self.titles if titles == self.titles else titles


def _is_later(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and (other is None or moment > other)


def _renamed(marks: SessionMarks, current_id: Callable[[str], str]) -> SessionMarks:
    exchanges = [replace(each, message_id=current_id(each.message_id)) for each in marks.exchanges]
    return replace(marks, exchanges=tuple({each.message_id: each for each in exchanges}.values()))
