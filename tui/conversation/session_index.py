"""Session list of one bot, or of the whole account where sessions belong to no bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime

from tui.conversation.reading import Reading, Readings
from tui.model import Message, Role, Session
from tui.safe_text import SafeText, clean_line
from tui.store import Store

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_TITLE_CHARS = 80
_PREVIEW_CHARS = 200
_SLICE_ROWS = 1_000


class SessionIndex:
    """Sessions as last read, newest first, kept in `store` under `key`.

    What a person did here counts as activity where the server does not say so, and what was read
    of a history names a session until the server does.
    """

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key
        self._readings = Readings()

    def reading(self) -> AbstractContextManager[Reading]:
        """Follow a reading of the list, so that what happens meanwhile is not undone by it."""
        return self._readings.begin()

    def sessions(self) -> tuple[Session, ...]:
        """Return the list: the same tuple until it changes."""
        return self._store.sessions(self._key)

    def find(self, session_id: str) -> Session | None:
        return self._store.session(self._key, session_id)

    async def merged(self, fresh: Sequence[Session], reading: Reading) -> list[Session]:
        """Return sessions as `reading` brought them, with what was known of them.

        A long list is gone through in slices, so that nothing else waits for it.
        """
        known: list[Session | None] = []
        merged: list[Session] = []
        for start in range(0, len(fresh), _SLICE_ROWS):
            for session in fresh[start : start + _SLICE_ROWS]:
                known.append(self.find(session.id))
                merged.append(self._described(session, known[-1]))
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
        unlisted_ids: Callable[[], Iterable[str]],
    ) -> tuple[Session, ...]:
        """Take in the whole list as `reading` brought it, unless a later one was faster.

        Sessions of `unlisted_ids` stay though they are not in it: some servers make a session
        with its first question.
        """
        merged = await self.merged(fresh, reading)
        if self._readings.is_overtaken(reading):
            return self.sessions()
        self._readings.take(reading)
        listed = {session.id for session in fresh}
        kept = [
            session
            for each in dict.fromkeys([*unlisted_ids(), *reading.made])
            if each not in listed and (session := self.find(each)) is not None
        ]
        self._store.save_sessions(self._key, newest_first([*kept, *merged]) if kept else merged)
        return self.sessions()

    def put_first(self, session: Session) -> None:
        """Put what is now known of a session at the head."""
        self._readings.note_made(session.id)
        self._store.put_session_first(self._key, session)

    def rename(self, session_id: str, title: SafeText) -> None:
        """Give a session the title that the server gave it."""
        if (session := self.find(session_id)) is not None:
            self._readings.note_named(session_id)
            self._store.update_session(self._key, replace(session, title=title))

    def describe(self, session_id: str) -> Session | None:
        """Fill in title and preview of a session from its stored messages."""
        if (session := self.find(session_id)) is not None:
            self._store.update_session(self._key, self._described(session, None))
        return self.find(session_id)

    def remove(self, session_id: str) -> None:
        self._readings.note_gone([session_id])
        self._store.drop_session(self._key, session_id)

    def _described(self, session: Session, before: Session | None) -> Session:
        messages = self._store.messages(session.id)
        first = _first_line(messages, Role.USER, _TITLE_CHARS)
        last = _first_line(reversed(messages), Role.ASSISTANT, _PREVIEW_CHARS)
        title, preview, updated_at = session.title, session.preview, session.updated_at
        if before is not None:
            title, preview = title or before.title, preview or before.preview
            if before.updated_at and (not updated_at or before.updated_at > updated_at):
                updated_at = before.updated_at
        if not title:
            # a snippet is the first question: it names the session until the server does
            title, preview = clean_line(preview, _TITLE_CHARS) or first, SafeText("")
        preview = last or preview or first
        if (title, preview, updated_at) == (session.title, session.preview, session.updated_at):
            described = session
        else:
            described = replace(session, title=title, preview=preview, updated_at=updated_at)
        # the same object when nothing is new, so that a list can be told to be the same
        return before if described == before and before is not None else described


def newest_first(sessions: Iterable[Session]) -> list[Session]:
    return sorted(
        sessions, key=lambda each: each.updated_at or each.created_at or _LONG_AGO, reverse=True
    )


def _first_line(messages: Iterable[Message], role: Role, limit_chars: int) -> SafeText:
    for message in messages:
        if message.role is role and message.text.strip():
            return clean_line(message.text, limit_chars)
    return SafeText("")
