"""Session list of one bot, or of the whole account where sessions belong to no bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from msgspec import Struct

from tui.backends.base import MAX_ROWS
from tui.conversation.known_digests import NO_DIGEST, KnownDigests
from tui.conversation.reading import Reading, Readings
from tui.conversation.session_facts import known_facts
from tui.conversation.session_table import SessionTable
from tui.facts import SessionFacts
from tui.model import Message, Session, newest_first
from tui.safe_text import SafeText, clean_line
from tui.store import TITLE_CHARS, AccountStore, CopyState, SessionVersion
from tui.store.forgetting import bare
from tui.store.session_rows import changed, ids_of, joined_rows, without
from tui.values import replace

_SLICE_ROWS = 1_000


class ToldVersion(Struct, frozen=True):
    """State of a session as its list told it."""

    version: SessionVersion
    listed_at: datetime | None
    """When the whole list was read; `None` when only a part of it ever was."""

    def state(self, messages: Sequence[Message], read_at: datetime) -> CopyState:
        """Return the copy state of a history that was read after that, at `read_at`."""
        return CopyState.after_reading(messages, self.version, self.listed_at, read_at)


class SessionIndex:
    """Sessions as last read, newest first: in memory, written behind to `store` under `key`.

    `sessions` is the same object, and each of them the same too, until it changes.

    What a person did here counts as activity where the server does not say so, and what was read
    of a history names a session until the server does. A session that the server does not have any
    more stays, marked, as long as anything of its history is known here.
    """

    def __init__(self, store: AccountStore, key: str, now: Callable[[], datetime]) -> None:
        self._store = store.lists
        self._copies = store.copies
        self._key = key
        self._now = now
        self.read_at: datetime | None = None
        """When the server last showed the whole list, at an earlier start too; `None`: never."""
        self._versions: dict[str, SessionVersion] = {}
        """As the server told them in this start."""
        self._readings = Readings()
        self._table = SessionTable()
        self.digests = KnownDigests(store.lists, key)
        """Of sessions, listed or not."""
        self._is_loaded = False

    async def load(self) -> None:
        """Take in the list as it was stored, once; what is known already stands before it.

        Not to be called again before it is done.
        """
        if self._is_loaded:
            return
        read_at = (await self._copies.lists_read_at()).get(self._key)
        stored = await self._store.of(self._key)
        self._is_loaded = True
        self.read_at = self.read_at or read_at
        if known := self._table.rows:
            stored = without(stored, {*ids_of(known)})
        if stored:
            self._table = SessionTable(joined_rows(known, stored))

    async def take_in(self) -> None:
        """Take in the list as another client has stored it, unless it changes here meanwhile."""
        before = self._table.rows
        # all are looked at, which takes as long as to read them
        stored = await asyncio.to_thread(tuple, await self._store.of(self._key))
        digests = await self._store.digests(self._key)
        if self._table.rows is not before:
            return
        self.digests.take_in(digests, ids_of(stored))
        known = {each.id: each for each in before}
        # the same objects where nothing is new, so that a list can be told to be the same
        rows = tuple(
            same if (same := known.get(each.id)) is not None and same == each else each
            for each in stored
        )
        if rows != before:
            self._table = SessionTable(rows)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Follow a reading of the list, so that what happens meanwhile is not undone by it."""
        with self._readings.begin() as reading:
            reading.began_at = self._now()
            yield reading

    def sessions(self) -> Sequence[Session]:
        """Return the list: the same object until it changes."""
        return self._table.rows

    def find(self, session_id: str) -> Session | None:
        """Return one of the list, however long that is, without looking through it."""
        return self._table.find(session_id)

    def version(self, session_id: str) -> ToldVersion | None:
        """Return which state of a session its list told of last; `None` for none in this start."""
        version = self._versions.get(session_id)
        return ToldVersion(version, self.read_at) if version is not None else None

    async def merged(self, fresh: Sequence[Session], reading: Reading) -> list[Session]:
        """Return sessions as `reading` brought them, with what was known of them.

        A long list is gone through in slices, so that nothing else waits for it.
        """
        await self.digests.recall()
        known: list[Session | None] = []
        merged: list[Session] = []
        for start in range(0, len(fresh), _SLICE_ROWS):
            for session in fresh[start : start + _SLICE_ROWS]:
                known.append(self.find(session.id))
                merged.append(self._described(session, known[-1]))
                self._versions[session.id] = SessionVersion.of(session)
            await asyncio.sleep(0)
        # a send or a title may have told more of a session in the meantime
        for place, session in enumerate(fresh):
            if (now_known := self.find(session.id)) is not known[place]:
                merged[place] = self._described(session, now_known)
            if session.id in reading.named and now_known is not None:
                merged[place] = replace(merged[place], title=now_known.title)
        return newest_first(each for each in merged if each.id not in reading.gone)

    async def replace(
        self,
        fresh: Sequence[Session],
        reading: Reading,
        busy_ids: Callable[[], Iterable[str]],
        written_ids: Callable[[], Iterable[str]] = tuple,
    ) -> Sequence[Session]:
        """Take in the whole list as `reading` brought it, unless a later one was faster.

        Those of `busy_ids`, and those of which no question reached the server, stay as they are
        though they are not in it: some servers make a session with the first question that reaches
        them. Those of `written_ids` stay marked: what is written in them has to be found again.
        """
        merged = await self.merged(fresh, reading)
        if self._readings.is_overtaken(reading):
            return self.sessions()
        self._readings.take(reading)
        listed = {session.id for session in fresh}
        self._versions = {each: self._versions[each] for each in listed}
        is_whole = len(fresh) < MAX_ROWS
        kept = self._kept(
            listed, {*busy_ids(), *reading.made}, set(written_ids()), is_whole=is_whole
        )
        rows = tuple(newest_first([*kept, *merged]) if kept else merged)
        if rows != self._table.rows:
            self._table = SessionTable(rows)
            self._store.replace(self._key, rows)
        self.read_at = reading.began_at or self._now()
        self._copies.note_list_read(self._key, self.read_at)
        return self.sessions()

    async def take_in_part(self, fresh: Sequence[Session], reading: Reading) -> Sequence[Session]:
        """Take in a part of the list as `reading` brought it, and return what is new in it.

        That are sessions that were not known, and those that have changed, the newest first.
        """
        versions = {each.id: self._versions.get(each.id) for each in fresh}
        news = []
        for session in await self.merged(fresh, reading):
            known = self.find(session.id)
            before = versions[session.id] or (SessionVersion.of(known) if known else None)
            if before != self._versions[session.id]:
                news.append(session)
        for session in reversed(news):
            self.put_first(session)
        return news

    def _kept(
        self,
        listed: Collection[str],
        made: Collection[str],
        written: Collection[str],
        *,
        is_whole: bool,
    ) -> list[Session]:
        """Return the sessions that stay though they are not in a list, marked if they were in one.

        Of those that a list which is not whole leaves out nothing is known.
        """
        kept = []
        for session in without(self._table.rows, listed):
            digest = self.digests.of(session.id)
            if session.id in made or digest.is_unsent:
                kept.append(session)
            elif session.id in written or (is_whole and digest != NO_DIGEST):
                kept.append(self._marked_gone(session))
        return kept

    def _marked_gone(self, session: Session) -> Session:
        return session if session.gone_at else replace(session, gone_at=self._now())

    def note_gone(self, session_id: str) -> None:
        """Mark a session that the server does not have, unless no question has reached it yet."""
        session = self.find(session_id)
        if session is not None and not self.digests.of(session_id).is_unsent:
            self._update(self._marked_gone(session))

    def note_found(self, session_id: str) -> None:
        """Let a session that the server has be as any other."""
        session = self.find(session_id)
        if session is not None and session.gone_at is not None:
            self._update(replace(session, gone_at=None))

    def put_first(self, session: Session) -> None:
        """Put what is now known of a session at the head."""
        self._readings.note_made(session.id)
        if self._table.put_first(session):
            self._store.put_first(self._key, session)

    def rename(self, session_id: str, title: SafeText, preview: SafeText | None = None) -> None:
        """Give a session the title that the server gave it, and what stands below it if told."""
        if (session := self.find(session_id)) is not None:
            self._readings.note_named(session_id)
            preview = session.preview if preview is None else preview
            self._update(replace(session, title=title, preview=preview))

    def describe(self, session_id: str) -> Session | None:
        """Fill in title and preview of a session from what is known of its history."""
        if (session := self.find(session_id)) is not None:
            self._update(self._described(session, None))
        return self.find(session_id)

    def learn(self, session_id: str, facts: SessionFacts) -> bool:
        """Take in what the server tells of a session alone; `False` when that is nothing new."""
        session = self.find(session_id)
        if session is None:
            return False
        self._update(self._described(replace(session, facts=facts), session))
        return self.find(session_id) is not session

    def remove(self, session_id: str) -> None:
        self._readings.note_gone([session_id])
        self.digests.forget([session_id])
        self._table.drop(session_id)
        self._store.drop(self._key, session_id)

    def note_forgotten(self, session_ids: Collection[str]) -> None:
        """Know of sessions that the store has forgotten what that knows: that the server has them.

        Of those that it does not have, nothing.
        """
        self.digests.forget(session_ids)
        listed = {each: session for each in session_ids if (session := self.find(each)) is not None}
        told = {each: bare(session) for each, session in listed.items()}
        gone = [each for each, session in told.items() if session is None]
        self._readings.note_gone(gone)
        if told:
            rows = without(self._table.rows, {*gone}) if gone else self._table.rows
            left = {each: session for each, session in told.items() if session is not None}
            self._table = SessionTable(changed(rows, left))

    def list_again(self, session_id: str) -> None:
        """Store all that is known of a session of which the list was to keep nothing."""
        if (session := self.find(session_id)) is not None:
            self._store.update(self._key, session)

    def _update(self, session: Session) -> None:
        if self._table.update(session):
            self._store.update(self._key, session)

    def _described(self, session: Session, before: Session | None) -> Session:
        digest = self.digests.of(session.id)
        first, last = digest.first_question, digest.last_answer
        title, preview, updated_at = session.title, session.preview, session.updated_at
        if before is not None:
            title, preview = title or before.title, preview or before.preview
            if before.updated_at and (not updated_at or before.updated_at > updated_at):
                updated_at = before.updated_at
        if not title:
            # a snippet is the first question: it names the session until the server does
            title, preview = clean_line(preview, TITLE_CHARS) or first, SafeText("")
        preview = last or preview or first
        facts = known_facts(session.facts, before.facts if before is not None else None, digest)
        described = session
        if (title, preview, updated_at) != (session.title, session.preview, session.updated_at):
            described = replace(session, title=title, preview=preview, updated_at=updated_at)
        if facts is not session.facts:
            described = replace(described, facts=facts)
        # the same object when nothing is new, so that a list can be told to be the same
        return before if described == before and before is not None else described
